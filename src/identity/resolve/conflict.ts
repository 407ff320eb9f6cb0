import { Mark, Marks } from "./conflict-marks";
import { PersonConflicts } from "./person-conflicts";
import { contradictions } from "./person-facts";
import { entryOf } from "./resolve-entry";
import { IndexedFacts } from "./resolve-index";
import { UnionFind } from "./union-find";

/** Why two sides cannot be one person. */
export type ConflictReason =
  | { readonly kind: "RULING"; readonly rulingId: string }
  | { readonly kind: "CONFLICT"; readonly about: string; readonly values?: readonly [string, string] }
  | { readonly kind: "LOW_ASSURANCE" };

/** By root of a side, the roots of those it conflicts with; sides without a conflict are absent. */
export type ConflictGraph = ReadonlyMap<number, ReadonlySet<number>>;

/** DIFFERENT rulings that are in force, by record: the ruling's index, and bit 1 or 2 for the side it stands on. */
export type Differences = ReadonlyMap<number, readonly { readonly ruling: number; readonly bit: number }[]>;

/** What bears on the conflicts of a side, gathered from its records. */
interface Side {
  readonly marks: ReadonlyMap<string, readonly Mark[]>;
  readonly differences: ReadonlyMap<number, number>;
  readonly trusted: boolean;
  /** What its persons say, by number; empty where persons are not compared. */
  readonly said: ReadonlySet<number>;
}

const NOTHING_SAID: ReadonlySet<number> = new Set();

const PERSON_FIELDS = ["givenName", "familyName", "birthDate"] as const;

/**
 * Which sides (sets of records, told by their roots) cannot be one person. Everything is judged record by record: a side
 * conflicts exactly where one of its records does, so sides without a conflict have none after they join either.
 */
export class Conflicts {
  /**
   * @param claims whether a CLAIMED value is being judged, which never joins two trusted sides
   * @param persons whether what is said of the persons keeps sides apart; null where it does not
   */
  constructor(
    private readonly facts: IndexedFacts,
    private readonly sides: UnionFind,
    private readonly marks: Marks,
    private readonly differences: Differences,
    private readonly claims: boolean,
    private readonly persons: PersonConflicts | null = null,
  ) {}

  /** The conflicts among these sides; null when there are none, which is nearly always. */
  among(roots: readonly number[]): ConflictGraph | null {
    if (!this.mayConflict(roots)) return null;
    const gathered = roots.map((root) => this.gather(root));
    const graph = new Map<number, Set<number>>(roots.map((root) => [root, new Set()]));
    for (let i = 0; i < roots.length; i++) {
      for (let j = i + 1; j < roots.length; j++) {
        if (!this.clash(gathered[i]!, gathered[j]!)) continue;
        graph.get(roots[i]!)!.add(roots[j]!);
        graph.get(roots[j]!)!.add(roots[i]!);
      }
    }
    for (const [root, others] of graph) if (others.size === 0) graph.delete(root);
    return graph.size > 0 ? graph : null;
  }

  /** Tells every reason why two sides cannot be one person, of many pairs of sides that stay as they are meanwhile. */
  reasons(): (a: number, b: number) => readonly ConflictReason[] {
    const gathered = new Map<number, Side>();
    const known = new Map<number, ConflictReason[]>();
    const sideOf = (root: number): Side => entryOf(gathered, root, () => this.gather(root));
    return (a, b) => entryOf(known, a * this.facts.records.length + b, () => [...this.compare(sideOf(a), sideOf(b))]);
  }

  /** A quick look that may say yes wrongly, never no. */
  private mayConflict(roots: readonly number[]): boolean {
    if (this.persons !== null) return true;
    const values = new Map<string, number>();
    let trustedSides = 0;
    for (const root of roots) {
      let trusted = false;
      for (const record of this.sides.elements(root)) {
        if (this.differences.has(record)) return true;
        trusted ||= this.facts.trusted[record]!;
        for (const { scope, value } of this.marks.get(record) ?? []) {
          if ((values.get(scope) ?? value) !== value) return true;
          values.set(scope, value);
        }
      }
      if (trusted) trustedSides++;
    }
    return this.claims && trustedSides > 1;
  }

  private gather(root: number): Side {
    const marks = new Map<string, Mark[]>();
    const differences = new Map<number, number>();
    let trusted = false;
    for (const record of this.sides.elements(root)) {
      trusted ||= this.facts.trusted[record]!;
      for (const { ruling, bit } of this.differences.get(record) ?? []) {
        differences.set(ruling, (differences.get(ruling) ?? 0) | bit);
      }
      for (const mark of this.marks.get(record) ?? []) {
        const known = marks.get(mark.scope);
        if (!known) marks.set(mark.scope, [mark]);
        else if (!known.some((other) => saysTheSame(mark, other))) known.push(mark);
      }
    }
    const said = this.persons === null ? NOTHING_SAID : this.persons.said.of(this.sides.elements(root));
    return { marks, differences, trusted, said };
  }

  private clash(a: Side, b: Side): boolean {
    return (this.claims && a.trusted && b.trusted) || !this.compare(a, b).next().done;
  }

  private *compare(a: Side, b: Side): Generator<ConflictReason> {
    for (const [ruling, bits] of a.differences) {
      const others = b.differences.get(ruling) ?? 0;
      if ((bits & 1 && others & 2) || (bits & 2 && others & 1)) {
        yield { kind: "RULING", rulingId: this.facts.rulings[ruling]!.ruling.id };
      }
    }
    const told = new Set<string>();
    for (const [scope, marks] of a.marks) {
      for (const about of differing(marks, b.marks.get(scope) ?? [])) {
        if (!told.has(about)) yield { kind: "CONFLICT", about };
        told.add(about);
      }
    }
    if (this.claims && a.trusted && b.trusted) yield { kind: "LOW_ASSURANCE" };
    const contradiction = this.persons?.between(a.said, b.said);
    if (contradiction && !told.has(contradiction.about)) yield { kind: "CONFLICT", ...contradiction };
  }
}

function* differing(marks: readonly Mark[], others: readonly Mark[]): Generator<string> {
  for (const mark of marks) {
    for (const other of others) {
      if (mark.value === other.value) continue;
      if (mark.person === null || other.person === null) yield mark.kind;
      else yield* contradictions(mark.person, other.person);
    }
  }
}

function saysTheSame(a: Mark, b: Mark): boolean {
  if (a.value !== b.value) return false;
  return a.person === b.person || PERSON_FIELDS.every((field) => a.person?.[field] === b.person?.[field]);
}
