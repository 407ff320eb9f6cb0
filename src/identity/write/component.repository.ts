import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ASSURANCES } from "../identifier-kind";
import { IdentifierValue, Link, Ruling } from "../resolve/facts";
import { entryOf } from "../resolve/resolve-entry";
import { Likeness } from "../similarity/likeness";
import { PersonProfile } from "../similarity/person-profile";
import { pairKey, SimilarPair } from "../similarity/similar-pair";
import { Closure, ComponentSeeds, holdClosure, readClosure } from "./component-closure.repository";
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

/** What is to be held together with a component; then what is held, and as of when the component is told. */
export interface Hold {
  readonly alsoIds: readonly string[];
  readonly held: Set<string>;
  moment: Moment | null;
}

/**
 * Loads the closure of the seeds over everything that may join: values that are LIVE (and claim-shared ones between
 * trusted carriers), the present members of the profiles, SAME rulings, and pairs alike enough to join. Each value, profile
 * and record is expanded once, so the cost is the size of the component, however it hangs together.
 *
 * @param likeness how alike records are; null where that has no say
 * @param hold the records are held as they are loaded, but for those that are met by likeness; see `holdClosure`
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
    const loaded = await loadReached(tx, component, next, next === seeds ? hold : null);
    if (!likeness) return component;
    const added = [...loaded, ...next.recordIds].filter((id) => !compared.has(id));
    for (const id of added) compared.add(id);
    const alike = await addAlike(component, [...new Set(added)], likeness);
    next = { recordIds: alike.filter((id) => !compared.has(id)), all: [], trusted: [] };
    if (next.recordIds.length === 0) return component;
  }
}

/** By record, the profile that it is in; those that are not there are absent. */
export async function readProfileIds(tx: Transaction, recordIds: readonly string[]): Promise<Map<string, string>> {
  if (recordIds.length === 0) return new Map();
  const rows = await tx.query<StoredRecord>(PROFILE_IDS, [tx.tenantId, recordIds]);
  return new Map(rows.map(({ id, profileId }) => [id, profileId]));
}

export function isEmpty({ recordIds, all, trusted }: ComponentSeeds): boolean {
  return recordIds.length + all.length + trusted.length === 0;
}

/** Adds the closure of the seeds and answers with the records in it that were not there before. */
async function loadReached(
  tx: Transaction,
  component: Component,
  seeds: ComponentSeeds,
  hold: Hold | null,
): Promise<string[]> {
  if (isEmpty(seeds)) return [];
  const closure = await (hold ? holding(tx, seeds, hold) : readClosure(tx, seeds));
  const added = new Set<string>();
  for (const [id, source, profileId, sincePosition] of closure.records ?? []) {
    if (component.records.has(id)) continue;
    component.records.set(id, { id, source, profileId, sincePosition });
    added.add(id);
  }
  for (const [recordId, assurance, id, kind, namespace, value, status] of closure.links ?? []) {
    if (!added.has(recordId)) continue;
    component.links.push({ recordId, identifierId: id, assurance: ASSURANCES[assurance]! });
    if (!component.identifiers.has(id)) component.identifiers.set(id, { id, kind, namespace, value, status });
  }
  for (const [recordId, name, value] of closure.persons ?? []) {
    if (added.has(recordId)) entryOf(component.persons, recordId, (): Record<string, unknown> => ({}))[name] = value;
  }
  addRulings(component, closure.rulings ?? []);
  return [...added];
}

async function holding(tx: Transaction, seeds: ComponentSeeds, hold: Hold): Promise<Closure> {
  const closure = await holdClosure(tx, seeds, hold.alsoIds);
  for (const id of hold.alsoIds) hold.held.add(id);
  for (const [id] of closure.records ?? []) hold.held.add(id);
  hold.moment = closure.moment;
  return closure;
}

/** Answers with the records that may join those just loaded because they are alike. */
async function addAlike(component: Component, recordIds: string[], likeness: Likeness): Promise<string[]> {
  if (recordIds.length === 0) return [];
  const [pairs, profiles] = await Promise.all([likeness.pairsOf(recordIds), likeness.profilesOf(recordIds)]);
  for (const [id, profile] of profiles) component.similarity!.profiles.set(id, profile);
  for (const pair of pairs) component.similarity!.pairs.set(pairKey(pair.recordA, pair.recordB), pair);
  return pairs.flatMap(({ recordA, recordB }) => [recordA, recordB]);
}

function addRulings(component: Component, rows: NonNullable<Closure["rulings"]>): void {
  const sides = new Map<string, string[][]>();
  for (const [id, kind, position, recordId, side] of rows) {
    const known = entryOf(sides, id, (): string[][] => []);
    known[side] = [...(known[side] ?? []), recordId];
    component.rulings.set(id, { id, kind, position, sides: known });
  }
}
