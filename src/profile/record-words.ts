import { RecordDraft } from "../identity/write/record-draft";
import { nameOfKey } from "../identity/write/record-state";
import { SearchText, searchTokens } from "./search-tokens";
import { SearchTokenRow } from "./search-tokens-writer.repository";

const NAMES: ReadonlySet<string> = new Set(["displayName", "givenName", "familyName", "name"]);

/** Words that were worked out before, by record, and the texts that they are of. */
export type WordsBefore = Map<string, { readonly of: string; readonly tokens: readonly string[] }>;

/**
 * The words by which the records are found once their drafts are written: names, identifiers, and every other attribute
 * that is a text.
 *
 * @param values the stored identifiers' values, by id; those that the drafts name themselves need not be among them
 * @param before where they are kept, and not worked out again while they are of the very same texts
 */
export function recordWords(
  drafts: readonly RecordDraft[],
  values: ReadonlyMap<string, string>,
  before: WordsBefore = new Map(),
): SearchTokenRow[] {
  return drafts.flatMap((draft) => {
    const texts = textsOf(draft, values);
    const of = JSON.stringify(texts);
    const known = before.get(draft.recordId);
    const tokens = known?.of === of ? known.tokens : searchTokens(texts);
    before.set(draft.recordId, { of, tokens });
    return tokens.map((token) => ({ recordId: draft.recordId, token }));
  });
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
