import { v7 as uuidv7 } from "uuid";
import { Instant } from "../db/column-types";
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
import { RulesService } from "./rules.service";
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

/** Who decides, and why. */
export interface Decision {
  readonly tenantId: string;
  readonly actor: string;
  readonly reason: string | null;
}

/** What a ruling did; or, with nothing changed, why it cannot stand. */
export type RulingOutcome =
  | {
      readonly rulingId: string;
      /** The profiles concerned as they are now, the oldest first. */
      readonly profileIds: readonly string[];
      readonly overruledIds: readonly string[];
      readonly overrode: readonly Evidence[];
    }
  | { readonly refused: string };

const LOCK_ROUNDS = 4;
const REASON_MAX = 2_000;
const IDS_MAX = 100;
const NEWEST = Number.MAX_SAFE_INTEGER;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What people decide: these are the SAME customer, these are DIFFERENT ones; and taking such a decision back.
 *
 * Promises: a ruling is one more fact. What changes is what `resolve` answers with it, and revoking it gives back what
 * the other facts say. It names source records, so it keeps holding as others arrive; it moves no interaction.
 * On failure: what cannot stand is answered as `refused`, in words for an agent, and has changed nothing.
 */
export class RulingService {
  constructor(
    private readonly database: Database,
    private readonly rules: RulesService,
    private readonly signal: FeedSignal,
  ) {}

  async merge(decision: Decision, ids: readonly string[]): Promise<RulingOutcome> {
    requireReason(decision.reason);
    const handles = handlesOf(ids);
    return this.rule(decision, handles, async (tx) => {
      const found = await readHandles(tx, handles);
      if (found.size < handles.length) return "One of these customers does not exist.";
      const profiles = new Map([...found.values()].map((profile) => [profile.profileId, profile.recordIds]));
      if (profiles.size < 2) return "These ids already lead to one and the same customer.";
      return { kind: "SAME", sides: [[...profiles.values()].flat().sort()] };
    });
  }

  async split(decision: Decision, id: string, recordIds: readonly string[]): Promise<RulingOutcome> {
    requireReason(decision.reason);
    const apart = handlesOf(recordIds);
    const [handle] = handlesOf([id]);
    return this.rule(decision, [handle!, ...apart], async (tx) => {
      const profile = (await readHandles(tx, [handle!])).get(handle!);
      if (!profile) return "This customer does not exist.";
      if (apart.length === 0) return "Name at least one record to set apart.";
      if (apart.some((one) => !profile.recordIds.includes(one))) return "One of these records is not this customer's.";
      const rest = profile.recordIds.filter((one) => !apart.includes(one)).sort();
      if (rest.length === 0) return "Nothing would be left of this customer: leave at least one record out.";
      return { kind: "DIFFERENT", sides: [[...apart].sort(), rest] };
    });
  }

  async revoke(decision: Decision, rulingId: string): Promise<RulingOutcome> {
    if (!UUID.test(rulingId)) return { refused: "This ruling does not exist." };
    const rules = await this.rules.rulesOf(decision.tenantId);
    const now = new Date().toISOString();
    const outcome = await this.database.write(decision.tenantId, async (tx): Promise<RulingOutcome> => {
      const ruling = await holdRuling(tx, rulingId);
      if (!ruling) return { refused: "This ruling does not exist." };
      if (ruling.revokedAt) return { refused: "This ruling was taken back before." };
      const recordIds = await listRulingRecords(tx, rulingId);
      const component = await lockedComponent(tx, recordIds);
      const facts = factsOf(
        component,
        [...component.rulings.values()].filter((one) => one.id !== rulingId),
      );
      const plan = planResolved(NO_DRAFTS, new Map(), component, facts, resolve(facts, rules));
      const position = await this.write(tx, plan, recordIds, { ...decision, rulingId, kind: "RULING_REVOKED" }, now);
      await markRevoked(tx, rulingId, position, now, decision.actor);
      return { rulingId, profileIds: profilesOf(plan, recordIds), overruledIds: [], overrode: [] };
    });
    if (!("refused" in outcome)) this.signal.feedMoved(decision.tenantId);
    return outcome;
  }

  list(tenantId: string, after: string | null, limit: number): Promise<StoredRuling[]> {
    return this.database.read(tenantId, (tx) => listRulings(tx, after, limit));
  }

  private async rule(
    decision: Decision,
    seeds: readonly string[],
    judge: (tx: Transaction) => Promise<Pick<NewRuling, "kind" | "sides"> | string>,
  ): Promise<RulingOutcome> {
    const rules = await this.rules.rulesOf(decision.tenantId);
    const now = new Date().toISOString();
    const outcome = await this.database.write(decision.tenantId, async (tx): Promise<RulingOutcome> => {
      const component = await lockedComponent(tx, seeds);
      const judged = await judge(tx);
      if (typeof judged === "string") return { refused: judged };
      const ruling: NewRuling = { ...judged, id: uuidv7(), actor: decision.actor, reason: decision.reason };
      return this.put(tx, decision, ruling, component, rules, now);
    });
    if (!("refused" in outcome)) this.signal.feedMoved(decision.tenantId);
    return outcome;
  }

  private async put(
    tx: Transaction,
    decision: Decision,
    ruling: NewRuling,
    component: Component,
    rules: ResolutionRules,
    now: Instant,
  ): Promise<RulingOutcome> {
    const earlier = [...component.rulings.values()];
    const before = resolve(factsOf(component, earlier), rules);
    const facts = factsOf(component, [...earlier, { ...ruling, position: NEWEST }]);
    const plan = planResolved(NO_DRAFTS, new Map(), component, facts, resolve(facts, rules));
    const recordIds = ruling.sides.flat();
    const position = await this.write(tx, plan, recordIds, { ...decision, rulingId: ruling.id, kind: "RULED" }, now);
    await insertRuling(tx, ruling, position, now);
    return {
      rulingId: ruling.id,
      profileIds: profilesOf(plan, recordIds),
      overruledIds: earlier.filter((other) => contradicts(ruling, other)).map((other) => other.id),
      overrode: ruling.kind === "SAME" ? before.refusals.filter((refusal) => isBetween(refusal, plan, recordIds)) : [],
    };
  }

  /** Answers with the position at which the decision stands. */
  private async write(
    tx: Transaction,
    plan: IdentityPlan,
    recordIds: readonly string[],
    decision: Decision & { rulingId: string; kind: IdentityEventKind },
    now: Instant,
  ): Promise<number> {
    const profileIds = [
      ...new Set([...profilesOf(plan, recordIds), ...recordIds.map((id) => plan.before.get(id) ?? id)]),
    ];
    const changes = plan.changes.length > 0 ? plan.changes : profilesOf(plan, recordIds).map(updated);
    const advance = await advanceFeed(tx, changes.length, now);
    const { rulingId, kind, actor, reason } = decision;
    const evidence = plan.resolution.joins.filter((join) => join.rulingId === rulingId);
    await Promise.all([
      writeIdentity(tx, plan, advance, { rulingId, actor, reason }),
      appendIdentityEvents(tx, [
        {
          kind,
          position: advance.first,
          at: advance.at,
          rulingId,
          actor,
          reason,
          profileIds,
          evidence: evidence.map((one) => describeEvidence(one, plan.identifiers)),
        },
      ]),
      appendChanges(tx, changes),
    ]);
    return advance.first;
  }
}

const NO_DRAFTS = { drafts: new Map(), news: [] };

/** The component around the records, held: whoever would change it waits. */
async function lockedComponent(tx: Transaction, seeds: readonly string[]): Promise<Component> {
  const locked = new Set<string>();
  for (let round = 0; round < LOCK_ROUNDS; round += 1) {
    const component = await loadComponent(tx, seeds, { all: [], trusted: [] }, new Set());
    const unlocked = [...component.records.keys()].filter((id) => !locked.has(id)).sort();
    if (unlocked.length === 0) return component;
    await lockRecords(tx, unlocked, locked.size > 0);
    for (const id of unlocked) locked.add(id);
  }
  throw new LostRace("the component kept growing");
}

function factsOf(component: Component, rulings: readonly Ruling[]): Facts {
  return { ...factsWithDrafts(component, NO_DRAFTS.drafts, new Map(), new Map()), rulings };
}

function profilesOf(plan: IdentityPlan, recordIds: readonly string[]): string[] {
  return [...new Set(recordIds.flatMap((id) => plan.profileOf.get(id) ?? []))].sort();
}

/** Whether an earlier ruling says the opposite of some pair of this one. */
function contradicts(ruling: NewRuling, other: Ruling): boolean {
  if (ruling.kind === other.kind) return false;
  const [same, different] = ruling.kind === "SAME" ? [ruling, other] : [other, ruling];
  const held = new Set(same.sides[0]);
  return different.sides.every((side) => side.some((id) => held.has(id)));
}

/** A refusal between two records that the ruling has made one customer. */
function isBetween({ recordA, recordB }: Evidence, plan: IdentityPlan, recordIds: readonly string[]): boolean {
  const ruled = new Set(recordIds);
  return ruled.has(recordA) && ruled.has(recordB) && plan.before.get(recordA) !== plan.before.get(recordB);
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

function handlesOf(ids: readonly string[]): string[] {
  if (ids.length > IDS_MAX) throw new DomainError("BAD_USER_INPUT", `Name at most ${IDS_MAX} ids.`);
  return [...new Set(ids.map((id) => (UUID.test(id) ? id.toLowerCase() : NOBODY)))];
}

/** Stands for every id that cannot exist, so that it is answered like one that does not. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

function requireReason(reason: string | null): void {
  if (reason !== null && reason.length > REASON_MAX) {
    throw new DomainError("BAD_USER_INPUT", `A reason has at most ${REASON_MAX} characters.`);
  }
}
