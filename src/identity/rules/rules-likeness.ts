import { Transaction } from "../../db/transaction";
import { Breath } from "../breath";
import { TellProgress } from "../preview/preview-progress";
import { ValueStatus } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { UnionFind } from "../resolve/union-find";
import { BlockEntries } from "../similarity/block-entries";
import { describePerson } from "../similarity/described-person";
import { comparedIdentifiers } from "../similarity/described-persons";
import { readComparedAttributes } from "../similarity/described-persons.repository";
import type { PersonProfile } from "../similarity/person-profile";
import { comparePair, joinsByItself, type SimilarPair } from "../similarity/similar-pair";
import { renormalize } from "./rules-renormalize";
import { RulesSnapshot } from "./rules-snapshot";
import { readSpellings } from "./rules-spelling.repository";

const RECORDS_A_CHUNK = 2_000;

/** How alike the records of a snapshot are by some rules, every one described and compared from nothing. By number. */
export class SnapshotLikeness {
  private readonly profiles = new Map<number, PersonProfile>();
  /** By the record that came first in its pairs. */
  private readonly pairs = new Map<number, { readonly other: number; readonly pair: SimilarPair }[]>();

  private constructor(private readonly rules: ResolutionRules) {}

  /** @param idOf the name by which a record's number is known in pairs: of the same order */
  static async read(
    tx: Transaction,
    snapshot: RulesSnapshot,
    statuses: readonly ValueStatus[],
    rules: ResolutionRules,
    idOf: (record: number) => string,
    tell: TellProgress,
  ): Promise<SnapshotLikeness> {
    const likeness = new SnapshotLikeness(rules);
    const entries = new BlockEntries();
    const breath = new Breath();
    for (let from = 0; from < snapshot.records; from += RECORDS_A_CHUNK) {
      tell("DESCRIBING", from, snapshot.records);
      await likeness.describe(tx, snapshot, statuses, entries, from, breath);
    }
    for (const pair of entries.pairs(rules.similarity.blockLimit)) {
      if (breath.isDue) {
        await breath.take();
        tell("COMPARING", Math.floor(entries.share * snapshot.records), snapshot.records);
      }
      if (pair !== null) likeness.compare(...pair, idOf);
    }
    return likeness;
  }

  profileOf(record: number): PersonProfile | undefined {
    return this.profiles.get(record);
  }

  /** The pairs of a record with younger ones. */
  pairsOf(record: number): readonly { readonly other: number; readonly pair: SimilarPair }[] {
    return this.pairs.get(record) ?? [];
  }

  /** Brings together whom likeness may join. */
  join(components: UnionFind): void {
    for (const [record, pairs] of this.pairs) {
      for (const { other, pair } of pairs) {
        if (joinsByItself(pair, this.rules.similarity)) components.union(record, other);
      }
    }
  }

  private async describe(
    tx: Transaction,
    snapshot: RulesSnapshot,
    statuses: readonly ValueStatus[],
    entries: BlockEntries,
    from: number,
    breath: Breath,
  ): Promise<void> {
    const to = Math.min(from + RECORDS_A_CHUNK, snapshot.records);
    const ids = Array.from({ length: to - from }, (_, place) => snapshot.recordIds.uuid(from + place));
    const [attributes, spellings] = await Promise.all([readComparedAttributes(tx, ids), readSpellings(tx, ids)]);
    const links = renormalize(spellings, this.rules);
    for (const [place, id] of ids.entries()) {
      if (breath.isDue) await breath.take();
      const own = [...(links.get(id)?.values() ?? [])].map(({ identifier, assurance }) => ({
        ...identifier,
        assurance,
        status: statuses[snapshot.valueIds.find(identifier.id)] ?? "UNUSABLE",
      }));
      const identifiers = comparedIdentifiers(own, this.rules);
      const person = describePerson(attributes.get(id) ?? {}, identifiers, this.rules.similarity.recordBracket);
      entries.add(person?.keys ?? []);
      if (person !== null) this.profiles.set(from + place, person.profile);
    }
  }

  private compare(a: number, b: number, idOf: (record: number) => string): void {
    const [one, other] = [this.profiles.get(a)!, this.profiles.get(b)!];
    const pair = comparePair({ id: idOf(a), profile: one }, { id: idOf(b), profile: other }, this.rules.similarity);
    if (pair === null) return;
    const known = this.pairs.get(a);
    if (known) known.push({ other: b, pair });
    else this.pairs.set(a, [{ other: b, pair }]);
  }
}
