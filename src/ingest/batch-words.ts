import { LostRace } from "../db/sqlstate";
import { Transaction } from "../db/transaction";
import { readIdentifierValues } from "../identity/write/identifier.repository";
import { Drafted, IdentityPlan } from "../identity/write/identity-plan";
import { LinkDraft, RecordDraft } from "../identity/write/record-draft";
import { recordWords, WordsBefore } from "../profile/record-words";
import { TOKENS_PER_RECORD_MAX } from "../profile/search-tokens";
import { addSearchTokens, dropOtherTokens } from "../profile/search-tokens-writer.repository";

/**
 * The identifiers' values by which the records with news are found once the plan is written, by id. Those of most records
 * were loaded to decide who they are; those of the others are read.
 */
export async function valuesOf(
  tx: Transaction,
  { identifiers }: IdentityPlan,
  news: readonly RecordDraft[],
): Promise<Map<string, string>> {
  const isKnown = ({ identifierId, identifier }: LinkDraft) => identifier !== null || identifiers.has(identifierId);
  const others = news.filter(({ stored, links }) => stored !== null && ![...links.values()].every(isKnown));
  const values = await readIdentifierValues(
    tx,
    others.map((draft) => draft.recordId),
  );
  for (const { id, value } of identifiers.values()) values.set(id, value);
  return values;
}

/** The words of the records that are new, which nothing has to be read for. */
export function wordsOfNew({ drafts }: Drafted): WordsBefore {
  const words: WordsBefore = new Map();
  recordWords(
    [...drafts.values()].filter((draft) => !draft.stored),
    new Map(),
    words,
  );
  return words;
}

/** Writes words of records that are not written yet. */
export async function writeWordsAhead(tx: Transaction, words: WordsBefore): Promise<void> {
  await addSearchTokens(
    tx,
    [...words].flatMap(([recordId, { tokens }]) => tokens.map((token) => ({ recordId, token }))),
  );
}

/**
 * Writes the words. What only gains some has none to be dropped, unless it has as many as a record may have.
 *
 * @param ahead what is written already
 * @throws LostRace when a record of those is another one by now
 */
export async function writeWords(
  tx: Transaction,
  news: readonly RecordDraft[],
  values: ReadonlyMap<string, string>,
  ahead: WordsBefore,
): Promise<void> {
  const created = new Set(news.flatMap(({ recordId, stored }) => (stored ? [] : [recordId])));
  if ([...ahead.keys()].some((id) => !created.has(id))) throw new LostRace("a record came meanwhile");
  const words = recordWords(news, values, new Map(ahead));
  const counts = new Map<string, number>();
  for (const { recordId } of words) counts.set(recordId, (counts.get(recordId) ?? 0) + 1);
  const isFull = (recordId: string) => (counts.get(recordId) ?? 0) >= TOKENS_PER_RECORD_MAX;
  const losing = news.filter((draft) => draft.stored && (takesAway(draft) || isFull(draft.recordId)));
  const ids = new Set(losing.map(({ recordId }) => recordId));
  const kept = words.filter(({ recordId }) => ids.has(recordId));
  const added = words.filter(({ recordId }) => !ahead.has(recordId));
  await Promise.all([dropOtherTokens(tx, [...ids], kept), addSearchTokens(tx, added)]);
}

function takesAway(draft: RecordDraft): boolean {
  return draft.linksOf("DETACHED").length > 0 || draft.changedAttributes().some(({ stored }) => stored !== null);
}
