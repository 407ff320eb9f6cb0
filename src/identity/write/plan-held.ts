import { LostRace } from "../../db/sqlstate";
import { Transaction } from "../../db/transaction";
import { Compared } from "../resolve/compare-persons";
import { ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { Likeness } from "../similarity/likeness";
import { Drafting } from "./drafting";
import { HeldIdentifier } from "./identifier.repository";
import { Drafted, factsWithDrafts, IdentityPlan, planResolved } from "./identity-plan";
import { Meanwhile } from "./meanwhile";
import { isSameMoment } from "./moment.repository";
import { readRecordStatesAgain } from "./record.repository";
import { identityAttributes, RecordDraft } from "./record-draft";
import { areSameStates, RecordState } from "./record-state";
import { requireHeld, requireSameRecords, requireSilent, saysTheSame } from "./redrafted";
import { approach, holdAround, holdRest, Loaded, Surroundings } from "./surroundings";

/** How often a component that grew while it was being locked is locked again before the whole transaction starts over. */
const LOCK_ROUNDS = 4;

/** By what the drafts are decided. */
export interface Deciding {
  readonly rules: ResolutionRules;
  /** The values that the drafts name. */
  readonly held: ReadonlyMap<string, HeldIdentifier>;
  readonly compared: Compared;
  /** Whether likeness stays as it is until the transaction ends. */
  readonly isStill: boolean;
  /** Whether records may say something else of their persons than when these were compared. */
  readonly mayDescribe: boolean;
}

/** Drafts, and the states that they were drafted of. */
export interface DraftedStates {
  readonly read: ReadonlyMap<string, RecordState>;
  readonly current: Drafted;
}

/** Holds what hangs together with the drafts, resolves it and plans; see `planDrafts`. */
export async function planHeld(
  tx: Transaction,
  drafting: Drafting,
  { read, current }: DraftedStates,
  deciding: Deciding,
  met: Set<string>,
  meanwhile: Meanwhile,
): Promise<IdentityPlan> {
  const { rules, held, compared, isStill, mayDescribe } = deciding;
  const { likeness } = compared;
  const attributes = identityAttributes(rules);
  const locked = new Set<string>();
  const strangers = new Set<string>();
  let isSent = false;
  // What was loaded, where nothing was wrong with it but that some of it had not been held.
  let kept: Loaded | null = null;
  for (let round = 0; round < LOCK_ROUNDS; round += 1) {
    const drafts = current.drafts;
    for (const id of toBeHeld(drafts, likeness)) met.add(id);
    const holder = { met, locked, isFirst: round === 0 };
    const holding: Promise<Loaded> = kept
      ? holdRest(tx, kept, holder)
      : holdAround(tx, await approach(tx, drafts, held, rules, likeness, strangers), rules, likeness, holder);
    const reading = readRecordStatesAgain(tx, drafting.names);
    // It is awaited last; should something before it fail, that is the same transaction's failure.
    reading.catch(() => undefined);
    if (round === 0) isSent = meanwhile.drafted(current);
    if (kept) tx.goAhead();
    const supposed = kept && planLoaded(current, kept, deciding);
    const loaded = await holding;
    if (round === 0) meanwhile.compared(compared.plan);
    const isAllHeld = loaded.strangers.length === 0 && [...met].every((id) => locked.has(id));
    // Mostly what is read again is what was read: it is decided by that while PostgreSQL looks.
    const likely = supposed ?? (isAllHeld ? planLoaded(current, loaded, deciding) : null);
    const fresh = await reading;
    const isMissed = loaded.moment !== null && !(isStill && isSameMoment(loaded.moment, fresh.moment));
    if (likely && !isMissed && areSameStates(read, fresh.states)) return likely;
    read = fresh.states;
    current = drafting.draft(read);
    if (isSent) requireSameRecords(drafts, current.drafts);
    requireHeld(current.drafts, held);
    if (!mayDescribe) requireSilent(current.drafts);
    kept = null;
    if (isMissed || !saysTheSame(drafts, current.drafts, attributes)) continue;
    for (const id of loaded.strangers) strangers.add(id);
    if (isAllHeld) return planLoaded(current, loaded, deciding);
    if (loaded.strangers.length === 0 && loaded.moment !== null) kept = loaded;
  }
  throw new LostRace("the component kept growing");
}

function planLoaded(
  drafted: Drafted,
  { component, statuses, apart, beside }: Surroundings,
  { held, rules, compared }: Deciding,
): IdentityPlan {
  const concerned = new Map([...drafted.drafts].filter(([, { recordId }]) => !apart.has(recordId)));
  const facts = factsWithDrafts(component, concerned, held, statuses, rules);
  const unloaded = new Map([...apart, ...beside]);
  return planResolved(drafted, statuses, component, facts, resolve(facts, rules), compared.plan, unloaded);
}

/** Every stored record whose facts the batch changes, or which it makes more or less alike to others. */
function toBeHeld(drafts: ReadonlyMap<string, RecordDraft>, likeness: Likeness | null): string[] {
  const changed = [...drafts.values()].filter((draft) => draft.stored && draft.hasNews);
  return [...changed.flatMap(changedIds), ...(likeness?.concerned ?? [])];
}

/** A record that changes, and the one with which is noted of what the customer's records say different things. */
export function changedIds(draft: RecordDraft): string[] {
  const says = draft.stored !== null && draft.changedAttributes().length > 0;
  return says ? [draft.recordId, draft.stored.profileId] : [draft.recordId];
}
