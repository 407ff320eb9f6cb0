import { ASSURANCES, IdentifierKind } from "../../src/identity/identifier-kind";
import { Facts, IdentifierValue, Ruling } from "../../src/identity/resolve/facts";
import { personFacts } from "../../src/identity/resolve/person-facts";
import { ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { valueStatus } from "../../src/identity/resolve/sharing";
import { personProfile } from "../../src/identity/similarity/person-profile";
import { similarPairs } from "../../src/identity/similarity/similar-pairs";
import { TestDatabase } from "./database";

interface LinkRow {
  record_id: string;
  identifier_id: string;
  source: string;
  assurance: number;
}

/** Everything a database knows about identity, with the statuses worked out anew: what a resolution from nothing is given. */
export async function storedFacts(db: TestDatabase, rules: ResolutionRules): Promise<Facts> {
  const records = await db.ownerQuery<{ record_id: string; source: string }>("select record_id, source from records");
  const links = await db.ownerQuery<LinkRow>(
    "select record_id, identifier_id, source, assurance from identifier_links",
  );
  const values = await db.ownerQuery<{
    identifier_id: string;
    kind: IdentifierKind;
    namespace: string;
    value: string;
    status: string;
  }>("select identifier_id, kind, namespace, value, status from identifiers");
  const ruled = await db.ownerQuery<{ identifier_id: string }>(
    "select s.identifier_id from shared_values s join rulings g using (ruling_id) where g.revoked_at is null and s.to_position is null",
  );
  const ruledShared = new Set(ruled.map((row) => row.identifier_id));
  const persons = await db.ownerQuery<{ record_id: string; name: string; value: unknown }>(
    "select record_id, name, value from attribute_observations where trusted",
  );
  const attributes = new Map<string, Record<string, unknown>>();
  for (const { record_id, name, value } of persons) {
    attributes.set(record_id, { ...attributes.get(record_id), [name]: value });
  }
  return {
    records: records.map((row) => ({
      id: row.record_id,
      source: row.source,
      person: personFacts(attributes.get(row.record_id) ?? {}),
    })),
    identifiers: values.map(
      (row): IdentifierValue => ({
        id: row.identifier_id,
        kind: row.kind,
        namespace: row.namespace,
        value: row.value,
        status: valueStatus(
          row.kind,
          row.status !== "UNUSABLE",
          countsOf(row.identifier_id, links),
          rules,
          ruledShared.has(row.identifier_id),
        ),
      }),
    ),
    links: links.map((row) => ({
      recordId: row.record_id,
      identifierId: row.identifier_id,
      assurance: ASSURANCES[row.assurance]!,
    })),
    rulings: await storedRulings(db),
  };
}

/** Facts with how alike the persons are, every pair compared from nothing; as they are, where nobody is compared. */
export async function withLikeness(db: TestDatabase, facts: Facts, rules: ResolutionRules): Promise<Facts> {
  if (!rules.similarity.enabled) return facts;
  const persons = await db.ownerQuery<{ record_id: string; name: string; value: unknown }>(
    "select record_id, name, value from attribute_observations where trusted",
  );
  const values = new Map(facts.identifiers.map((identifier) => [identifier.id, identifier]));
  const records = facts.records.map(({ id }) => {
    const attributes = persons.filter(({ record_id }) => record_id === id).map(({ name, value }) => [name, value]);
    const identifiers = facts.links
      .filter(({ recordId, assurance }) => recordId === id && assurance !== "CLAIMED")
      .map(({ identifierId }) => values.get(identifierId)!)
      .filter(({ status }) => status === "LIVE" || status === "CLAIMS_SHARED");
    return { id, profile: personProfile(Object.fromEntries(attributes), identifiers) };
  });
  const profiles = new Map(records.map(({ id, profile }) => [id, profile]));
  return { ...facts, similarity: { profiles, pairs: similarPairs(records, rules.similarity) } };
}

/** The rulings that are in force. */
export async function storedRulings(db: TestDatabase): Promise<Ruling[]> {
  const rows = await db.ownerQuery<Omit<Ruling, "sides" | "position"> & { position: string; sides: string[][] }>(
    `select g.ruling_id as id, g.kind, g.position, (
       select json_agg(s.ids order by s.side) from (
         select m.side, json_agg(m.record_id order by m.record_id) as ids
         from ruling_records m where m.ruling_id = g.ruling_id group by m.side) s) as sides
     from rulings g where g.revoked_at is null and g.kind <> 'SHARED'`,
  );
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
}

/** Each stored profile's records, ascending, in the order of their profiles. */
export async function storedPartition(db: TestDatabase): Promise<{ profileId: string; recordIds: string[] }[]> {
  return db.ownerQuery(
    `select profile_id as "profileId", array_agg(record_id::text order by record_id) as "recordIds"
     from records group by profile_id order by profile_id`,
  );
}

function countsOf(identifierId: string, links: readonly LinkRow[]): { trusted: number; all: number }[] {
  const bySource = new Map<string, { trusted: number; all: number }>();
  for (const link of links) {
    if (link.identifier_id !== identifierId) continue;
    const count = bySource.get(link.source) ?? { trusted: 0, all: 0 };
    bySource.set(link.source, { trusted: count.trusted + (link.assurance > 0 ? 1 : 0), all: count.all + 1 });
  }
  return [...bySource.values()];
}
