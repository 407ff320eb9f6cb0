import { v7 as uuidv7 } from "uuid";
import { isUuid } from "../../access/uuid";
import { Database } from "../../db/database";
import { Transaction } from "../../db/transaction";
import { DomainError } from "../../errors";
import { FeedSignal } from "../../feed/feed-signal";
import { IdentifierText } from "../normalize/normalize-identifier";
import { followHandles } from "../removal/removal.repository";
import { Decision, RulingOutcome } from "../resolve/decision";
import { Evidence } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { RulesService } from "../rules/rules.service";
import { Component } from "../write/component.repository";
import { firmRecords } from "./firm-records";
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
import { effectOf } from "./ruling-effect";
import { judgeSuggestions, lockedComponent, planRuled, profilesOf, ruledFacts, writeRuled } from "./ruling-writer";
import { revokeShared, ruleShared } from "./shared-ruling";

export type JoinOutcome =
  | { readonly status: "JOINED" | "KNOWN" }
  | { readonly status: "REFUSED"; readonly reason: string };

const REASON_MAX = 2_000;
const IDS_MAX = 500;
const NEWEST = Number.MAX_SAFE_INTEGER;

/**
 * What people decide: these are the SAME customer, these are DIFFERENT ones, this value is SHARED by several people; and
 * taking such a decision back.
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

  /** By any ids of the customers: a SAME ruling over all their records, but for those that hang on them by a claim. */
  merge(decision: Decision, ids: readonly string[]): Promise<RulingOutcome> {
    requireReason(decision.reason);
    const handles = handlesOf(ids);
    return this.rule(decision, handles, [], async (tx, firm, led) => {
      if (led.length === 0) return "Name the customers that are to be one.";
      const found = await readHandles(tx, led);
      if (found.size < led.length) return "One of these customers does not exist.";
      const profiles = new Map([...found.values()].map((profile) => [profile.profileId, profile.recordIds]));
      if (profiles.size < 2) return "These ids already lead to one and the same customer.";
      const side = [...profiles.values()].flatMap(firm).sort();
      return { kind: "SAME", sides: [side], recordIds: [...profiles.values()].flat() };
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
      const component = await lockedComponent(tx, { recordIds, valueIds: [] }, rules, met);
      known = (await holdRuling(tx, rulingId)) !== null;
      if (known) return { refused: "This was decided before." };
      if (recordIds.some((id) => !component.records.has(id)))
        return { refused: "One of these records does not exist." };
      const { actor, reason } = decision;
      const sides = [[...recordIds].sort()];
      return put(tx, decision, { id: rulingId, kind: "SAME", actor, reason, sides, recordIds }, component, rules);
    });
    if (known) return { status: "KNOWN" };
    return "refused" in outcome ? { status: "REFUSED", reason: outcome.refused } : { status: "JOINED" };
  }

  /** A DIFFERENT ruling: these records against all others of the customer that are theirs by more than a claim. */
  split(decision: Decision, id: string, recordIds: readonly string[]): Promise<RulingOutcome> {
    requireReason(decision.reason);
    const apart = handlesOf(recordIds);
    const [handle] = handlesOf([id]) as [string];
    return this.rule(decision, [handle], apart, async (tx, firm, led) => {
      const [profile] = (await readHandles(tx, led)).values();
      if (!profile) return "This customer does not exist.";
      if (apart.length === 0) return "Name at least one record to set apart.";
      if (apart.some((one) => !profile.recordIds.includes(one))) return "One of these records is not this customer's.";
      const rest = profile.recordIds.filter((one) => !apart.includes(one)).sort();
      if (rest.length === 0) return "Nothing would be left of this customer: leave at least one record out.";
      return { kind: "DIFFERENT", sides: [[...apart].sort(), firm(rest)], recordIds: profile.recordIds };
    });
  }

  /** A DIFFERENT ruling between two customers, by any ids of theirs: what is theirs by more than a claim. */
  keepApart(decision: Decision, one: string, other: string): Promise<RulingOutcome> {
    requireReason(decision.reason);
    const handles = handlesOf([one, other]);
    return this.rule(decision, handles, [], async (tx, firm, led) => {
      const found = await readHandles(tx, led);
      const profiles = new Map([...found.values()].map((profile) => [profile.profileId, profile.recordIds]));
      if (profiles.size < 2) return "These two are not two customers any more.";
      const sides = [...profiles.values()].map((recordIds) => firm(recordIds).sort());
      return { kind: "DIFFERENT", sides, recordIds: [...profiles.values()].flat() };
    });
  }

  /** A SHARED ruling: several people use this value, so it says of nobody who they are. */
  share(decision: Decision, text: IdentifierText): Promise<RulingOutcome> {
    requireReason(decision.reason);
    return this.decide(decision, (tx, rules, met) => ruleShared(tx, decision, text, rules, met));
  }

  async revoke(decision: Decision, id: string): Promise<RulingOutcome> {
    const [rulingId] = handlesOf([id]) as [string];
    return this.decide(decision, async (tx, rules, met): Promise<RulingOutcome> => {
      const ruling = await holdRuling(tx, rulingId);
      if (!ruling) return { refused: "This ruling does not exist." };
      if (ruling.revokedAt) return { refused: "This ruling was taken back before." };
      if (ruling.kind === "SHARED") return revokeShared(tx, decision, ruling, rules, met);
      const recordIds = await listRulingRecords(tx, rulingId);
      const component = await lockedComponent(tx, { recordIds, valueIds: [] }, rules, met);
      const rulings = [...component.rulings.values()].filter((one) => one.id !== rulingId);
      const plan = planRuled(component, ruledFacts(component, rulings, rules), rules);
      const made = { ...decision, rulingId, kind: "RULING_REVOKED" as const, evidence: [] };
      const written = await writeRuled(tx, plan, recordIds, made, rules);
      await markRevoked(tx, rulingId, written.position, written.at, decision.actor);
      await judgeSuggestions(tx, plan, recordIds, rules, written);
      return { rulingId, profileIds: profilesOf(plan, recordIds), overruledIds: [], overrode: [] };
    });
  }

  /** What was decided, newest first, after the ruling named. */
  list(tenantId: string, after: string | null, limit: number): Promise<StoredRuling[]> {
    return this.database.read(tenantId, (tx) => listRulings(tx, after, limit));
  }

  /**
   * @param handles ids of customers; those of removed records lead to the customers that held them
   * @param named records that the ruling names besides
   */
  private rule(
    decision: Decision,
    handles: readonly string[],
    named: readonly string[],
    judge: Judge,
  ): Promise<RulingOutcome> {
    return this.decide(decision, async (tx, rules, met): Promise<RulingOutcome> => {
      const led = await followHandles(tx, handles);
      const component = await lockedComponent(tx, { recordIds: [...led, ...named], valueIds: [] }, rules, met);
      const facts = ruledFacts(component, [...component.rulings.values()], rules);
      const judged = await judge(tx, (recordIds) => firmRecords(facts, rules, recordIds), led);
      if (typeof judged === "string") return { refused: judged };
      const ruling: RecordRuling = { ...judged, id: uuidv7(), actor: decision.actor, reason: decision.reason };
      return put(tx, decision, ruling, component, rules);
    });
  }

  /** Runs the work in a transaction of its own: again from its beginning when it lost a race or its rules were replaced. */
  private async decide(decision: Decision, work: Deciding): Promise<RulingOutcome> {
    const { tenantId } = decision;
    const met = new Set<string>();
    const outcome = await this.rules.byCurrent(tenantId, (rules) =>
      this.database.write(tenantId, (tx) => work(tx, rules, met)),
    );
    if (!("refused" in outcome)) this.signal.feedMoved(tenantId);
    return outcome;
  }
}

/** `met` collects the records that were met in any attempt: the next one locks them all at once, in their order. */
type Deciding = (tx: Transaction, rules: ResolutionRules, met: Set<string>) => Promise<RulingOutcome>;

/** A ruling that names records, and all records of the customers that it is about. */
type RecordRuling = NewRuling & { readonly kind: "SAME" | "DIFFERENT"; readonly recordIds: readonly string[] };

/** Of a customer's records those that a ruling names: see `firmRecords`. */
type FirmOf = (recordIds: readonly string[]) => string[];

/** Makes the ruling, or says why it cannot stand; `led` are the handles, each once, as they lead to records that are there. */
type Judge = (
  tx: Transaction,
  firm: FirmOf,
  led: readonly string[],
) => Promise<Pick<RecordRuling, "kind" | "sides" | "recordIds"> | string>;

async function put(
  tx: Transaction,
  decision: Decision,
  ruling: RecordRuling,
  component: Component,
  rules: ResolutionRules,
): Promise<RulingOutcome> {
  const earlier = ruledFacts(component, [...component.rulings.values()], rules);
  const before = { facts: earlier, resolution: resolve(earlier, rules) };
  const facts = ruledFacts(component, [...earlier.rulings, { ...ruling, position: NEWEST }], rules);
  const plan = planRuled(component, facts, rules);
  const { recordIds } = ruling;
  const effect = effectOf(ruling, before, plan.resolution, rules);
  const made = { ...decision, rulingId: ruling.id, kind: "RULED" as const, evidence: decidedBy(ruling) };
  const written = await writeRuled(tx, plan, recordIds, made, rules);
  await insertRuling(tx, ruling, written.position, written.at);
  await judgeSuggestions(tx, plan, recordIds, rules, written);
  return { rulingId: ruling.id, profileIds: profilesOf(plan, recordIds), ...effect };
}

/** The decision as a piece of evidence, for the history: between the oldest records that it names. */
function decidedBy({ id, sides }: NewRuling): Evidence[] {
  const [one, other] = sides.length > 1 ? [sides[0]![0]!, sides[1]![0]!] : [sides[0]![0]!, sides[0]![1]!];
  const [recordA, recordB] = one < other ? [one, other] : [other, one];
  return [{ kind: "RULING", rulingId: id, recordA, recordB }];
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
