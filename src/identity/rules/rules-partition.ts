import { setImmediate as breathe } from "node:timers/promises";
import { Transaction } from "../../db/transaction";
import { Breath } from "../breath";
import { ASSURANCES } from "../identifier-kind";
import { TellProgress } from "../preview/preview-progress";
import {
  Evidence,
  Facts,
  IdentifierValue,
  Link,
  RecordFacts,
  Ruling,
  SimilarityFacts,
  ValueStatus,
} from "../resolve/facts";
import { personFacts } from "../resolve/person-facts";
import { crmIdMode, isSureEnough, ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { UnionFind } from "../resolve/union-find";
import type { PersonProfile } from "../similarity/person-profile";
import { SnapshotLikeness } from "./rules-likeness";
import { RulesSnapshot } from "./rules-snapshot";
import { readSnapshotPersons } from "./rules-snapshot.repository";
import { carriersOf, statusesOf, WORK_A_BREATH } from "./rules-value-statuses";

/** Records that are resolved between two breaths; names of persons are read for so many at a time. */
const RECORDS_A_PIECE = 500;

/** One component, resolved. Records are told by their numbers, values by theirs. */
export interface ResolvedComponent {
  readonly clusters: readonly (readonly number[])[];
  readonly joins: readonly NumberedEvidence[];
  readonly refusals: readonly NumberedEvidence[];
}

export interface NumberedEvidence {
  readonly evidence: Evidence;
  readonly a: number;
  readonly b: number;
  /** The value that the evidence speaks of. */
  readonly value: number | null;
}

/**
 * Resolves a whole tenant from nothing, component by component: a component is what values that may join, SAME
 * rulings and likeness hold together, and nothing outside it bears on what happens inside. Components of one record are left out.
 */
export async function* resolveAll(
  tx: Transaction,
  snapshot: RulesSnapshot,
  rules: ResolutionRules,
  tell: TellProgress,
): AsyncGenerator<ResolvedComponent> {
  const carriers = await carriersOf(snapshot);
  const statuses = await statusesOf(snapshot, carriers, rules);
  const components = new UnionFind(snapshot.records);
  for (let value = 0; value < snapshot.values; value++) {
    if (value % WORK_A_BREATH === 0) await breathe();
    const status = statuses[value]!;
    if (status !== "LIVE" && status !== "CLAIMS_SHARED") continue;
    const kind = snapshot.kindOf(value);
    let first = -1;
    for (let place = carriers.firsts[value]!; place < carriers.firsts[value + 1]!; place++) {
      const rank = carriers.ranks[place]!;
      if ((status === "CLAIMS_SHARED" && rank === 0) || !isSureEnough(rules, kind, ASSURANCES[rank]!)) continue;
      if (first < 0) first = carriers.records[place]!;
      else components.union(first, carriers.records[place]!);
    }
  }
  const rulingsOf = rulingsByRecord(snapshot, components);
  const { enabled } = rules.similarity;
  const likeness = enabled ? await SnapshotLikeness.read(tx, snapshot, statuses, rules, idOf, tell) : null;
  likeness?.join(components);
  const judged: Judged = { snapshot, rules, statuses, rulingsOf, likeness };
  await breathe();
  let piece: number[][] = [];
  let size = 0;
  for (let record = 0; record < snapshot.records; record++) {
    if (components.find(record) !== record || components.size(record) === 1) continue;
    piece.push([...components.elements(record)].sort((a, b) => a - b));
    size += components.size(record);
    if (size < RECORDS_A_PIECE) continue;
    yield* resolvePiece(tx, judged, piece);
    piece = [];
    size = 0;
    await breathe();
    tell("RESOLVING", record + 1, snapshot.records);
  }
  yield* resolvePiece(tx, judged, piece);
  tell("RESOLVING", snapshot.records, snapshot.records);
}

/** All that has a say. */
interface Judged {
  readonly snapshot: RulesSnapshot;
  readonly rules: ResolutionRules;
  readonly statuses: readonly ValueStatus[];
  readonly rulingsOf: ReadonlyMap<number, readonly Ruling[]>;
  readonly likeness: SnapshotLikeness | null;
}

async function* resolvePiece(
  tx: Transaction,
  judged: Judged,
  piece: readonly (readonly number[])[],
): AsyncGenerator<ResolvedComponent> {
  const { snapshot, rules, rulingsOf } = judged;
  const inNeed = piece.filter((records) => mayContradict(snapshot, rules, records)).flat();
  const persons = await readSnapshotPersons(
    tx,
    inNeed.map((record) => snapshot.recordIds.uuid(record)),
  );
  const breath = new Breath();
  for (const records of piece) {
    if (breath.isDue) await breath.take();
    const rulings = new Set(records.flatMap((record) => rulingsOf.get(record) ?? []));
    const facts = factsOf(judged, records, [...rulings], persons);
    const { clusters, joins, refusals } = resolve(facts, rules);
    yield {
      clusters: clusters.map((cluster) => cluster.map(Number)),
      joins: joins.map(numbered),
      refusals: refusals.map(numbered),
    };
  }
}

/** Numbers as ids: of records they sort as the ids do, by age. */
function idOf(number: number): string {
  return String(number).padStart(10, "0");
}

function numbered(evidence: Evidence): NumberedEvidence {
  const { recordA, recordB, identifierId } = evidence;
  return {
    evidence,
    a: Number(recordA),
    b: Number(recordB),
    value: identifierId === undefined ? null : Number(identifierId),
  };
}

function factsOf(
  { snapshot, rules, statuses, likeness }: Judged,
  members: readonly number[],
  rulings: readonly Ruling[],
  persons: ReadonlyMap<string, Record<string, unknown>>,
): Facts {
  const records: RecordFacts[] = [];
  const links: Link[] = [];
  const identifiers = new Map<number, IdentifierValue>();
  for (const record of members) {
    const person = persons.size > 0 ? persons.get(snapshot.recordIds.uuid(record)) : undefined;
    records.push({ id: idOf(record), source: "", person: person ? personFacts(person) : {} });
    const [from, to] = snapshot.linkRange(record);
    for (let link = from; link < to; link++) {
      const value = snapshot.valueOf.at(link);
      const kind = snapshot.kindOf(value);
      const assurance = ASSURANCES[snapshot.rankOf.at(link)]!;
      if (!isSureEnough(rules, kind, assurance)) continue;
      const id = idOf(value);
      if (!identifiers.has(value)) {
        const namespace = snapshot.namespaceOf(value);
        identifiers.set(value, { id, kind, namespace, value: "", status: statuses[value]! });
      }
      links.push({ recordId: idOf(record), identifierId: id, assurance });
    }
  }
  const ruled = rulings.map((ruling) => ({ ...ruling, sides: ruling.sides.map((side) => side.flatMap(known)) }));
  const facts = { records, identifiers: [...identifiers.values()], links, rulings: ruled };
  return likeness ? { ...facts, similarity: similarityOf(members, likeness) } : facts;

  function known(recordId: string): string[] {
    const record = snapshot.recordIds.find(recordId);
    return record < 0 ? [] : [idOf(record)];
  }
}

/** Pairs with a record outside are left out by `resolve`: they do not join. */
function similarityOf(members: readonly number[], likeness: SnapshotLikeness): SimilarityFacts {
  const profiles = new Map<string, PersonProfile>();
  for (const record of members) {
    const profile = likeness.profileOf(record);
    if (profile) profiles.set(idOf(record), profile);
  }
  return { profiles, pairs: members.flatMap((record) => likeness.pairsOf(record).map(({ pair }) => pair)) };
}

/** Whether names and birth dates can have a say: only between different ids of one CRM, where its mode asks for them. */
function mayContradict(snapshot: RulesSnapshot, rules: ResolutionRules, records: readonly number[]): boolean {
  const ids = new Map<string, number>();
  for (const record of records) {
    const [from, to] = snapshot.linkRange(record);
    for (let link = from; link < to; link++) {
      const value = snapshot.valueOf.at(link);
      if (snapshot.kindOf(value) !== "CRM_ID") continue;
      const namespace = snapshot.namespaceOf(value);
      if (crmIdMode(rules, namespace) !== "CONTRADICTION") continue;
      if ((ids.get(namespace) ?? value) !== value) return true;
      ids.set(namespace, value);
    }
  }
  return false;
}

/** SAME rulings hold components together; every ruling is listed with each record that it names. */
function rulingsByRecord(snapshot: RulesSnapshot, components: UnionFind): Map<number, Ruling[]> {
  const byRecord = new Map<number, Ruling[]>();
  for (const ruling of snapshot.rulings) {
    const records = ruling.sides.flat().flatMap((id) => {
      const record = snapshot.recordIds.find(id);
      return record < 0 ? [] : [record];
    });
    for (const record of records) {
      byRecord.set(record, [...(byRecord.get(record) ?? []), ruling]);
      if (ruling.kind === "SAME") components.union(records[0]!, record);
    }
  }
  return byRecord;
}
