import { compareBirthDates } from "./compare/compare-birth-date";
import { compareNames } from "./compare/compare-name";
import type { ComparedAttribute, Likeness } from "./comparison";
import { clearContradiction } from "./judgement";
import type { PersonProfile } from "./person-profile";
import type { SimilarPair } from "./similar-pair";

/** What of a record is looked at. */
export type Said = Pick<PersonProfile, "name" | "birthDates">;

/** In what two persons can clearly contradict each other. */
const TELLING: readonly ComparedAttribute[] = ["generation", "birthDate", "givenName"];

/**
 * Whether what two customers say as a whole speaks clearly against a pair of theirs that is alike: in something in which
 * the pair itself contradicts nothing, records of theirs contradict each other and none agree. Bob of whom no birth date is
 * known is alike to Roberta; the customer whom he is one with was born another day.
 *
 * What the two records of the pair say differently themselves is counted in its strength and shown to whoever decides, so
 * it ends no suggestion; nor does one slip, where the customers' other records agree.
 *
 * @param one what the records of the one customer say
 */
export function sidesContradict(
  { comparisons }: Pick<SimilarPair, "comparisons">,
  one: readonly Said[],
  other: readonly Said[],
): boolean {
  const open = new Set(TELLING);
  for (const found of comparisons) if (clearContradiction([found]) !== null) open.delete(found.attribute);
  const against = new Set<ComparedAttribute>();
  for (const a of one) {
    for (const b of other) {
      for (const found of compared(a, b)) {
        if (!open.has(found.attribute) || isOneSided(found)) continue;
        if (clearContradiction([found]) !== null) against.add(found.attribute);
        else open.delete(found.attribute);
      }
      if (open.size === 0) return false;
    }
  }
  return [...against].some((attribute) => open.has(attribute));
}

/** That only one of two is called the elder or the younger: neither agreement nor contradiction. */
function isOneSided({ attribute, level }: Likeness): boolean {
  return attribute === "generation" && level === "PART";
}

function compared(a: Said, b: Said): Likeness[] {
  const date = compareBirthDates(a.birthDates, b.birthDates);
  return date === null ? compareNames(a.name, b.name) : [...compareNames(a.name, b.name), date];
}

/** Each thing that is said once, however many records say it. */
export function saidOnce(persons: Iterable<Said>): Said[] {
  const said = new Map<string, Said>();
  for (const { name, birthDates } of persons) said.set(JSON.stringify([name, birthDates]), { name, birthDates });
  return [...said.values()];
}
