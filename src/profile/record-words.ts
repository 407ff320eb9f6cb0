import { RecordDraft } from "../identity/write/record-draft";
import { nameOfKey } from "../identity/write/record-state";
import { SearchText, searchTokens } from "./search-tokens";
import { SearchTokenRow } from "./search-tokens-writer.repository";

const NAMES: ReadonlySet<string> = new Set(["displayName", "givenName", "familyName", "name"]);

/**
 * The words by which the records are found once their drafts are written: names, identifiers, and every other attribute
 * that is a text.
 *
 * @param values the stored identifiers' values, by id; those that the drafts name themselves need not be among them
 */
export function recordWords(drafts: readonly RecordDraft[], values: ReadonlyMap<string, string>): SearchTokenRow[] {
  return drafts.flatMap((draft) =>
    searchTokens(textsOf(draft, values)).map((token) => ({ recordId: draft.recordId, token })),
  );
}

function textsOf(draft: RecordDraft, values: ReadonlyMap<string, string>): SearchText[] {
  const texts: SearchText[] = [];
  for (const link of draft.links.values()) {
    const value = link.identifier?.value ?? values.get(link.identifierId);
    if (!link.detached && value !== undefined && value !== "") texts.push({ text: value, kind: "IDENTIFIER" });
  }
  for (const { key, value } of draft.attributes.values()) {
    const text: unknown = JSON.parse(value);
    const name = nameOfKey(key);
    if (typeof text === "string") texts.push({ text, kind: NAMES.has(name) ? "NAME" : "ATTRIBUTE" });
  }
  // Names first: a record has a bounded number of words, and it is by names that people are looked for.
  return texts.sort((a, b) => rank(a) - rank(b));
}

function rank({ kind }: SearchText): number {
  return kind === "NAME" ? 0 : kind === "IDENTIFIER" ? 1 : 2;
}
