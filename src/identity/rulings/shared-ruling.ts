import { v7 as uuidv7 } from "uuid";
import { LostRace } from "../../db/sqlstate";
import { Transaction } from "../../db/transaction";
import { IdentifierText, isIdentifierProblem, normalizeIdentifier } from "../normalize/normalize-identifier";
import { comparePersons } from "../resolve/compare-persons";
import { Decision, RulingOutcome } from "../resolve/decision";
import { Evidence, ValueStatus } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { entryOf } from "../resolve/resolve-entry";
import { valueStatus } from "../resolve/sharing";
import { describeDrafted } from "../similarity/described-persons";
import { findSimilarityState, holdSimilarity } from "../similarity/similarity-state.repository";
import { tellSuggestions } from "../similarity/suggestion-changes";
import { countCarriers, HeldIdentifier, holdIdentifiers } from "../write/identifier.repository";
import { IdentityPlan } from "../write/identity-plan";
import {
  beginSharedValue,
  endSharedValue,
  listCarriers,
  listSharedValues,
  readSharedValues,
} from "../write/shared-value.repository";
import { opensCarriers } from "../write/value-statuses";
import { insertRuling, markRevoked, StoredRuling } from "./ruling.repository";
import { lockedComponent, planRuled, profilesOf, ruledFacts, writeRuled } from "./ruling-writer";

/** Of a value that so many carry that it joins nobody anyway, so many are told of a decision about it. */
const MOST_TOLD = 100;

/**
 * A person's decision that several people use a value: it joins nobody from then on, whoever brings it, and what it alone
 * had joined falls apart. It is a fact about the value and not about records, so it also holds for those who come later.
 */
export async function ruleShared(
  tx: Transaction,
  decision: Decision,
  text: IdentifierText,
  rules: ResolutionRules,
  met: Set<string>,
): Promise<RulingOutcome> {
  const identifier = normalizeIdentifier(text, rules);
  if (isIdentifierProblem(identifier)) return { refused: identifier.message };
  if (!identifier.usable) return { refused: "This is a placeholder or cannot be read: it joins nobody as it is." };
  if (rules.similarity.enabled) await holdSimilarity(tx);
  const value = (await holdIdentifiers(tx, [], [identifier.id])).get(identifier.id);
  const carriers = value ? await listCarriers(tx, value.id, MOST_TOLD) : [];
  if (!value || carriers.length === 0) return { refused: "Nobody uses this identifier." };
  if (value.ruledShared) return { refused: "It was decided before that several people use this identifier." };
  const rulingId = uuidv7();
  const turned = await turn(tx, { ...value, usable: true }, "SHARED", rules, met);
  const named = turned.recordIds.length > 0 ? turned.recordIds : carriers.map(({ recordId }) => recordId);
  const plan = withProfiles(turned.plan, carriers);
  const evidence = [sharedBy(rulingId, value.id, named[0]!, named[1] ?? named[0]!)];
  const parted = partedPairs(plan, rulingId, value.id, turned.recordIds);
  const made = { ...decision, rulingId, kind: "RULED" as const, evidence, parted };
  const { position, at, changes, suggested } = await writeRuled(tx, plan, named, made, rules);
  const { actor, reason } = decision;
  await insertRuling(tx, { id: rulingId, kind: "SHARED", actor, reason, sides: [] }, position, at);
  await beginSharedValue(tx, rulingId, value.id, position);
  await tellSuggestions(tx, suggested, changes);
  return { rulingId, profileIds: profilesOf(plan, named), overruledIds: [], overrode: turned.joinedBefore };
}

/** Takes the decision back: the value joins again, where the number of those who carry it lets it. */
export async function revokeShared(
  tx: Transaction,
  decision: Decision,
  ruling: StoredRuling,
  rules: ResolutionRules,
  met: Set<string>,
): Promise<RulingOutcome> {
  const named = (await readSharedValues(tx, [ruling.id])).get(ruling.id);
  if (rules.similarity.enabled) await holdSimilarity(tx);
  const value = named && (await holdIdentifiers(tx, [], [named.identifierId])).get(named.identifierId);
  if (!value) throw new LostRace("the value was taken away, or became another by other rules");
  const inForce = (await listSharedValues(tx)).filter(({ identifierId }) => identifierId === value.id);
  const others = inForce.filter(({ rulingId }) => rulingId !== ruling.id);
  const status = others.length > 0 ? "SHARED" : await countedStatus(tx, value, rules);
  const turned = await turn(tx, value, status, rules, met);
  const carriers = await listCarriers(tx, value.id, MOST_TOLD);
  const recordIds = turned.recordIds.length > 0 ? turned.recordIds : carriers.map(({ recordId }) => recordId);
  const plan = withProfiles(turned.plan, carriers);
  const made = { ...decision, rulingId: ruling.id, kind: "RULING_REVOKED" as const, evidence: [] };
  const { position, at, changes, suggested } = await writeRuled(tx, plan, recordIds, made, rules);
  await endSharedValue(tx, ruling.id, value.id, position);
  await markRevoked(tx, ruling.id, position, at, decision.actor);
  await tellSuggestions(tx, suggested, changes);
  return { rulingId: ruling.id, profileIds: profilesOf(plan, recordIds), overruledIds: [], overrode: [] };
}

interface Turned {
  readonly plan: IdentityPlan;
  /** All that carry the value, where what they are may change; none where it joins nobody before and after. */
  readonly recordIds: readonly string[];
  readonly joinedBefore: readonly Evidence[];
}

/** What becomes of everybody when a held value gets another status. */
async function turn(
  tx: Transaction,
  value: HeldIdentifier,
  status: ValueStatus,
  rules: ResolutionRules,
  met: Set<string>,
): Promise<Turned> {
  const statuses = status === value.status ? new Map() : new Map([[value.id, status]]);
  const opens = statuses.size > 0 && opensCarriers(value.status, status);
  // What many people have says of none of them how alike they are: who carries the value is compared anew.
  const state = rules.similarity.enabled ? await findSimilarityState(tx) : null;
  const held = new Map([[value.id, value]]);
  const { plan: similarity, likeness } = await comparePersons(tx, rules, state, false, () =>
    describeDrafted(tx, [], held, statuses, rules),
  );
  const seeds = { recordIds: [], valueIds: opens ? [value.id] : [] };
  const component = await lockedComponent(tx, seeds, rules, met, likeness);
  const rulings = [...component.rulings.values()];
  const before = resolve(ruledFacts(component, rulings, rules), rules);
  const plan = planRuled(component, ruledFacts(component, rulings, rules, statuses), rules, statuses, similarity);
  const carrying = component.links.filter(({ identifierId }) => identifierId === value.id);
  return {
    plan: { ...plan, identifiers: new Map([...plan.identifiers, [value.id, value]]) },
    recordIds: opens ? [...new Set(carrying.map(({ recordId }) => recordId))].sort() : [],
    joinedBefore: before.joins.filter(({ identifierId }) => identifierId === value.id),
  };
}

/** By the number of those who carry it, and by the rules of now: the stored status may be that of earlier ones. */
async function countedStatus(tx: Transaction, value: HeldIdentifier, rules: ResolutionRules): Promise<ValueStatus> {
  const { kind, namespace, value: text } = value;
  const identifier = normalizeIdentifier({ kind, namespace, value: text }, rules);
  const usable = !isIdentifierProblem(identifier) && identifier.usable;
  return valueStatus(kind, usable, await countCarriers(tx, [value.id]), rules);
}

/** The plan with the profiles of those whom it leaves as they are. */
function withProfiles(
  plan: IdentityPlan,
  carriers: readonly { readonly recordId: string; readonly profileId: string }[],
): IdentityPlan {
  const stored = carriers.map(({ recordId, profileId }) => [recordId, profileId] as const);
  return {
    ...plan,
    before: new Map([...stored, ...plan.before]),
    profileOf: new Map([...stored, ...plan.profileOf]),
  };
}

/** Of each profile that comes apart: the pieces that carry the value, each with the first. */
function partedPairs(
  plan: IdentityPlan,
  rulingId: string,
  identifierId: string,
  carriers: readonly string[],
): Evidence[] {
  const firstOf = new Map<string, Map<string, string>>();
  for (const id of carriers) {
    const pieces = entryOf(firstOf, plan.before.get(id)!, () => new Map<string, string>());
    const piece = plan.profileOf.get(id)!;
    if (!pieces.has(piece)) pieces.set(piece, id);
  }
  return [...firstOf.values()].flatMap((pieces) => {
    const [first, ...others] = pieces.values();
    return others.map((other) => sharedBy(rulingId, identifierId, first!, other));
  });
}

function sharedBy(rulingId: string, identifierId: string, one: string, other: string): Evidence {
  const [recordA, recordB] = one < other ? [one, other] : [other, one];
  return { kind: "SHARED_VALUE", rulingId, identifierId, recordA, recordB };
}
