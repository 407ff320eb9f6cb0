import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ASSURANCES } from "../identifier-kind";
import { IdentifierValue, Link, Ruling } from "../resolve/facts";
import { entryOf } from "../resolve/resolve-entry";
import { Likeness } from "../similarity/likeness";
import { PersonProfile } from "../similarity/person-profile";
import { pairKey, SimilarPair } from "../similarity/similar-pair";

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

const RECORDS = statement(
  "identity.componentRecords",
  `select record_id as id, source, profile_id as "profileId", since_position as "sincePosition"
   from records where tenant_id = $1 and record_id = any($2::uuid[])`,
);

const LINKS = statement(
  "identity.componentLinks",
  `select l.record_id as "recordId", l.assurance, i.identifier_id as id, i.kind, i.namespace, i.value, i.status
   from identifier_links l
   join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
   where l.tenant_id = $1 and l.record_id = any($2::uuid[])`,
);

const PERSONS = statement(
  "identity.componentPersons",
  `select record_id as "recordId", name, value from attribute_observations
   where tenant_id = $1 and record_id = any($2::uuid[]) and trusted
     and name in ('givenName', 'familyName', 'dateOfBirth')`,
);

const RULINGS = statement(
  "identity.componentRulings",
  `select g.ruling_id as id, g.kind, g.position, m.record_id as "recordId", m.side
   from rulings g join ruling_records m on m.tenant_id = $1 and m.ruling_id = g.ruling_id
   where g.tenant_id = $1 and g.revoked_at is null and g.ruling_id in (
     select n.ruling_id from ruling_records n where n.tenant_id = $1 and n.record_id = any($2::uuid[]))
   order by g.position, g.ruling_id, m.side, m.record_id`,
);

const NEIGHBOURS = statement(
  "identity.componentNeighbours",
  `select b.record_id as id from identifier_links b
   where b.tenant_id = $1 and b.identifier_id = any($2::uuid[])
   union
   select b.record_id from identifier_links b
   where b.tenant_id = $1 and b.identifier_id = any($3::uuid[]) and b.assurance > 0
   union
   select m.record_id from records m where m.tenant_id = $1 and m.profile_id = any($4::uuid[])`,
);

/**
 * Loads the closure of the seeds over everything that may join: values that are LIVE (and claim-shared ones between
 * trusted carriers), the present members of the profiles, SAME rulings, and pairs alike enough to join. Each value, profile
 * and record is expanded once, so the cost is the size of the component, however it hangs together.
 *
 * @param opened identifiers whose status is about to change: all their carriers count, whatever it is now
 * @param likeness how alike records are; null where that has no say
 */
export async function loadComponent(
  tx: Transaction,
  seedRecordIds: Iterable<string>,
  seedIdentifierIds: { readonly all: readonly string[]; readonly trusted: readonly string[] },
  opened: ReadonlySet<string>,
  likeness: Likeness | null,
): Promise<Component> {
  const component: Component = {
    records: new Map(),
    links: [],
    identifiers: new Map(),
    persons: new Map(),
    rulings: new Map(),
    similarity: likeness && { profiles: new Map(), pairs: new Map() },
  };
  const asked = new Set<string>();
  const expanded = new Set<string>();
  let frontier = new Set(seedRecordIds);
  let all = [...seedIdentifierIds.all];
  let trusted = [...seedIdentifierIds.trusted];
  let profileIds: string[] = [];
  for (;;) {
    for (const id of [...all, ...trusted, ...profileIds]) expanded.add(id);
    if (all.length + trusted.length + profileIds.length > 0) {
      const rows = await tx.query<{ id: string }>(NEIGHBOURS, [tx.tenantId, all, trusted, profileIds]);
      for (const row of rows) if (!asked.has(row.id)) frontier.add(row.id);
    }
    if (frontier.size === 0) return component;
    for (const id of frontier) asked.add(id);
    const reached = await loadRecords(tx, component, [...frontier], likeness);
    all = reached.live.filter((id) => !expanded.has(id));
    trusted = reached.claimShared.filter((id) => !expanded.has(id));
    for (const id of reached.identifierIds) if (opened.has(id) && !expanded.has(id)) all.push(id);
    profileIds = reached.profileIds.filter((id) => !expanded.has(id));
    frontier = new Set([...reached.ruledWith, ...reached.alike].filter((id) => !asked.has(id)));
  }
}

/** By record, the profile that it is in; those that are not there are absent. */
export async function readProfileIds(tx: Transaction, recordIds: readonly string[]): Promise<Map<string, string>> {
  if (recordIds.length === 0) return new Map();
  const rows = await tx.query<StoredRecord>(RECORDS, [tx.tenantId, recordIds]);
  return new Map(rows.map(({ id, profileId }) => [id, profileId]));
}

interface Reached {
  readonly identifierIds: string[];
  readonly live: string[];
  readonly claimShared: string[];
  readonly profileIds: string[];
  readonly ruledWith: string[];
  readonly alike: string[];
}

async function loadRecords(
  tx: Transaction,
  component: Component,
  recordIds: string[],
  likeness: Likeness | null,
): Promise<Reached> {
  const values = [tx.tenantId, recordIds];
  const [records, links, persons, rulings, alike] = await Promise.all([
    tx.query<StoredRecord>(RECORDS, values),
    tx.query<LinkRow>(LINKS, values),
    tx.query<{ recordId: string; name: string; value: unknown }>(PERSONS, values),
    tx.query<RulingRow>(RULINGS, values),
    likeness ? addAlike(component, recordIds, likeness) : [],
  ]);
  for (const record of records) component.records.set(record.id, record);
  const reached = {
    identifierIds: new Set<string>(),
    live: new Set<string>(),
    claimShared: new Set<string>(),
  };
  for (const { recordId, assurance, id, kind, namespace, value, status } of links) {
    component.links.push({ recordId, identifierId: id, assurance: ASSURANCES[assurance]! });
    if (status === "CLAIMS_SHARED" && assurance > 0) reached.claimShared.add(id);
    if (reached.identifierIds.has(id)) continue;
    component.identifiers.set(id, { id, kind, namespace, value, status });
    reached.identifierIds.add(id);
    if (status === "LIVE") reached.live.add(id);
  }
  for (const { recordId, name, value } of persons) {
    entryOf(component.persons, recordId, (): Record<string, unknown> => ({}))[name] = value;
  }
  return {
    identifierIds: [...reached.identifierIds],
    live: [...reached.live],
    claimShared: [...reached.claimShared],
    profileIds: [...new Set(records.map((record) => record.profileId))],
    ruledWith: addRulings(component, rulings),
    alike,
  };
}

/** Answers with the records that may join those just loaded because they are alike. */
async function addAlike(component: Component, recordIds: string[], likeness: Likeness): Promise<string[]> {
  const [pairs, profiles] = await Promise.all([likeness.pairsOf(recordIds), likeness.profilesOf(recordIds)]);
  for (const [id, profile] of profiles) component.similarity!.profiles.set(id, profile);
  for (const pair of pairs) component.similarity!.pairs.set(pairKey(pair.recordA, pair.recordB), pair);
  return pairs.flatMap(({ recordA, recordB }) => [recordA, recordB]);
}

type LinkRow = IdentifierValue & { recordId: string; assurance: number };

interface RulingRow {
  id: string;
  kind: "SAME" | "DIFFERENT";
  position: number;
  recordId: string;
  side: number;
}

/** Answers with the records that SAME rulings tie to those just loaded. */
function addRulings(component: Component, rows: readonly RulingRow[]): string[] {
  const sides = new Map<string, string[][]>();
  const ruledWith: string[] = [];
  for (const row of rows) {
    const known = sides.get(row.id) ?? [];
    sides.set(row.id, known);
    known[row.side] = [...(known[row.side] ?? []), row.recordId];
    component.rulings.set(row.id, { id: row.id, kind: row.kind, position: row.position, sides: known });
    if (row.kind === "SAME") ruledWith.push(row.recordId);
  }
  return ruledWith;
}
