import { Instant } from "../db/column-types";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { ASSURANCES } from "./identifier-kind";
import { AttributeState, attributeKey, LinkState, RecordState } from "./record-state";
import { recordHandle } from "./sighting";

/** A record named by its source, as clients name it. */
export interface RecordName {
  readonly source: string;
  readonly key: string;
}

const NAMED = `unnest($2::text[], $3::text[]) n(source, key)
  join records r on r.tenant_id = $1 and r.source = n.source and r.key = n.key`;

const FIND_RECORDS = statement(
  "identity.findRecords",
  `select r.record_id, r.source, r.key, r.profile_id from ${NAMED}`,
);

const FIND_LINKS = statement(
  "identity.findLinks",
  `select l.record_id, l.identifier_id, l.assurance, l.first_seen_at, l.last_seen_at
   from ${NAMED} join identifier_links l on l.tenant_id = $1 and l.record_id = r.record_id`,
);

const FIND_ATTRIBUTES = statement(
  "identity.findAttributes",
  `select a.record_id, a.name, a.trusted, a.value::text as value, a.observed_at
   from ${NAMED} join attribute_observations a on a.tenant_id = $1 and a.record_id = r.record_id`,
);

const LOCK = statement(
  "identity.lockRecords",
  `select record_id from records where tenant_id = $1 and record_id = any($2::uuid[])
   order by record_id for no key update`,
);

const LOCK_MORE = statement(
  "identity.lockMoreRecords",
  `select record_id from records where tenant_id = $1 and record_id = any($2::uuid[])
   order by record_id for no key update nowait`,
);

/** The named records that exist, with their links and attributes, by `recordHandle`. Three statements, one round trip. */
export async function readRecordStates(
  tx: Transaction,
  names: readonly RecordName[],
): Promise<Map<string, RecordState>> {
  if (names.length === 0) return new Map();
  const values = [tx.tenantId, names.map((name) => name.source), names.map((name) => name.key)];
  const [records, links, attributes] = await Promise.all([
    tx.query<{ record_id: string; source: string; key: string; profile_id: string }>(FIND_RECORDS, values),
    tx.query<LinkRow>(FIND_LINKS, values),
    tx.query<AttributeRow>(FIND_ATTRIBUTES, values),
  ]);
  const linksOf = groupLinks(links);
  const attributesOf = groupAttributes(attributes);
  return new Map(
    records.map((row) => [
      recordHandle(row.source, row.key),
      {
        recordId: row.record_id,
        source: row.source,
        key: row.key,
        profileId: row.profile_id,
        links: linksOf.get(row.record_id) ?? new Map(),
        attributes: attributesOf.get(row.record_id) ?? new Map(),
      },
    ]),
  );
}

/**
 * Holds the records against every other writer until the transaction ends. The first time they are waited for in the
 * order of their ids, so that two writers never wait in a circle. Whoever holds some already must not wait for more:
 * when another has them, the transaction starts over (55P03) instead of ending in a deadlock that takes a second to find.
 */
export async function lockRecords(tx: Transaction, recordIds: readonly string[], holdsSome: boolean): Promise<void> {
  await tx.query(holdsSome ? LOCK_MORE : LOCK, [tx.tenantId, recordIds]);
}

interface LinkRow {
  record_id: string;
  identifier_id: string;
  assurance: number;
  first_seen_at: Instant;
  last_seen_at: Instant;
}

function groupLinks(rows: readonly LinkRow[]): Map<string, Map<string, LinkState>> {
  const grouped = new Map<string, Map<string, LinkState>>();
  for (const row of rows) {
    const link = {
      assurance: ASSURANCES[row.assurance]!,
      firstSeenAt: row.first_seen_at,
      lastSeenAt: row.last_seen_at,
    };
    const links = grouped.get(row.record_id);
    if (links) links.set(row.identifier_id, link);
    else grouped.set(row.record_id, new Map([[row.identifier_id, link]]));
  }
  return grouped;
}

interface AttributeRow {
  record_id: string;
  name: string;
  trusted: boolean;
  value: string;
  observed_at: Instant;
}

function groupAttributes(rows: readonly AttributeRow[]): Map<string, Map<string, AttributeState>> {
  const grouped = new Map<string, Map<string, AttributeState>>();
  for (const row of rows) {
    const key = attributeKey(row.name, row.trusted);
    const attribute = { value: row.value, observedAt: row.observed_at };
    const attributes = grouped.get(row.record_id);
    if (attributes) attributes.set(key, attribute);
    else grouped.set(row.record_id, new Map([[key, attribute]]));
  }
  return grouped;
}
