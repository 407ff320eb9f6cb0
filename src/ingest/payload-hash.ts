import { createHmac, hash } from "node:crypto";

/** Characters that a JSON string may not hold as they are. */
const NEEDS_ESCAPE = /["\\\p{Cc}\p{Surrogate}]/u;

/** Above it an insertion sort could be made slow on purpose. */
const INSERTION_MAX = 32;

/**
 * One text for equal JSON values: keys in order of their UTF-16 code units, no white space, numbers and strings as
 * JSON.stringify writes them (RFC 8785). A key whose value is undefined is as good as absent. Expects the value to have
 * passed `findJsonProblem`, which bounds its depth.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = value as Readonly<Record<string, unknown>>;
  let text = "";
  for (const key of sortKeys(Object.keys(members))) {
    const member = members[key];
    if (member !== undefined) text += `${text === "" ? "" : ","}${quote(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** Tells the same payload from another one, as a uuid: the first 16 bytes of SHA-256. Defaults filled in and times in UTC are the caller's part. */
export function payloadHash(canonicalEvent: object): string {
  return uuidText(hash("sha256", canonicalJson(canonicalEvent), "hex"));
}

/**
 * A name for `parts` that nobody can compute or try out without the key, as a uuid: the first 16 bytes of HMAC-SHA256.
 * Each part carries its length, so that no two lists of parts are read alike.
 */
export function keyedId(key: Buffer, ...parts: string[]): string {
  const message = parts.map((part) => `${part.length}:${part}`).join("");
  return uuidText(createHmac("sha256", key).update(message).digest("hex"));
}

/** In place. Few keys, mostly in order, are the rule, and an insertion sort takes half of the time there. */
function sortKeys(keys: string[]): string[] {
  if (keys.length > INSERTION_MAX) return keys.sort();
  for (let sorted = 1; sorted < keys.length; sorted++) {
    const key = keys[sorted] as string;
    let place = sorted;
    for (; place > 0 && (keys[place - 1] as string) > key; place--) keys[place] = keys[place - 1] as string;
    keys[place] = key;
  }
  return keys;
}

function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function uuidText(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
