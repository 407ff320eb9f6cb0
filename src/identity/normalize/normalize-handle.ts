import { foldText } from "./fold-text";

/** Longer than any network allows, shorter than a text somebody put into the wrong field. */
const HANDLE_MAX = 50;
const PROFILE_URL = /^(?:https?:\/\/)?(?:(?:www|m|mobile)\.)?(?:x|twitter)\.com\/(.*)$/su;
/** First path segments of X that are not people. */
const X_PAGES = new Set([
  "i",
  "home",
  "search",
  "explore",
  "intent",
  "share",
  "hashtag",
  "settings",
  "messages",
  "login",
]);
const NOT_IN_A_HANDLE = /[\s@/\\:?#<>"'(),;]/u;

/** The handle in lower case without its @, also out of the address of a profile or of a post; null when it is none. */
export function normalizeHandle(text: string): string | null {
  const folded = foldText(text);
  const url = PROFILE_URL.exec(folded);
  const segment = url?.[1]?.split(/[/?#]/u, 1)[0];
  if (segment !== undefined && X_PAGES.has(segment)) return null;
  const handle = withoutAt(segment ?? folded);
  if (handle === "" || handle.length > HANDLE_MAX || NOT_IN_A_HANDLE.test(handle)) return null;
  return handle;
}

/** Leading @ signs off. */
export function withoutAt(folded: string): string {
  return folded.replace(/^[@\s]+/u, "");
}
