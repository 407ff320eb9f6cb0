import type { ComparedAttribute, Level, Likeness } from "./comparison";
import type { PairScore } from "./score";

const AGREES: ReadonlySet<Level> = new Set(["EXACT", "FORM", "SLIP", "PART"]);
const DATE_AGREES: ReadonlySet<Level> = new Set(["EXACT", "EXCHANGED", "SLIP"]);
/** From how many bits on two names that are equal in full are a rare combination. */
const RARE_NAME_BITS = 19;

/**
 * Whether what speaks for a pair is about the person and not only about a household, so that it may join by itself: given
 * names that agree, and beside them the birth date, an id or contact of their own, or a name in full that hardly anyone has
 * together with the same address or organization.
 */
export function hasPersonalEvidence({ comparisons }: PairScore): boolean {
  const levelOf = (attribute: ComparedAttribute) => comparisons.find((found) => found.attribute === attribute)?.level;
  const given = levelOf("givenName");
  const identifier = comparisons.some(({ attribute, level }) => attribute === "identifier" && level === "EXACT");
  if (given === undefined || !AGREES.has(given)) return false;
  if (identifier || DATE_AGREES.has(levelOf("birthDate") ?? "DIFFERENT")) return true;
  const family = levelOf("familyName");
  if (family === undefined || !AGREES.has(family)) return false;
  if (levelOf("email") === "EXACT" || levelOf("phone") === "EXACT") return true;
  const name = comparisons.filter(({ attribute }) => attribute === "givenName" || attribute === "familyName");
  const bits = name.reduce((sum, { weight }) => sum + weight, 0);
  const placed = levelOf("address") === "EXACT" || levelOf("organization") === "EXACT";
  return placed && given === "EXACT" && family === "EXACT" && bits >= RARE_NAME_BITS;
}

/**
 * What two records cannot both say of one person, or null: that one is the elder and one the younger, clearly different
 * birth dates, clearly different given names. Slips, exchanged parts and everything missing contradict nothing.
 */
export function clearContradiction(likenesses: readonly Likeness[]): Likeness | null {
  const against = (attribute: ComparedAttribute, ...levels: Level[]) =>
    likenesses.find((found) => found.attribute === attribute && levels.includes(found.level)) ?? null;
  return (
    against("generation", "DIFFERENT") ??
    against("birthDate", "DIFFERENT") ??
    against("givenName", "DIFFERENT", "OTHER_NAME")
  );
}
