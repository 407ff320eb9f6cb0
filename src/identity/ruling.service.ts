import { v7 as uuidv7 } from "uuid";
import { isUuid } from "../access/uuid";
import { Database } from "../db/database";
import { LostRace } from "../db/sqlstate";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { NewChange } from "../feed/change";
import { advanceFeed, appendChanges } from "../feed/feed.repository";
import { FeedSignal } from "../feed/feed-signal";
import { Component, loadComponent } from "./component.repository";
import { Evidence, Facts, Ruling } from "./facts";
import { writeIdentity } from "./identity.service";
import { appendIdentityEvents, IdentityEventKind } from "./identity-history.repository";
import { describeEvidence, factsWithDrafts, IdentityPlan, planResolved } from "./identity-plan";
import { lockRecords } from "./record.repository";
import { ResolutionRules } from "./resolution-rules";
import { resolve } from "./resolve";
import { RulesService, StaleRules } from "./rules.service";
import {
  holdRuling,
  insertRuling,
  listRulingRecords,
  listRulings,
  markRevoked,
  NewRuling,
  readHandles,
  StoredRuling,
} from "./ruling.repository";
import { effectOf, RulingEffect } from "./ruling-effect";

/** Who decides, and why. */
export interface Decision {
  readonly tenantId: string;
  readonly actor: string;
  readonly reason: string | null;
}

/** What a ruling did; or, with nothing changed, why it cannot stand. */
export type RulingOutcome =
  | (RulingEffect & {
      readonly rulingId: string;
      /** The profiles concerned as they are now, the oldest first. */
      readonly profileIds: readonly string[];
    })
  | { readonly refused: string };

export type JoinOutcome =
  | { readonly status: "JOINED" | "KNOWN" }
  | { readonly status: "REFUSED"; readonly reason: string };

/** How often a component that grew while it was being locked is locked again before the whole transaction starts over. */
const LOCK_ROUNDS = 4;
/** How often a ruling is worked out again because other rules came into force meanwhile. */
const RULES_ATTEMPTS = 3;
const REASON_MAX = 2_000;
const IDS_MAX = 500;
const NEWEST = Number.MAX_SAFE_INTEGER;

/**
 * What people decide: these are the SAME customer, these are DIFFERENT ones; and taking such a decision back.
 *
 * Promises: a ruling is one more fact. What changes is what `resolve` answers with it, and revoking it gives back what
 * the other facts say. It names source records, so it keeps holding as others arrive; it moves no interaction, and costs
 * the records around it. The answer is that of the facts as they are at the commit: the records are held until then.
 * On failure: what cannot stand is answered as `refused`, in words for an agent, and has changed nothing.
 */
export class RulingService {
  constructor(
    private readonly database: Database,
    private readonly rules: RulesService,
    private readonly signal: FeedSignal,
  ) {}

  /** By any ids of the customers: a SAME ruling over all their records. */
  merge(decision: Decision, ids: readonly string[]): Promise<RulingOutcome> {
    requireReason(decision.reason);
    const handles = handlesOf(ids);
    return this.rule(decision, handles, async (tx) => {
      if (handles.length === 0) return "Name the customers that are to be one.";
      const found = await readHandles(tx, handles);
      if (found.size < handles.length) return "One of these customers does not exist.";
      const profiles = new Map([...found.values()].map((profile) => [profile.profileId, profile.recordIds]));
      if (profiles.size < 2) return "These ids already lead to one and the same customer.";
      return { kind: "SAME", sides: [[...profiles.values()].flat().sort()] };
    });
  }

  /**
   * What another system decided by itself: a SAME ruling over exactly these records, kept even where they are one
   * customer already. It is made under an id of the caller's, and so once however often it is told; one that was taken
   * back since stays so.
   */
  async join(decision: Decision, rulingId: string, recordIds: readonly string[]): Promise<JoinOutcome> {
    requireReason(decision.reason);
    let known = false;
    const outcome = await this.decide(decision, async (tx, rules, met): Promise<RulingOutcome> => {
      const component = await lockedComponent(tx, recordIds, met);
      known = (await holdRuling(tx, rulingId)) !== null;
      if (known) return { refused: "This was decided before." };
      if (recordIds.some((id) => !component.records.has(id)))
        return { refused: "One of these records does not exist." };
      const { actor, reason } = decision;
      const ruling: NewRuling = { id: rulingId, kind: "SAME", actor, reason, sides: [[...recordIds].sort()] };
      return put(tx, decision, ruling, component, rules);
    });
    if (known) return { status: "KNOWN" };
    return "refused" in outcome ? { status: "REFUSED", reason: outcome.refused } : { status: "JOINED" };
  }

  /** A DIFFERENT ruling: these records against all others of the customer. */
  split(decision: Decision, id: string, recordIds: readonly string[]): Promise<RulingOutcome> {
    requireReason(decision.reason);
    const apart = handlesOf(recordIds);
    const [handle] = handlesOf([id]) as [string];
    return this.rule(decision, [handle, ...apart], async (tx) => {
      const profile = (await readHandles(tx, [handle])).get(handle);
      if (!profile) return "This customer does not exist.";
      if (apart.length === 0) return "Name at least one record to set apart.";
      if (apart.some((one) => !profile.recordIds.includes(one))) return "One of these records is not this customer's.";
      const rest = profile.recordIds.filter((one) => !apart.includes(one)).sort();
      if (rest.length === 0) return "Nothing would be left of this customer: leave at least one record out.";
      return { kind: "DIFFERENT", sides: [[...apart].sort(), rest] };
    });
  }

  async revoke(decision: Decision, id: string): Promise<RulingOutcome> {
    const [rulingId] = handlesOf([id]) as [string];
    return this.decide(decision, async (tx, rules, met): Promise<RulingOutcome> => {
      const ruling = await holdRuling(tx, rulingId);
      if (!ruling) return { refused: "This ruling does not exist." };
      if (ruling.revokedAt) return { refused: "This ruling was taken back before." };
      const recordIds = await listRulingRecords(tx, rulingId);
      const component = await lockedComponent(tx, recordIds, met);
      const rulings = [...component.rulings.values()].filter((one) => one.id !== rulingId);
      const facts = factsOf(component, rulings, rules);
      const plan = planResolved(NO_DRAFTS, new Map(), component, facts, resolve(facts, rules));
      const made = { ...decision, rulingId, kind: "RULING_REVOKED" as const, evidence: [] };
      const { position, at } = await writeRuled(tx, plan, recordIds, made, rules);
      await markRevoked(tx, rulingId, position, at, decision.actor);
      return { rulingId, profileIds: profilesOf(plan, recordIds), overruledIds: [], overrode: [] };
    });
  }

  /** What was decided, newest first, after the ruling named. */
  list(tenantId: string, after: string | null, limit: number): Promise<StoredRuling[]> {
    return this.database.read(tenantId, (tx) => listRulings(tx, after, limit));
  }

  private rule(
    decision: Decision,
    seeds: readonly string[],
    judge: (tx: Transaction) => Promise<Pick<NewRuling, "kind" | "sides"> | string>,
  ): Promise<RulingOutcome> {
    return this.decide(decision, async (tx, rules, met): Promise<RulingOutcome> => {
      const component = await lockedComponent(tx, seeds, met);
      const judged = await judge(tx);
      if (typeof judged === "string") return { refused: judged };
      const ruling: NewRuling = { ...judged, id: uuidv7(), actor: decision.actor, reason: decision.reason };
      return put(tx, decision, ruling, component, rules);
    });
  }

  /** Runs the work in a transaction of its own: again from its beginning when it lost a race or its rules were replaced. */
  private async decide(decision: Decision, work: Deciding): Promise<RulingOutcome> {
    const { tenantId } = decision;
    const met = new Set<string>();
    for (let attempt = 1; ; attempt += 1) {
      const rules = await this.rules.rulesOf(tenantId);
      try {
        const outcome = await this.database.write(tenantId, (tx) => work(tx, rules, met));
        if (!("refused" in outcome)) this.signal.feedMoved(tenantId);
        return outcome;
      } catch (error) {
        if (!(error instanceof StaleRules) || attempt === RULES_ATTEMPTS) throw error;
        this.rules.forget(tenantId);
      }
    }
  }
}

/** `met` collects the records that were met in any attempt: the next one locks them all at once, in their order. */
type Deciding = (tx: Transaction, rules: ResolutionRules, met: Set<string>) => Promise<RulingOutcome>;

interface Made extends Decision {
  readonly rulingId: string;
  readonly kind: IdentityEventKind;
  readonly evidence: readonly Evidence[];
}

async function put(
  tx: Transaction,
  decision: Decision,
  ruling: NewRuling,
  component: Component,
  rules: ResolutionRules,
): Promise<RulingOutcome> {
  const earlier = factsOf(component, [...component.rulings.values()], rules);
  const before = { facts: earlier, resolution: resolve(earlier, rules) };
  const facts = factsOf(component, [...earlier.rulings, { ...ruling, position: NEWEST }], rules);
  const plan = planResolved(NO_DRAFTS, new Map(), component, facts, resolve(facts, rules));
  const recordIds = ruling.sides.flat();
  const effect = effectOf(ruling, before, plan.resolution, rules);
  const made = { ...decision, rulingId: ruling.id, kind: "RULED" as const, evidence: decidedBy(ruling) };
  const { position, at } = await writeRuled(tx, plan, recordIds, made, rules);
  await insertRuling(tx, ruling, position, at);
  return { rulingId: ruling.id, profileIds: profilesOf(plan, recordIds), ...effect };
}

/** Answers with the place in the feed at which the decision stands. */
async function writeRuled(
  tx: Transaction,
  plan: IdentityPlan,
  recordIds: readonly string[],
  { rulingId, kind, actor, reason, evidence }: Made,
  rules: ResolutionRules,
): Promise<{ position: number; at: string }> {
  const now = profilesOf(plan, recordIds);
  const profileIds = [...new Set([...now, ...recordIds.map((id) => plan.before.get(id) ?? id)])];
  const changes = plan.changes.length > 0 ? plan.changes : now.map(updated);
  const advance = await advanceFeed(tx, changes.length, new Date().toISOString());
  if (advance.rulesVersion !== rules.version) throw new StaleRules();
  const told = evidence.map((one) => describeEvidence(one, plan.identifiers));
  const decided = {
    kind,
    position: advance.first,
    at: advance.at,
    rulingId,
    actor,
    reason,
    profileIds,
    evidence: told,
  };
  // The decision before what came of it: entries of one position are listed in the order in which they were made.
  await Promise.all([
    appendIdentityEvents(tx, [decided]),
    writeIdentity(tx, plan, advance, { rulingId, actor, reason }),
    appendChanges(tx, changes),
  ]);
  return { position: advance.first, at: advance.at };
}

const NO_DRAFTS = { drafts: new Map(), news: [] };

/** The component around the records, held: whoever would change it waits. */
async function lockedComponent(tx: Transaction, seeds: readonly string[], met: Set<string>): Promise<Component> {
  const locked = new Set<string>();
  for (let round = 0; round < LOCK_ROUNDS; round += 1) {
    const component = await loadComponent(tx, seeds, { all: [], trusted: [] }, new Set());
    for (const id of component.records.keys()) met.add(id);
    const unlocked = [...met].filter((id) => !locked.has(id)).sort();
    if (unlocked.length === 0) return component;
    await lockRecords(tx, unlocked, locked.size > 0);
    for (const id of unlocked) locked.add(id);
  }
  throw new LostRace("the component kept growing");
}

function factsOf(component: Component, rulings: readonly Ruling[], rules: ResolutionRules): Facts {
  return { ...factsWithDrafts(component, NO_DRAFTS.drafts, new Map(), new Map(), rules), rulings };
}

function profilesOf(plan: IdentityPlan, recordIds: readonly string[]): string[] {
  return [...new Set(recordIds.flatMap((id) => plan.profileOf.get(id) ?? []))].sort();
}

/** The decision as a piece of evidence, for the history: between the oldest records that it names. */
function decidedBy({ id, sides }: NewRuling): Evidence[] {
  const [one, other] = sides.length > 1 ? [sides[0]![0]!, sides[1]![0]!] : [sides[0]![0]!, sides[0]![1]!];
  const [recordA, recordB] = one < other ? [one, other] : [other, one];
  return [{ kind: "RULING", rulingId: id, recordA, recordB }];
}

function updated(profileId: string): NewChange {
  return {
    kind: "PROFILE_UPDATED",
    profileId,
    relatedIds: [],
    recordId: null,
    interactionId: null,
    source: null,
    channel: null,
  };
}

/** The ids, each once; what is no id at all is answered like an id of nobody. */
function handlesOf(ids: readonly string[]): string[] {
  if (ids.length > IDS_MAX) throw new DomainError("BAD_USER_INPUT", `Name at most ${IDS_MAX} ids.`);
  return [...new Set(ids.map((id) => (isUuid(id) ? id.toLowerCase() : NOBODY)))];
}

const NOBODY = "00000000-0000-0000-0000-000000000000";

function requireReason(reason: string | null): void {
  if (reason !== null && reason.length > REASON_MAX) {
    throw new DomainError("BAD_USER_INPUT", `A reason has at most ${REASON_MAX} characters.`);
  }
}
