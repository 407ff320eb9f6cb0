import { compareBirthDates } from "../similarity/compare/compare-birth-date";
import { compareNames } from "../similarity/compare/compare-name";
import type { Likeness } from "../similarity/comparison";
import { clearContradiction } from "../similarity/judgement";
import type { PersonProfile } from "../similarity/person-profile";

/**
 * How closely two sides are looked at before they become one person.
 *
 * STATED, for what families share (an e-mail address, a telephone): given names tell two people apart only where both
 * sources said which part of the name is the given one, or the family names agree; a display name is often no name at
 * all. ALIKE, for persons who are
 * alike: any name counts. NAMESAKES, where nothing but name and place agree: also that only one side is called the elder or
 * the younger, because then there are two.
 */
export type PersonCheck = "STATED" | "ALIKE" | "NAMESAKES";

/** What two persons say that no one person could both say. */
export interface PersonContradiction {
  readonly about: "givenName" | "birthDate" | "generation";
  readonly values: readonly [string, string];
}

type Said = Pick<PersonProfile, "name" | "birthDates">;

/** What the records of a component say of their persons, with what is said alike numbered once. */
export class PersonsSaid {
  private readonly said: Said[] = [];
  /** By record; a record that says nothing is absent. */
  private readonly numberOf = new Map<number, number>();

  /** @param profiles by record */
  constructor(profiles: Iterable<readonly [number, PersonProfile]>) {
    const numbers = new Map<string, number>();
    for (const [record, { name, birthDates }] of profiles) {
      if (name === null && birthDates.length === 0) continue;
      const key = JSON.stringify([name, birthDates]);
      const number = numbers.get(key) ?? this.said.push({ name, birthDates }) - 1;
      numbers.set(key, number);
      this.numberOf.set(record, number);
    }
  }

  /** What these records say, each once, by number. */
  of(records: Iterable<number>): ReadonlySet<number> {
    const numbers = new Set<number>();
    for (const record of records) {
      const number = this.numberOf.get(record);
      if (number !== undefined) numbers.add(number);
    }
    return numbers;
  }

  at(number: number): Said {
    return this.said[number]!;
  }
}

/** Which sides clearly contradict each other: those of which any record contradicts any record of the other. */
export class PersonConflicts {
  private readonly known = new Map<string, PersonContradiction | null>();

  constructor(
    readonly said: PersonsSaid,
    private readonly check: PersonCheck,
  ) {}

  /** The first contradiction between what one side says and what the other does, or null. */
  between(a: ReadonlySet<number>, b: ReadonlySet<number>): PersonContradiction | null {
    if (this.check === "NAMESAKES") {
      const [one, other] = [this.generationIn(a), this.generationIn(b)];
      if ((one === null) !== (other === null)) return { about: "generation", values: [one ?? "", other ?? ""] };
    }
    for (const one of a) {
      for (const other of b) {
        const found = this.ofTwo(one, other);
        if (found !== null) return found;
      }
    }
    return null;
  }

  private generationIn(side: ReadonlySet<number>): string | null {
    for (const number of side) {
      const generation = this.said.at(number).name?.generation ?? null;
      if (generation !== null) return String(generation);
    }
    return null;
  }

  private ofTwo(one: number, other: number): PersonContradiction | null {
    if (one === other) return null;
    const key = `${one} ${other}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const found = contradictionOf(this.said.at(one), this.said.at(other), this.check === "STATED");
    this.known.set(key, found);
    return found;
  }
}

/** Whether these two say things that no one person could both say. Slips, and what one of them does not say, are none. */
export function contradictionOf(a: Said, b: Said, stated: boolean): PersonContradiction | null {
  const date = compareBirthDates(a.birthDates, b.birthDates);
  const names = compareNames(a.name, b.name);
  const known = !stated || (a.name?.ordered && b.name?.ordered) || names.some(isFamilyAlike);
  const counted = known ? names : names.filter(({ attribute }) => attribute !== "givenName");
  const found = clearContradiction([...counted, ...(date === null ? [] : [date])]);
  if (found === null) return null;
  return { about: found.attribute as PersonContradiction["about"], values: [found.valueA, found.valueB] };
}

function isFamilyAlike({ attribute, level }: Likeness): boolean {
  return attribute === "familyName" && (level === "EXACT" || level === "FORM" || level === "SLIP" || level === "PART");
}
