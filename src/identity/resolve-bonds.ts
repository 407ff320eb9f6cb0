import { Ruling } from "./facts";
import { ASSURANCES } from "./identifier-kind";
import { Bond } from "./resolve-bond";
import { IndexedFacts, joins } from "./resolve-index";
import { Level, tierOf } from "./strength";

/** Everything that joins at this level: values with two carriers or more, of which at least one end is no surer. */
export function bondsOf(facts: IndexedFacts, level: Level): Bond[] {
  const bonds: Bond[] = [];
  const rank = ASSURANCES.indexOf(level.assurance);
  for (const { identifier, carriers, ranks } of facts.values) {
    if (carriers.length < 2 || tierOf(identifier.kind) !== level.tier || !joins(identifier, rank)) continue;
    const members: number[] = [];
    const fresh: boolean[] = [];
    for (let i = 0; i < carriers.length; i++) {
      if (ranks[i]! < rank) continue;
      members.push(carriers[i]!);
      fresh.push(ranks[i] === rank);
    }
    if (members.length < 2 || !fresh.includes(true)) continue;
    const evidence = { kind: "IDENTIFIER", identifierId: identifier.id, assurance: level.assurance } as const;
    bonds.push({ members, fresh, evidence });
  }
  return bonds;
}

/** What a SAME ruling joins. */
export function bondOf(members: readonly number[], ruling: Ruling): Bond {
  return {
    members: [...members].sort((a, b) => a - b),
    fresh: members.map(() => true),
    evidence: { kind: "RULING", rulingId: ruling.id },
  };
}
