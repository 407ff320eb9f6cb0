import { v7 as uuidv7 } from "uuid";
import { Instant } from "../db/column-types";
import { Transaction } from "../db/transaction";
import { NewChange } from "../feed/change";
import { appendChanges } from "../feed/feed.repository";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { advanceByRules } from "../identity/rules/advance-by-rules";
import { tellSuggestions } from "../identity/similarity/suggestion-changes";
import { draftingOf } from "../identity/write/drafting";
import { Drafted, IdentityPlan } from "../identity/write/identity-plan";
import { planDrafts } from "../identity/write/plan-drafts";
import { readRecordStates } from "../identity/write/record.repository";
import { RecordDraft } from "../identity/write/record-draft";
import { nameOf, recordHandle, Sighting } from "../identity/write/sighting";
import { NOBODY, touchIdentity, writeIdentity } from "../identity/write/write-identity";
import { ActivityRow, NO_CHANNEL } from "../timeline/activity";
import { appendInteractions, InteractionRow, recordActivity } from "../timeline/timeline-writer.repository";
import { valuesOf, writeWords } from "./batch-words";
import { claimDeliveries, Delivery, findDeliveries, KnownDelivery } from "./delivery.repository";
import { PreparedEvent, PreparedRecord } from "./prepared";
import { SentAhead } from "./sent-ahead";

export type EventOutcome =
  | {
      readonly status: "ACCEPTED" | "DUPLICATE";
      readonly interactionId: string | null;
      readonly profileId: string | null;
    }
  | { readonly status: "CONFLICT" };

export interface RecordOutcome {
  readonly status: "ACCEPTED" | "DUPLICATE";
  readonly recordId: string;
  readonly profileId: string;
}

export interface BatchOutcome {
  readonly events: readonly EventOutcome[];
  readonly records: readonly RecordOutcome[];
  /** Whether anything was appended to the feed. */
  readonly moved: boolean;
}

/*
 * One batch, one transaction.
 *
 *   claim the ledger + read the records' states   one round trip
 *   plan                                          none, when nothing is new about who is who
 *   append, touch, advance the feed, write, commit   one round trip
 *
 * The counter of the feed is taken last, so that everything before it runs beside other transactions of the tenant. What
 * could still take the write back behind it (a lost race, other rules) fails in PostgreSQL itself, and the commit with it.
 */
export async function writeBatch(
  tx: Transaction,
  events: readonly PreparedEvent[],
  records: readonly PreparedRecord[],
  rules: ResolutionRules,
  now: Instant,
  met: Set<string>,
): Promise<BatchOutcome> {
  const firsts = firstDeliveries(events);
  const deliveries = [...firsts.values()].sort((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
  const all = [...events, ...records].map(({ sighting }) => sighting);
  const [claimed, states] = await Promise.all([
    claimDeliveries(tx, deliveries),
    readRecordStates(tx, draftingOf(all).names),
  ]);
  const known = await findDeliveries(
    tx,
    deliveries.flatMap(({ deliveryId }) => (claimed.has(deliveryId) ? [] : [deliveryId])),
  );
  const fresh = [...firsts.values()].filter(({ deliveryId }) => claimed.has(deliveryId)).map(({ event }) => event);
  const sightings = [...fresh, ...records].map(({ sighting }) => sighting);
  if (sightings.length === 0) return { events: outcomes(events, firsts, known, new Map()), records: [], moved: false };

  const drafting = draftingOf(sightings);
  const interactionsOf = (drafted: Drafted) =>
    fresh.map(
      (event): InteractionRow => ({
        ...event.interaction,
        interactionId: firsts.get(event.deliveryId)!.interactionId,
        recordId: recordOf(drafted, event.sighting).recordId,
      }),
    );
  const append = (drafted: Drafted) =>
    Promise.all([
      recordActivity(tx, activity(drafted, sightings, fresh)),
      appendInteractions(tx, interactionsOf(drafted)),
    ]);
  // Of a record that is upserted nothing is appended unless it is news.
  const ahead = new SentAhead(tx, append, records.length === 0);
  const plan = await planDrafts(tx, drafting, states, rules, met, ahead);
  const changes = [...plan.changes, ...interactionsOf(plan).map(interactionAdded)];
  const filed = await write(tx, plan, ahead, ahead.appended ?? append(plan), changes, rules, now);
  const recordNews = plan.news.slice(fresh.length);
  return {
    events: outcomes(events, firsts, known, filed),
    records: records.map(({ sighting }, place) => {
      const { recordId } = recordOf(plan, sighting);
      const status = recordNews[place] ? "ACCEPTED" : "DUPLICATE";
      return { status, recordId, profileId: plan.profileOf.get(recordId) ?? recordId };
    }),
    moved: changes.length > 0,
  };
}

/** Answers with the profile that each interaction was filed under. */
async function write(
  tx: Transaction,
  plan: IdentityPlan,
  ahead: SentAhead,
  appending: Promise<unknown>,
  changes: readonly NewChange[],
  rules: ResolutionRules,
  now: Instant,
): Promise<Map<string, string>> {
  const news = [...plan.drafts.values()].filter((draft) => draft.hasNews);
  const reading = valuesOf(tx, plan, news);
  const appended = Promise.all([appending, touchIdentity(tx, plan)]);
  // It is awaited last; should something before it fail, its own failure is the same transaction's and tells nothing more.
  appended.catch(() => undefined);
  if (changes.length === 0) {
    await appended;
    return new Map();
  }
  const values = await reading;
  const advanced = advanceByRules(tx, changes.length, rules, now);
  const writing = news.length > 0 ? writeIdentity(tx, plan, changes.length, NOBODY, ahead.similarity) : [];
  const telling = news.length > 0 && writeWords(tx, news, values, ahead.words);
  const filing = Promise.all([appendChanges(tx, changes), writing, telling]);
  // Else there may be suggestions that begin or end, and they have to be told of as well.
  if (plan.similarity.review === null) tx.allSent();
  // In the order in which they were sent: when one fails, those behind it only say that the transaction is aborted.
  for (const answer of [advanced, filing]) answer.catch(() => undefined);
  await appended;
  await advanced;
  const [filed, suggested] = await filing;
  await tellSuggestions(tx, suggested, changes);
  return new Map(filed.flatMap((row) => (row.interaction_id ? [[row.interaction_id, row.profile_id]] : [])));
}

interface FirstDelivery extends Delivery {
  readonly event: PreparedEvent;
}

/** Of several deliveries of one message in a batch the first stands for all. */
function firstDeliveries(events: readonly PreparedEvent[]): Map<string, FirstDelivery> {
  const firsts = new Map<string, FirstDelivery>();
  for (const event of events) {
    const { deliveryId, payloadHash } = event;
    if (!firsts.has(deliveryId)) firsts.set(deliveryId, { deliveryId, payloadHash, interactionId: uuidv7(), event });
  }
  return firsts;
}

function outcomes(
  events: readonly PreparedEvent[],
  firsts: ReadonlyMap<string, Delivery>,
  known: ReadonlyMap<string, KnownDelivery>,
  filed: ReadonlyMap<string, string>,
): EventOutcome[] {
  const answered = new Set<string>();
  return events.map(({ deliveryId, payloadHash }) => {
    const before = known.get(deliveryId);
    if ((before ?? firsts.get(deliveryId)!).payloadHash !== payloadHash) return { status: "CONFLICT" };
    if (before) return { status: "DUPLICATE", interactionId: before.interactionId, profileId: before.profileId };
    const { interactionId } = firsts.get(deliveryId)!;
    const status = answered.has(deliveryId) ? "DUPLICATE" : "ACCEPTED";
    answered.add(deliveryId);
    return { status, interactionId, profileId: filed.get(interactionId) ?? null };
  });
}

function recordOf(drafted: Drafted, sighting: Sighting): RecordDraft {
  return drafted.drafts.get(recordHandle(nameOf(sighting)))!;
}

function activity(drafted: Drafted, sightings: readonly Sighting[], fresh: readonly PreparedEvent[]): ActivityRow[] {
  return sightings.flatMap((sighting, place) => {
    const event = fresh[place];
    if (!event && !drafted.news[place]) return [];
    const { recordId } = recordOf(drafted, sighting);
    const channel = event?.interaction.channel ?? NO_CHANNEL;
    return [{ recordId, channel, interactions: event ? 1 : 0, firstAt: sighting.at, lastAt: sighting.at }];
  });
}

function interactionAdded(row: InteractionRow): NewChange {
  return {
    kind: "INTERACTION_ADDED",
    profileId: null,
    relatedIds: [],
    recordId: row.recordId,
    interactionId: row.interactionId,
    source: row.source,
    channel: row.channel,
  };
}
