import { Evidence } from "../resolve/facts";
import { NewIdentityEvent } from "./identity-history.repository";
import { describeEvidence, IdentityPlan } from "./identity-plan";

/** A person's decision behind a change, for the history. */
export interface RuledBy {
  readonly rulingId: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  /** What the person took away or added, where it is no ruling: it is told with the splits that came of it. */
  readonly evidence?: readonly Evidence[];
}

/** @param taken how many positions were taken: the plan's changes are the first of them */
export function eventsOf(plan: IdentityPlan, taken: number, ruledBy: RuledBy): NewIdentityEvent[] {
  const { splits, merges } = plan.difference;
  return [
    ...splits.map(({ profileId, separatedIds }, place): NewIdentityEvent => {
      const profileIds = [profileId, ...separatedIds];
      const reasons = [...(ruledBy.evidence ?? []), ...plan.resolution.refusals];
      const evidence = reasons.filter((reason) => partedBy(reason, plan, profileId));
      return { ...ruledBy, kind: "SPLIT", behind: taken - 1 - place, profileIds, evidence: told(evidence, plan) };
    }),
    ...merges.map(({ profileId, absorbedIds }, place): NewIdentityEvent => {
      const behind = taken - 1 - splits.length - place;
      const evidence = plan.resolution.joins.filter((join) => joinedInto(join, plan, profileId));
      const profileIds = [profileId, ...absorbedIds];
      return { ...ruledBy, kind: "MERGED", behind, profileIds, evidence: told(evidence, plan) };
    }),
  ];
}

/** A join between two records of the merged profile that were not in one profile before. */
function joinedInto({ recordA, recordB }: Evidence, plan: IdentityPlan, profileId: string): boolean {
  return plan.profileOf.get(recordA) === profileId && plan.before.get(recordA) !== plan.before.get(recordB);
}

/** A refusal between two records that were in the profile before it was split. */
function partedBy({ recordA, recordB }: Evidence, plan: IdentityPlan, profileId: string): boolean {
  return plan.before.get(recordA) === profileId && plan.before.get(recordB) === profileId;
}

function told(evidence: readonly Evidence[], plan: IdentityPlan): object[] {
  return evidence.map((one) => describeEvidence(one, plan.identifiers));
}
