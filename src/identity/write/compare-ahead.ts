import { Transaction } from "../../db/transaction";
import { ResolutionRules } from "../resolve/resolution-rules";
import { ComparedPairs } from "../similarity/compared-pairs";
import { DescribedBefore, describeDrafted } from "../similarity/described-persons";
import { comparePairsAhead } from "../similarity/similarity-plan";
import { RecordDraft } from "./record-draft";

/** What was compared while somebody else held the tenant's similarity state. */
export interface ComparedAhead {
  readonly persons: DescribedBefore;
  readonly pairs: ComparedPairs;
}

/** By tenant, how many of this process compare ahead. */
const underWay = new Map<string, number>();

/** Whoever took the state before them would have them wait for another turn, and would himself have compared nothing ahead. */
export function othersCompareAhead(tenantId: string): boolean {
  return underWay.has(tenantId);
}

/**
 * Compares the drafted persons with those who are stored now, for a writer who would only wait for the one before. It holds
 * nothing and decides nothing: whatever is said otherwise once the state is held is compared again.
 */
export async function compareAhead(
  tx: Transaction,
  drafts: ReadonlyMap<string, RecordDraft>,
  rules: ResolutionRules,
): Promise<ComparedAhead> {
  const ahead = { persons: new Map(), pairs: new ComparedPairs() };
  const held = supposed(drafts.values());
  underWay.set(tx.tenantId, (underWay.get(tx.tenantId) ?? 0) + 1);
  try {
    const persons = await describeDrafted(tx, [...drafts.values()], held, new Map(), rules, ahead.persons);
    await comparePairsAhead(tx, persons, rules.similarity, ahead.pairs);
    return ahead;
  } finally {
    const others = underWay.get(tx.tenantId)! - 1;
    if (others === 0) underWay.delete(tx.tenantId);
    else underWay.set(tx.tenantId, others);
  }
}

/** The values that the drafts name, as most of them turn out to be. */
function supposed(drafts: Iterable<RecordDraft>) {
  const links = [...drafts].flatMap((draft) => draft.linksOf("NEW", "RAISED"));
  return new Map(
    links.flatMap(({ identifier }) => {
      if (identifier === null) return [];
      const { id, kind, namespace, value, usable } = identifier;
      return [[id, { id, kind, namespace, value, status: usable ? "LIVE" : "UNUSABLE" }] as const];
    }),
  );
}
