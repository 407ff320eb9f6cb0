import { Conflicts, Differences } from "./conflict";
import { marksOf } from "./conflict-marks";
import { Evidence, Facts, Resolution } from "./facts";
import { refusalsOfValues } from "./refusal-of-values";
import { ResolutionRules } from "./resolution-rules";
import { Bond } from "./resolve-bond";
import { bondOf, bondsOf } from "./resolve-bonds";
import { entryOf } from "./resolve-entry";
import { judgeTogether } from "./resolve-group";
import { IndexedFacts, indexFacts } from "./resolve-index";
import { indexSimilar } from "./resolve-similar";
import { GUARDED_LEVELS, LEVELS } from "./strength";
import { UnionFind } from "./union-find";

/**
 * Decides which source records are the same person, and says why of every join and of every join it refused.
 *
 * It is a pure function of the facts and the rules: no input or output, no clock, and no order, so that the same facts
 * in any order give the same answer, and a component by itself gets the answer it gets among all others. First come the
 * rulings of people, the newest first; then identifiers, level by level from the strongest, and everything of one level
 * is judged together. What a level has joined stays joined: weaker levels only add to it. Persons who are alike follow,
 * where the rules compare persons, the most alike first; and last what was only claimed, so that no claim has a say in
 * what trusted facts make of a person.
 *
 * It trusts that the facts are complete: with a record all its links, with a value all the links by which it may join.
 * Records that only a ruling names may be absent.
 *
 * @throws Error when a link names a record or a value that was not given
 */
export function resolve(facts: Facts, rules: ResolutionRules): Resolution {
  return new Resolving(indexFacts(facts)).resolve(rules);
}

class Resolving {
  private readonly sets: UnionFind;
  private readonly joins: Evidence[] = [];
  private readonly refusals: Evidence[] = [];

  constructor(private readonly facts: IndexedFacts) {
    this.sets = new UnionFind(facts.records.length);
  }

  resolve(rules: ResolutionRules): Resolution {
    const { facts, sets } = this;
    const differences = this.applyRulings();
    const similar = indexSimilar(facts, rules.similarity);
    // All marks are read off the sets as the rulings left them, before any identifier joins.
    const marks = marksOf(facts, sets, false, rules);
    const claimedMarks = marksOf(facts, sets, true, rules);
    const similarMarks = similar && marksOf(facts, sets, false, rules, similar.components);
    const trusted = new Conflicts(facts, sets, marks, differences, false);
    const stated = similar?.stated ? new Conflicts(facts, sets, marks, differences, false, similar.stated) : trusted;
    const claimed = new Conflicts(facts, sets, claimedMarks, differences, true);
    const levels = similar?.stated ? GUARDED_LEVELS : LEVELS;
    const lastTrusted = levels.findLastIndex(({ assurance }) => assurance !== "CLAIMED");
    for (const [place, level] of levels.entries()) {
      const conflicts = level.assurance === "CLAIMED" ? claimed : level.shareable ? stated : trusted;
      this.judge(bondsOf(facts, level), conflicts, rules.cap);
      if (place !== lastTrusted) continue;
      for (const { bonds, persons } of similar?.steps ?? []) {
        this.judge(bonds, new Conflicts(facts, sets, similarMarks!, differences, false, persons), rules.cap);
      }
    }
    this.keep(this.refusals, refusalsOfValues(facts, sets));
    const rootOf = new Map(facts.records.map(({ id }, record) => [id, sets.find(record)]));
    return {
      clusters: this.clusters(),
      joins: this.joins,
      // What a weaker level joined after all is no longer refused.
      refusals: this.refusals.filter(({ recordA, recordB }) => rootOf.get(recordA) !== rootOf.get(recordB)),
    };
  }

  /** SAME overrides everything but a newer DIFFERENT, so each ruling meets only those that are newer than itself. */
  private applyRulings(): Differences {
    const differences = new Map<number, { ruling: number; bit: number }[]>();
    const conflicts = new Conflicts(this.facts, this.sets, new Map(), differences, false);
    for (const [index, { ruling, sides }] of this.facts.rulings.entries()) {
      if (ruling.kind === "SAME") {
        const members = sides.flat();
        if (members.length > 1) this.judge([bondOf(members, ruling)], conflicts, null);
        continue;
      }
      for (const [side, members] of sides.entries()) {
        for (const record of members) {
          entryOf(differences, record, () => []).push({ ruling: index, bit: side + 1 });
        }
      }
    }
    return differences;
  }

  private judge(bonds: readonly Bond[], conflicts: Conflicts, cap: number | null): void {
    const { facts, sets } = this;
    const joins: Evidence[] = [];
    const refusals: Evidence[] = [];
    const idOf = (record: number) => facts.records[record]!.id;
    judgeTogether(bonds, facts.records.length, { sets, conflicts, cap, idOf, joins, refusals });
    this.keep(this.joins, joins);
    this.keep(this.refusals, refusals);
  }

  private keep(kept: Evidence[], found: Evidence[]): void {
    for (const evidence of found.sort(byRecords)) kept.push(evidence);
  }

  private clusters(): string[][] {
    const clusters = new Map<number, string[]>();
    for (const [record, { id }] of this.facts.records.entries()) {
      entryOf(clusters, this.sets.find(record), () => []).push(id);
    }
    return [...clusters.values()];
  }
}

function byRecords(a: Evidence, b: Evidence): number {
  return (
    compare(a.recordA, b.recordA) ||
    compare(a.recordB, b.recordB) ||
    compare(a.identifierId, b.identifierId) ||
    compare(a.rulingId, b.rulingId) ||
    compare(a.kind, b.kind) ||
    compare(a.about, b.about)
  );
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
