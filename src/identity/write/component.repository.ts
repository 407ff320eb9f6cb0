import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ASSURANCES } from "../identifier-kind";
import { IdentifierValue, Link, Ruling } from "../resolve/facts";
import { entryOf } from "../resolve/resolve-entry";
import { Likeness } from "../similarity/likeness";
import { PersonProfile } from "../similarity/person-profile";
import { pairKey, SimilarPair } from "../similarity/similar-pair";
import { ComponentSeeds, holdStretch, listReached, readStretch, Stretch } from "./component-stretch.repository";
import { Moment } from "./moment.repository";

/** A stored record as resolution needs it. */
export interface StoredRecord {
  readonly id: string;
  readonly source: string;
  readonly profileId: string;
  readonly sincePosition: number;
}

/** Every fact that can have a say in the profiles of some records. */
export interface Component {
  readonly records: Map<string, StoredRecord>;
  readonly links: Link[];
  readonly identifiers: Map<string, IdentifierValue>;
  /** Record id to the trusted attributes that are identity facts, as JSON values. */
  readonly persons: Map<string, Record<string, unknown>>;
  readonly rulings: Map<string, Ruling>;
  /** What the persons say, by record, and the pairs that are alike, by `pairKey`; null where that has no say. */
  readonly similarity: {
    readonly profiles: Map<string, PersonProfile>;
    readonly pairs: Map<string, SimilarPair>;
  } | null;
}

/** The profiles of records; see `readProfileIds`. */
const PROFILE_IDS = statement(
  "identity.profileIds",
  `select record_id as id, profile_id as "profileId" from records where tenant_id = $1 and record_id = any($2::uuid[])`,
);

/** The records of a stretch, and those to go on with. */
interface Reached {
  readonly added: readonly string[];
  readonly beyond: readonly string[];
}

const NOBODY: Reached = { added: [], beyond: [] };

/** What is to be held together with a component; then what is held, and as of when the component is told. */
export interface Hold {
  readonly alsoIds: readonly string[];
  readonly held: Set<string>;
  moment: Moment | null;
}

/**
 * Loads the closure of the seeds over everything that may join: values that are LIVE (and claim-shared ones between
 * trusted carriers), the present members of the profiles, SAME rulings, and pairs alike enough to join. Each record is
 * loaded once; where they are beyond the profiles that the seeds lead to, in three round trips, however far it goes.
 *
 * @param likeness how alike records are; null where that has no say
 * @param hold the records of the first stretch are held as they are loaded; see `holdStretch`
 */
export async function loadComponent(
  tx: Transaction,
  seeds: ComponentSeeds,
  likeness: Likeness | null,
  hold: Hold | null = null,
): Promise<Component> {
  const component: Component = {
    records: new Map(),
    links: [],
    identifiers: new Map(),
    persons: new Map(),
    rulings: new Map(),
    similarity: likeness && { profiles: new Map(), pairs: new Map() },
  };
  // A seed that is not stored yet may be alike to others, too.
  const compared = new Set<string>();
  for (let next = seeds; ; ) {
    const isFirst = next === seeds;
    const { added, beyond } = isEmpty(next) ? NOBODY : await loadStretch(tx, component, next, isFirst ? hold : null);
    const reached = new Set(beyond);
    if (likeness) {
      const uncompared = new Set([...added, ...next.recordIds].filter((id) => !compared.has(id)));
      for (const id of uncompared) compared.add(id);
      for (const id of await addAlike(component, [...uncompared], likeness)) if (!compared.has(id)) reached.add(id);
    }
    const others = [...reached].filter((id) => !component.records.has(id));
    if (others.length === 0) return component;
    const all = new Set([...others, ...(await listReached(tx, others))]);
    next = { recordIds: [...all].filter((id) => !component.records.has(id)), all: [], trusted: [] };
  }
}

/** By record, the profile that it is in; those that are not there are absent. */
export async function readProfileIds(tx: Transaction, recordIds: readonly string[]): Promise<Map<string, string>> {
  if (recordIds.length === 0) return new Map();
  const rows = await tx.query<Pick<StoredRecord, "id" | "profileId">>(PROFILE_IDS, [tx.tenantId, recordIds]);
  return new Map(rows.map(({ id, profileId }) => [id, profileId]));
}

export function isEmpty({ recordIds, all, trusted }: ComponentSeeds): boolean {
  return recordIds.length + all.length + trusted.length === 0;
}

/** Adds everybody in the profiles that the seeds lead to, and answers with the records that hang together with them. */
async function loadStretch(
  tx: Transaction,
  component: Component,
  seeds: ComponentSeeds,
  hold: Hold | null,
): Promise<Reached> {
  const { records, links, persons, rulings, beyond } = await (hold ? holding(tx, seeds, hold) : readStretch(tx, seeds));
  const [recordIds, sources, profileIds, sincePositions] = records;
  for (const [at, id] of (recordIds ?? []).entries()) {
    const [source, profileId, sincePosition] = [sources![at]!, profileIds![at]!, sincePositions![at]!];
    component.records.set(id, { id, source, profileId, sincePosition });
  }
  const [carriers, assurances, ids, kinds, namespaces, values, statuses] = links;
  for (const [at, recordId] of (carriers ?? []).entries()) {
    const id = ids![at]!;
    component.links.push({ recordId, identifierId: id, assurance: ASSURANCES[assurances![at]!]! });
    if (component.identifiers.has(id)) continue;
    const [kind, namespace, value, status] = [kinds![at]!, namespaces![at]!, values![at]!, statuses![at]!];
    component.identifiers.set(id, { id, kind, namespace, value, status });
  }
  const [told, names, said] = persons;
  for (const [at, recordId] of (told ?? []).entries()) {
    entryOf(component.persons, recordId, (): Record<string, unknown> => ({}))[names![at]!] = said![at];
  }
  addRulings(component, rulings ?? []);
  return { added: recordIds ?? [], beyond: beyond ?? [] };
}

async function holding(tx: Transaction, seeds: ComponentSeeds, hold: Hold): Promise<Stretch> {
  const stretch = await holdStretch(tx, seeds, hold.alsoIds);
  for (const id of hold.alsoIds) hold.held.add(id);
  for (const id of stretch.records[0] ?? []) hold.held.add(id);
  hold.moment = stretch.moment;
  return stretch;
}

/** Answers with the records that may join those just loaded because they are alike. */
async function addAlike(component: Component, recordIds: string[], likeness: Likeness): Promise<string[]> {
  if (recordIds.length === 0) return [];
  const [pairs, profiles] = await Promise.all([likeness.pairsOf(recordIds), likeness.profilesOf(recordIds)]);
  for (const [id, profile] of profiles) component.similarity!.profiles.set(id, profile);
  for (const pair of pairs) component.similarity!.pairs.set(pairKey(pair.recordA, pair.recordB), pair);
  return pairs.flatMap(({ recordA, recordB }) => [recordA, recordB]);
}

function addRulings(component: Component, rows: NonNullable<Stretch["rulings"]>): void {
  const sides = new Map<string, string[][]>();
  for (const [id, kind, position, recordId, side] of rows) {
    const known = entryOf(sides, id, (): string[][] => []);
    known[side] = [...(known[side] ?? []), recordId];
    component.rulings.set(id, { id, kind, position, sides: known });
  }
}
