import { ASSURANCES, Assurance, IdentifierKind } from "../identifier-kind";
import { Evidence, Facts } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { joins } from "../resolve/resolve-index";
import { joinsByItself, SimilarPair } from "../similarity/similar-pair";
import { identifierBits, likenessBits, RULING_BITS } from "./explain-strength";

/** What ties records of one customer together, and can be taken away as one thing: a value, a SAME ruling, a likeness. */
export interface EvidenceUnit {
  readonly evidence: Pick<Evidence, "kind" | "identifierId" | "rulingId">;
  /** Of an identifier. */
  readonly kind: IdentifierKind | null;
  /** By record id; two members are as strongly tied as the weaker of them. At least two. */
  readonly members: ReadonlyMap<string, UnitMember>;
  /** Of a likeness: the pair. */
  readonly pair: SimilarPair | null;
}

export interface UnitMember {
  /** How sure its link is; null of a ruling and of a likeness. */
  readonly assurance: Assurance | null;
  /** In bits; see `bitsOf`. */
  readonly bits: number;
}

/**
 * Everything that may tie two records of a cluster, whether or not `resolve` needed it: all pairs of a value's carriers,
 * not only enough of them to connect the cluster. Strongest first, and in an order that is the same every time.
 */
export function unitsOf(facts: Facts, rules: ResolutionRules, cluster: readonly string[]): EvidenceUnit[] {
  const inside = new Set(cluster);
  const units = [...valueUnits(facts, inside), ...rulingUnits(facts, inside), ...likenessUnits(facts, rules, inside)];
  return units
    .filter(({ members }) => members.size > 1)
    .map((unit) => ({ unit, bits: strongestPair(unit), name: nameOf(unit) }))
    .sort((a, b) => b.bits - a.bits || (a.name < b.name ? -1 : 1))
    .map(({ unit }) => unit);
}

/** The evidence that the unit gives for two of its members, told from one to the other. */
export function evidenceBetween({ evidence, members, pair }: EvidenceUnit, one: string, other: string): Evidence {
  if (pair) return { kind: "SIMILARITY", recordA: one, recordB: other, likeness: likenessFrom(pair, one) };
  const [a, b] = [members.get(one)!, members.get(other)!];
  const told: Evidence = { ...evidence, recordA: one, recordB: other };
  const weaker = a.bits <= b.bits ? a : b;
  return weaker.assurance === null ? told : { ...told, assurance: weaker.assurance };
}

export function bitsBetween({ members }: EvidenceUnit, one: string, other: string): number {
  return Math.min(members.get(one)!.bits, members.get(other)!.bits);
}

function valueUnits(facts: Facts, inside: ReadonlySet<string>): EvidenceUnit[] {
  const identifiers = new Map(facts.identifiers.map((identifier) => [identifier.id, identifier]));
  const byValue = new Map<string, Map<string, UnitMember>>();
  for (const { recordId, identifierId, assurance } of facts.links) {
    if (!inside.has(recordId)) continue;
    const identifier = identifiers.get(identifierId)!;
    if (!joins(identifier, ASSURANCES.indexOf(assurance))) continue;
    const members = byValue.get(identifierId) ?? new Map<string, UnitMember>();
    byValue.set(identifierId, members);
    const bits = identifierBits(identifier.kind, assurance);
    if (bits > (members.get(recordId)?.bits ?? 0)) members.set(recordId, { assurance, bits });
  }
  return [...byValue].map(([identifierId, members]) => ({
    evidence: { kind: "IDENTIFIER", identifierId },
    kind: identifiers.get(identifierId)!.kind,
    members,
    pair: null,
  }));
}

function rulingUnits(facts: Facts, inside: ReadonlySet<string>): EvidenceUnit[] {
  return facts.rulings
    .filter(({ kind }) => kind === "SAME")
    .map(({ id, sides }) => ({
      evidence: { kind: "RULING", rulingId: id },
      kind: null,
      members: membersOf(
        sides.flat().filter((recordId) => inside.has(recordId)),
        RULING_BITS,
      ),
      pair: null,
    }));
}

function likenessUnits(facts: Facts, { similarity }: ResolutionRules, inside: ReadonlySet<string>): EvidenceUnit[] {
  const pairs = facts.similarity?.pairs ?? [];
  return pairs
    .filter(({ recordA, recordB }) => inside.has(recordA) && inside.has(recordB))
    .filter((pair) => joinsByItself(pair, similarity))
    .map((pair) => ({
      evidence: { kind: "SIMILARITY" as const },
      kind: null,
      members: membersOf([pair.recordA, pair.recordB], likenessBits(pair.strength, similarity.recordBracket)),
      pair,
    }));
}

/** The likeness told from one of the two: with its values first. */
export function likenessFrom({ recordA, strength, comparisons }: SimilarPair, one: string): Evidence["likeness"] {
  if (one === recordA) return { strength, comparisons };
  const turned = comparisons.map((found) => ({ ...found, valueA: found.valueB, valueB: found.valueA }));
  return { strength, comparisons: turned };
}

function membersOf(recordIds: readonly string[], bits: number): Map<string, UnitMember> {
  return new Map(recordIds.map((id) => [id, { assurance: null, bits }]));
}

/** The second strongest member decides. */
function strongestPair({ members }: EvidenceUnit): number {
  return [...members.values()].map(({ bits }) => bits).sort((a, b) => b - a)[1]!;
}

function nameOf({ evidence, members }: EvidenceUnit): string {
  return evidence.identifierId ?? evidence.rulingId ?? [...members.keys()].sort().join();
}
