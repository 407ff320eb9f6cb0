import { IdentifierKind } from "../identifier-kind";
import { PersonFacts } from "./facts";
import { crmIdMode, ResolutionRules } from "./resolution-rules";
import { entryOf } from "./resolve-entry";
import { IndexedFacts } from "./resolve-index";
import { UnionFind } from "./union-find";

/** A value on a record that may refuse a join with a record of another value in the same scope. */
export interface Mark {
  /** Kind and namespace. */
  readonly scope: string;
  readonly kind: IdentifierKind;
  /** The value; values that a ruling made one are one number. */
  readonly value: number;
  /** Null when another value alone refuses; otherwise the persons must contradict each other as well. */
  readonly person: PersonFacts | null;
}

/** By record, only those that have any. */
export type Marks = ReadonlyMap<number, readonly Mark[]>;

/**
 * The marks of all records. Inside a group that was ruled SAME, the values of one scope count as one value: otherwise
 * the next record of that customer would be refused by its own profile. That holds for the whole component and never
 * beyond it, or records that cannot meet would change each other's answer. (Who meets only by a claim does not meet here
 * where claims do not count, or a claim could take away what keeps two people apart.)
 *
 * A shared value joins nobody but still tells two people apart; a placeholder does neither.
 *
 * @param ruled the sets as the rulings left them, before any identifier joined
 * @param claims whether CLAIMED links count
 * @param components the records that can meet; those of the index, unless likeness brings more of them together
 */
export function marksOf(
  facts: IndexedFacts,
  ruled: UnionFind,
  claims: boolean,
  rules: ResolutionRules,
  components: UnionFind = claims ? facts.components : facts.trustedComponents,
): Marks {
  const marks = new Map<number, Mark[]>();
  for (const [value, { identifier, carriers, ranks }] of facts.values.entries()) {
    const { kind, namespace, status } = identifier;
    const mode = kind === "CRM_ID" ? crmIdMode(rules, namespace) : rules.uniqueKinds.includes(kind) ? "UNIQUE" : "FREE";
    if (mode === "FREE" || status === "UNUSABLE") continue;
    const scope = `${kind} ${namespace}`;
    for (let i = 0; i < carriers.length; i++) {
      if (ranks[i] === 0 && !claims) continue;
      const record = carriers[i]!;
      const person = mode === "UNIQUE" ? null : facts.records[record]!.person;
      entryOf(marks, record, () => []).push({ scope, kind, value, person });
    }
  }
  return unified(marks, components, ruled);
}

function unified(marks: Map<number, Mark[]>, components: UnionFind, ruled: UnionFind): Marks {
  const valuesRuledOne = new Map<number, Aliases>();
  for (const record of marks.keys()) {
    const root = ruled.find(record);
    if (ruled.size(root) === 1) continue;
    const component = components.find(record);
    const aliases = entryOf(valuesRuledOne, component, () => new Aliases());
    for (const { scope, value } of marks.get(record)!) aliases.add(`${root} ${scope}`, value);
  }
  if (valuesRuledOne.size === 0) return marks;
  for (const [record, own] of marks) {
    const aliases = valuesRuledOne.get(components.find(record));
    if (aliases)
      marks.set(
        record,
        own.map((mark) => ({ ...mark, value: aliases.find(mark.value) })),
      );
  }
  return marks;
}

/** Values that are one value, because each was named in the same group. */
class Aliases {
  private readonly parents = new Map<number, number>();
  private readonly firstOf = new Map<string, number>();

  add(group: string, value: number): void {
    const first = this.firstOf.get(group);
    if (first === undefined) this.firstOf.set(group, value);
    else this.join(first, value);
  }

  find(value: number): number {
    let root = value;
    for (let parent = this.parents.get(root); parent !== undefined; parent = this.parents.get(root)) root = parent;
    return root;
  }

  private join(a: number, b: number): void {
    const rootA = this.find(a);
    const rootB = this.find(b);
    if (rootA !== rootB) this.parents.set(Math.max(rootA, rootB), Math.min(rootA, rootB));
  }
}
