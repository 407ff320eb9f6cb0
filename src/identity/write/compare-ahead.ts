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
  const persons = await describeDrafted(tx, [...drafts.values()], held, new Map(), rules, ahead.persons);
  await comparePairsAhead(tx, persons, rules.similarity, ahead.pairs);
  return ahead;
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
