import { Mark, Marks, marksOf } from "../resolve/conflict-marks";
import { Evidence, Facts, PersonFacts } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { IndexedFacts, indexFacts } from "../resolve/resolve-index";
import { UnionFind } from "../resolve/union-find";

/** What speaks against two records being one person, with the two values that differ, where it is values. */
export type Contradiction = Evidence;

/**
 * What keeps two sets of records apart whatever ties them: each DIFFERENT ruling between them, and each thing in which
 * they contradict each other, once, with the first two records of which it is true.
 *
 * Of two customers, values that a ruling made one do not contradict each other, as `resolve` judges them. Inside one
 * customer they do (`overridden`): that is what the ruling overrides.
 */
export class Contradictions {
  private readonly indexed: IndexedFacts;
  private readonly marks: Marks;
  private readonly places: ReadonlyMap<string, number>;

  constructor(
    private readonly facts: Facts,
    rules: ResolutionRules,
    overridden: boolean,
  ) {
    this.indexed = indexFacts(facts);
    this.places = new Map(this.indexed.records.map(({ id }, place) => [id, place]));
    const ruled = overridden ? new UnionFind(facts.records.length) : this.ruledSets(rules);
    this.marks = marksOf(this.indexed, ruled, false, rules);
  }

  between(one: readonly string[], other: readonly string[]): Contradiction[] {
    return [...this.rulingsBetween(one, other), ...this.valuesBetween(one, other)];
  }

  private *rulingsBetween(one: readonly string[], other: readonly string[]): Generator<Contradiction> {
    const [ones, others] = [new Set(one), new Set(other)];
    for (const { id, kind, sides } of this.facts.rulings) {
      if (kind === "SAME") continue;
      const [left = [], right = []] = sides;
      const straight = firstPair(left, ones, right, others) ?? firstPair(right, ones, left, others);
      if (straight) yield { kind: "RULING", rulingId: id, ...straight };
    }
  }

  private *valuesBetween(one: readonly string[], other: readonly string[]): Generator<Contradiction> {
    const marksOfOther = this.byScope(other);
    const told = new Set<string>();
    for (const [scope, marks] of this.byScope(one)) {
      for (const mark of marks) {
        for (const against of marksOfOther.get(scope) ?? []) {
          for (const [about, values] of this.differences(mark, against)) {
            const name = `${scope} ${about} ${[...values].sort().join()}`;
            if (told.has(name) || told.size >= MOST_TOLD) continue;
            told.add(name);
            yield { kind: "CONFLICT", recordA: mark.recordId, recordB: against.recordId, about, values };
          }
        }
      }
    }
  }

  private byScope(recordIds: readonly string[]): Map<string, PlacedMark[]> {
    const scopes = new Map<string, PlacedMark[]>();
    for (const recordId of recordIds) {
      for (const mark of this.marks.get(this.places.get(recordId)!) ?? []) {
        const known = scopes.get(mark.scope);
        if (known) known.push({ ...mark, recordId });
        else scopes.set(mark.scope, [{ ...mark, recordId }]);
      }
    }
    return scopes;
  }

  private differences(a: PlacedMark, b: PlacedMark): [about: string, values: [string, string]][] {
    if (a.value === b.value || a.recordId === b.recordId) return [];
    if (a.person === null || b.person === null) return [[a.kind, [this.valueOf(a), this.valueOf(b)]]];
    const { person } = a;
    const { person: otherPerson } = b;
    return PERSON_FIELDS.flatMap((field): [string, [string, string]][] => {
      const [mine, theirs] = [person[field], otherPerson[field]];
      return mine === undefined || theirs === undefined || mine === theirs ? [] : [[field, [mine, theirs]]];
    });
  }

  private valueOf({ value }: Mark): string {
    return this.indexed.values[value]!.identifier.value;
  }

  /** The sets that rulings alone make. */
  private ruledSets(rules: ResolutionRules): UnionFind {
    const { records, rulings } = this.facts;
    const sets = new UnionFind(records.length);
    if (rulings.length === 0) return sets;
    for (const cluster of resolve({ records, rulings, identifiers: [], links: [] }, rules).clusters) {
      for (const id of cluster) sets.union(this.places.get(cluster[0]!)!, this.places.get(id)!);
    }
    return sets;
  }
}

/** Whether anything among these facts may refuse a join: if not, whatever may join does. May say yes wrongly, never no. */
export function mayRefuse(facts: Facts, rules: ResolutionRules): boolean {
  if (facts.rulings.length > 0 || facts.records.length > rules.cap) return true;
  if (facts.similarity && rules.similarity.guard) return true;
  const indexed = indexFacts(facts);
  const claims = facts.links.some(({ assurance }) => assurance === "CLAIMED");
  if (claims && indexed.trusted.filter(Boolean).length > 1) return true;
  const values = new Map<string, number>();
  for (const marks of marksOf(indexed, new UnionFind(facts.records.length), claims, rules).values()) {
    for (const { scope, value } of marks) {
      if ((values.get(scope) ?? value) !== value) return true;
      values.set(scope, value);
    }
  }
  return false;
}

const PERSON_FIELDS = ["givenName", "familyName", "birthDate"] as const satisfies readonly (keyof PersonFacts)[];

/** More than a person reads. */
const MOST_TOLD = 50;

type PlacedMark = Mark & { readonly recordId: string };

function firstPair(
  left: readonly string[],
  ones: ReadonlySet<string>,
  right: readonly string[],
  others: ReadonlySet<string>,
): Pick<Evidence, "recordA" | "recordB"> | null {
  const recordA = left.find((id) => ones.has(id));
  const recordB = right.find((id) => id !== recordA && others.has(id));
  return recordA === undefined || recordB === undefined ? null : { recordA, recordB };
}
