import { ASSURANCES } from "../identifier-kind";
import { Ruling } from "./facts";
import { Bond } from "./resolve-bond";
import { AssuranceRank, IndexedFacts, joins } from "./resolve-index";
import { isShareable, Level, tierOf } from "./strength";

/**
 * Everything of a level's tier that is at least as sure as the level. What a surer level refused is judged again here
 * together with the rest: a record that two verified addresses left undecided is not decided by an asserted one.
 */
export function bondsOf(facts: IndexedFacts, level: Level): Bond[] {
  const bonds: Bond[] = [];
  const rank = ASSURANCES.indexOf(level.assurance);
  for (const { identifier, carriers, ranks } of facts.values) {
    if (carriers.length < 2 || tierOf(identifier.kind) !== level.tier) continue;
    if (level.shareable !== undefined && level.shareable !== isShareable(identifier.kind)) continue;
    const members: number[] = [];
    const ofMembers: AssuranceRank[] = [];
    for (let i = 0; i < carriers.length; i++) {
      if (ranks[i]! < rank || !joins(identifier, ranks[i]!)) continue;
      members.push(carriers[i]!);
      ofMembers.push(ranks[i]!);
    }
    if (members.length < 2) continue;
    bonds.push({ members, ranks: ofMembers, rank, evidence: { kind: "IDENTIFIER", identifierId: identifier.id } });
  }
  return bonds;
}

/** What a SAME ruling joins. */
export function bondOf(members: readonly number[], ruling: Ruling): Bond {
  return {
    members,
    ranks: members.map(() => 0),
    rank: 0,
    evidence: { kind: "RULING", rulingId: ruling.id },
  };
}
