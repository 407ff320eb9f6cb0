import { setImmediate as breathe } from "node:timers/promises";
import { Database } from "../db/database";
import { Transaction } from "../db/transaction";
import { tellEvidence } from "./explain-text";
import { IdentifierValue } from "./facts";
import { ResolutionRules } from "./resolution-rules";
import { entryOf } from "./resolve-entry";
import { getRules, getRulesProgress } from "./rules.repository";
import { changedRules, RulesChange } from "./rules-input";
import { NumberedEvidence, ResolvedComponent, resolveAll } from "./rules-partition";
import { renormalize } from "./rules-renormalize";
import { RulesSnapshot, readRulesSnapshot } from "./rules-snapshot";
import { readSpellings } from "./rules-spelling.repository";
import { WORK_A_BREATH } from "./rules-value-statuses";
import { withBracket } from "./similarity-bracket";

/** How many changes are told one by one, of each kind. */
export const EXAMPLES_MAX = 100;
const REASONS_MAX = 5;

/** A change that other rules would make, told by the profiles concerned and the reasons for it. */
export interface PreviewExample {
  readonly kind: "JOINED" | "SPLIT";
  /** Of JOINED the profiles as they are, the survivor first; of SPLIT the profile and the ids its parts would have. */
  readonly profileIds: readonly string[];
  readonly reasons: readonly string[];
}

/** The difference between the profiles as they are and as other rules would have them. */
export interface RulesDifference {
  readonly records: number;
  /** How many profiles would be absorbed by others. */
  readonly joined: number;
  /** How many new profiles would come off others. */
  readonly split: number;
  /** Records of the largest profile, as it would be. */
  readonly largestProfile: number;
  readonly examples: readonly PreviewExample[];
}

/**
 * Tells what other rules would change.
 *
 * Promises: the answer is exact for one moment, all that is stored is resolved from nothing by the rules that are asked
 * about; nothing is written and nobody waits. Memory is bounded by some 100 bytes a record, and one preview runs at a
 * time on a server; the next one waits.
 * Trusts: nothing that was derived before, beyond how identifiers were normalized by rules that are known to be applied.
 * On failure: the snapshot is closed and the error goes to the caller.
 */
export class RulesPreviewService {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly database: Database) {}

  /** @throws DomainError BAD_USER_INPUT */
  preview(tenantId: string, change: RulesChange): Promise<RulesDifference> {
    const run = () => this.database.snapshot(tenantId, (tx) => previewIn(tx, change));
    const result = this.last.then(run, run);
    this.last = result;
    return result;
  }
}

async function previewIn(tx: Transaction, change: RulesChange): Promise<RulesDifference> {
  const [present, progress] = await Promise.all([getRules(tx), getRulesProgress(tx)]);
  const rules = changedRules(present, await withBracket(tx, present, change));
  const isApplied = progress.applied === progress.version;
  const snapshot = await readRulesSnapshot(tx, rules, isApplied ? present : null);
  const difference = new Difference(snapshot);
  for await (const component of resolveAll(tx, snapshot, rules)) difference.add(component);
  return difference.told((evidence) => reasonsOf(tx, snapshot, evidence, rules));
}

interface Change {
  readonly kind: PreviewExample["kind"];
  readonly profileIds: readonly string[];
  readonly evidence: readonly NumberedEvidence[];
}

/**
 * Every old profile first comes apart into the pieces that stay together, and the pieces then become the new profiles:
 * joined and split are counted on these pieces, so that they tell exactly how the number of profiles changes.
 */
class Difference {
  /** By record: the record that names its new profile. */
  private readonly newProfiles: Int32Array;
  private readonly joins: Change[] = [];
  private readonly refusals = new Map<number, NumberedEvidence[]>();
  private largest = 0;

  constructor(private readonly snapshot: RulesSnapshot) {
    this.newProfiles = new Int32Array(snapshot.records);
    for (let record = 0; record < snapshot.records; record++) this.newProfiles[record] = record;
    if (snapshot.records > 0) this.largest = 1;
  }

  add({ clusters, joins, refusals }: ResolvedComponent): void {
    for (const cluster of clusters) {
      for (const record of cluster) this.newProfiles[record] = cluster[0]!;
      this.largest = Math.max(this.largest, cluster.length);
    }
    for (const cluster of clusters) if (this.joins.length < EXAMPLES_MAX) this.noteJoin(cluster, joins);
    for (const refusal of refusals) {
      const profile = this.oldOf(refusal.a);
      if (profile !== this.oldOf(refusal.b)) continue;
      if (this.refusals.size < EXAMPLES_MAX || this.refusals.has(profile)) {
        entryOf(this.refusals, profile, () => []).push(refusal);
      }
    }
  }

  async told(reasons: (evidence: readonly NumberedEvidence[]) => Promise<string[]>): Promise<RulesDifference> {
    const { snapshot, newProfiles } = this;
    const olds = new Marks(snapshot.records + snapshot.profilesGone + 1);
    const news = new Marks(snapshot.records);
    const kept = new Marks(snapshot.records);
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
    const changes = [...this.joins, ...this.splits(parts, kept)];
    const examples: PreviewExample[] = [];
    for (const { kind, profileIds, evidence } of changes) {
      const told = await reasons(evidence.slice(0, REASONS_MAX));
      if (kind === "SPLIT" && told.length === 0) told.push("Nothing that would join them is left.");
      examples.push({ kind, profileIds, reasons: told });
    }
    const count = pieces.size + kept.count;
    return {
      records: snapshot.records,
      joined: count - news.count,
      split: count - olds.count,
      largestProfile: this.largest,
      examples,
    };
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

  private noteJoin(cluster: readonly number[], joins: readonly NumberedEvidence[]): void {
    const olds = [...new Set(cluster.map((record) => this.oldOf(record)))].sort((a, b) => a - b);
    if (olds.length === 1) return;
    const members = new Set(cluster);
    const evidence = joins.filter(({ a, b }) => members.has(a) && this.oldOf(a) !== this.oldOf(b));
    this.joins.push({ kind: "JOINED", profileIds: olds.map((old) => this.idOf(old)), evidence });
  }

  private splits(parts: ReadonlyMap<number, ReadonlySet<number>>, kept: Marks): Change[] {
    const splits: Change[] = [];
    for (const [old, news] of parts) {
      const all = new Set(news);
      if (kept.has(old)) all.add(old);
      if (all.size === 1) continue;
      const ids = [...all].sort((a, b) => a - b).map((record) => this.snapshot.recordIds.uuid(record));
      const profileIds = [this.idOf(old), ...ids.filter((id) => id !== this.idOf(old))];
      splits.push({ kind: "SPLIT", profileIds, evidence: this.refusals.get(old) ?? [] });
      if (splits.length === EXAMPLES_MAX) break;
    }
    return splits;
  }
}

/** A set of numbers below its size, a byte each. */
class Marks {
  count = 0;
  private readonly marks: Uint8Array;

  constructor(size: number) {
    this.marks = new Uint8Array(size);
  }

  add(number: number): void {
    if (this.marks[number] === 1) return;
    this.marks[number] = 1;
    this.count += 1;
  }

  has(number: number): boolean {
    return this.marks[number] === 1;
  }
}

/** Evidence in words. Values are not kept in the snapshot: those that are told are normalized once more. */
async function reasonsOf(
  tx: Transaction,
  snapshot: RulesSnapshot,
  evidence: readonly NumberedEvidence[],
  rules: ResolutionRules,
): Promise<string[]> {
  const records = new Set(evidence.map(({ a }) => snapshot.recordIds.uuid(a)));
  if (records.size === 0) return [];
  const links = renormalize(await readSpellings(tx, [...records]), rules);
  const told = evidence.map(({ evidence: one, a, value }) => {
    const id = value === null ? null : snapshot.valueIds.uuid(value);
    const link = id === null ? undefined : links.get(snapshot.recordIds.uuid(a))?.get(id);
    const identifier: Pick<IdentifierValue, "kind" | "namespace" | "value"> | null = link?.identifier ?? null;
    return tellEvidence(one, { identifier, links: [], ruling: null });
  });
  return [...new Set(told)];
}
