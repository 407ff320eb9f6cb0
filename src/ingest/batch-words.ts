import { Transaction } from "../db/transaction";
import { readIdentifierValues } from "../identity/write/identifier.repository";
import { Drafted, IdentityPlan } from "../identity/write/identity-plan";
import { LinkDraft, RecordDraft } from "../identity/write/record-draft";
import { recordWords, WordsBefore } from "../profile/record-words";
import { SearchTokenRow } from "../profile/search-tokens-writer.repository";

/**
 * The words by which the records with news are found once the plan is written. The values of most were loaded to decide who
 * they are; those of the others are read.
 */
export async function wordsOf(
  tx: Transaction,
  { identifiers }: IdentityPlan,
  news: readonly RecordDraft[],
  before: WordsBefore,
): Promise<SearchTokenRow[]> {
  const isKnown = ({ identifierId, identifier }: LinkDraft) => identifier !== null || identifiers.has(identifierId);
  const others = news.filter(({ stored, links }) => stored !== null && ![...links.values()].every(isKnown));
  const values = await readIdentifierValues(
    tx,
    others.map((draft) => draft.recordId),
  );
  for (const { id, value } of identifiers.values()) values.set(id, value);
  return recordWords(news, values, before);
}

/** Those of the records that are new, which nothing has to be read for. */
export function wordsOfNew({ drafts }: Drafted): WordsBefore {
  const words: WordsBefore = new Map();
  recordWords(
    [...drafts.values()].filter((draft) => !draft.stored),
    new Map(),
    words,
  );
  return words;
}
