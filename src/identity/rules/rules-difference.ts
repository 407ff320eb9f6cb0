import { setImmediate as breathe } from "node:timers/promises";
import { ExampleKind, ExamplesPassed, ExampleWindow, PreviewExample } from "../preview/preview-examples";
import { LeastOf } from "../resolve/least-of";
import { entryOf } from "../resolve/resolve-entry";
import { NumberSet } from "./number-set";
import { NumberedEvidence, ResolvedComponent } from "./rules-partition";
import { RulesSnapshot } from "./rules-snapshot";
import { WORK_A_BREATH } from "./rules-value-statuses";

/** How many changes of each kind are told one by one, with what led to them. */
export const EXAMPLES_A_WINDOW = 500;
const REASONS_MAX = 5;

/** The difference between the profiles as they are and as other rules would have them. */
export interface RulesDifference {
  readonly records: number;
  /** How many profiles would be absorbed by others. */
  readonly joined: number;
  /** How many new profiles would come off others. */
  readonly split: number;
  /** Records of the largest profile, as it would be. */
  readonly largestProfile: number;
  readonly window: ExampleWindow;
}

interface Change {
  readonly id: string;
  readonly kind: ExampleKind;
  readonly profileIds: readonly string[];
  readonly evidence: readonly NumberedEvidence[];
}

/** Puts pieces of evidence into words, list by list. */
export type TellReasons = (evidence: readonly (readonly NumberedEvidence[])[]) => Promise<string[][]>;

/**
 * Counts the difference that other rules make, from one resolved component after the other.
 *
 * Every old profile first comes apart into the pieces that stay together, and the pieces then become the new profiles:
 * joined and split are counted on these pieces, so that they tell exactly how the number of profiles changes.
 */
export class DifferenceCount {
  /** By record: the record that names its new profile. */
  private readonly newProfiles: Int32Array;
  private readonly joins: LeastOf<Change>;
  /** What refused to keep an old profile together, by its id. */
  private readonly refusals: LeastOf<NumberedEvidence[]>;
  private largest = 0;

  /** @param passed where the examples begin: behind these */
  constructor(
    private readonly snapshot: RulesSnapshot,
    private readonly passed: ExamplesPassed,
    private readonly most: number,
  ) {
    this.joins = new LeastOf(most);
    this.refusals = new LeastOf(most);
    this.newProfiles = new Int32Array(snapshot.records);
    for (let record = 0; record < snapshot.records; record++) this.newProfiles[record] = record;
    if (snapshot.records > 0) this.largest = 1;
  }

  add({ clusters, joins, refusals }: ResolvedComponent): void {
    for (const cluster of clusters) {
      for (const record of cluster) this.newProfiles[record] = cluster[0]!;
      this.largest = Math.max(this.largest, cluster.length);
    }
    for (const cluster of clusters) this.noteJoin(cluster, joins);
    for (const refusal of refusals) this.noteRefusal(refusal);
  }

  async told(reasons: TellReasons): Promise<RulesDifference> {
    const { snapshot, newProfiles } = this;
    const olds = new NumberSet(snapshot.records + snapshot.profilesGone + 1);
    const news = new NumberSet(snapshot.records);
    const kept = new NumberSet(snapshot.records);
    const pieces = new Set<number>();
    const parts = new Map<number, Set<number>>();
    for (let record = 0; record < snapshot.records; record++) {
      if (record % WORK_A_BREATH === 0) await breathe();
      const old = this.oldOf(record);
      const now = newProfiles[record]!;
      olds.add(old);
      news.add(now);
      if (old === now) {
        kept.add(old);
        continue;
      }
      // Numbers of records stay far below 2^26, so that a pair of them is one exact number.
      pieces.add(old * 2 ** 26 + now);
      entryOf(parts, old, () => new Set()).add(now);
    }
    const count = pieces.size + kept.count;
    return {
      records: snapshot.records,
      joined: count - news.count,
      split: count - olds.count,
      largestProfile: this.largest,
      window: await this.windowOf(this.splits(parts, kept), reasons),
    };
  }

  private async windowOf(splits: LeastOf<Change>, reasons: TellReasons): Promise<ExampleWindow> {
    const { joins, passed } = this;
    const changes = [...joins.list(), ...splits.list()];
    const told = await reasons(changes.map(({ evidence }) => evidence.slice(0, REASONS_MAX)));
    const examples: Record<ExampleKind, PreviewExample[]> = { JOINED: [], SPLIT: [] };
    for (const [place, { kind, id, profileIds }] of changes.entries()) {
      const why = told[place]!;
      if (kind === "SPLIT" && why.length === 0) why.push("Nothing that would join them is left.");
      examples[kind].push({ kind, id, profileIds, reasons: why });
    }
    return { passed, examples, hasMore: { JOINED: joins.hasMore, SPLIT: splits.hasMore } };
  }

  /** A number for the profile of a record; a profile whose naming record is gone has one beyond all records. */
  private oldOf(record: number): number {
    const profile = this.snapshot.profileOf.at(record);
    return profile >= 0 ? profile : this.snapshot.records - profile;
  }

  private idOf(old: number): string {
    const { snapshot } = this;
    return snapshot.profileId(old < snapshot.records ? old : snapshot.records - old);
  }

  private isWanted(kind: ExampleKind, id: string): boolean {
    return id > (this.passed[kind] ?? "");
  }

  private noteJoin(cluster: readonly number[], joins: readonly NumberedEvidence[]): void {
    const olds = [...new Set(cluster.map((record) => this.oldOf(record)))].sort((a, b) => a - b);
    if (olds.length === 1) return;
    const id = this.snapshot.recordIds.uuid(cluster[0]!);
    if (!this.isWanted("JOINED", id)) return;
    this.joins.at(id, () => {
      const members = new Set(cluster);
      const evidence = joins.filter(({ a, b }) => members.has(a) && this.oldOf(a) !== this.oldOf(b));
      const profileIds = olds.map((old) => this.idOf(old));
      return { id, kind: "JOINED", profileIds, evidence: evidence.slice(0, REASONS_MAX) };
    });
  }

  private noteRefusal(refusal: NumberedEvidence): void {
    const { a, b } = refusal;
    const old = this.oldOf(a);
    if (old !== this.oldOf(b) || this.newProfiles[a] === this.newProfiles[b]) return;
    const id = this.idOf(old);
    if (this.isWanted("SPLIT", id)) this.refusals.at(id, () => [])?.push(refusal);
  }

  private splits(parts: ReadonlyMap<number, ReadonlySet<number>>, kept: NumberSet): LeastOf<Change> {
    const splits = new LeastOf<Change>(this.most);
    for (const [old, news] of parts) {
      const all = new Set(news);
      if (kept.has(old)) all.add(old);
      const id = this.idOf(old);
      if (all.size === 1 || !this.isWanted("SPLIT", id)) continue;
      splits.at(id, () => {
        const ids = [...all].sort((a, b) => a - b).map((record) => this.snapshot.recordIds.uuid(record));
        const profileIds = [id, ...ids.filter((one) => one !== id)];
        return { id, kind: "SPLIT", profileIds, evidence: this.refusals.find(id) ?? [] };
      });
    }
    return splits;
  }
}
