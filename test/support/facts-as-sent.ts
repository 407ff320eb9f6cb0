import { ASSURANCES, IdentifierKind } from "../../src/identity/identifier-kind";
import {
  IdentifierText,
  isIdentifierProblem,
  normalizeIdentifier,
} from "../../src/identity/normalize/normalize-identifier";
import { Facts, IdentifierValue } from "../../src/identity/resolve/facts";
import { personFacts } from "../../src/identity/resolve/person-facts";
import { ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { valueStatus } from "../../src/identity/resolve/sharing";
import { TestDatabase } from "./database";
import { storedRulings } from "./stored-facts";

interface SentRow {
  record_id: string;
  source: string;
  kind: IdentifierKind;
  namespace: string;
  raw: string;
  assurance: number;
}

/** Identifiers as their senders wrote them: the spellings that were kept apart, or else the link's own. */
const SENT = `
  select l.record_id, l.source, i.kind, i.namespace, coalesce(s.raw, l.raw) as raw,
    coalesce(s.assurance, l.assurance) as assurance
  from identifier_links l
  join identifiers i using (tenant_id, identifier_id)
  left join identifier_spellings s using (tenant_id, record_id, identifier_id)`;

/** All that was ever sent, normalized and counted from nothing by these rules: nothing that was derived before is believed. */
export async function factsAsSent(db: TestDatabase, rules: ResolutionRules): Promise<Facts> {
  const records = await db.ownerQuery<{ record_id: string; source: string }>("select record_id, source from records");
  const persons = await db.ownerQuery<{ record_id: string; person: Record<string, unknown> }>(
    "select record_id, json_object_agg(name, value) as person from attribute_observations where trusted group by 1",
  );
  const personOf = new Map(persons.map(({ record_id, person }) => [record_id, person]));
  const values = new Map<
    string,
    { value: Omit<IdentifierValue, "status">; usable: boolean; carriers: Map<string, SentRow> }
  >();
  for (const row of await db.ownerQuery<SentRow>(SENT)) {
    const identifier = normalizeIdentifier({ kind: row.kind, namespace: row.namespace, value: row.raw }, rules);
    if (isIdentifierProblem(identifier)) throw new Error(identifier.message);
    const { id, kind, namespace, value, usable } = identifier;
    const known = values.get(id) ?? { value: { id, kind, namespace, value }, usable, carriers: new Map() };
    values.set(id, known);
    const before = known.carriers.get(row.record_id);
    if (!before || before.assurance < row.assurance) known.carriers.set(row.record_id, row);
  }
  const ruledShared = await sharedAsRuled(db, rules);
  const identifiers: IdentifierValue[] = [];
  const links: Facts["links"][number][] = [];
  for (const { value, usable, carriers } of values.values()) {
    const counts = perSource(carriers.values());
    identifiers.push({ ...value, status: valueStatus(value.kind, usable, counts, rules, ruledShared.has(value.id)) });
    for (const { record_id, assurance } of carriers.values()) {
      const least = ASSURANCES.indexOf(rules.minimumAssurance[value.kind] ?? "CLAIMED");
      if (assurance < least) continue;
      links.push({ recordId: record_id, identifierId: value.id, assurance: ASSURANCES[assurance]! });
    }
  }
  return {
    records: records.map(({ record_id, source }) => ({
      id: record_id,
      source,
      person: personFacts(personOf.get(record_id) ?? {}),
    })),
    identifiers,
    links,
    rulings: await storedRulings(db),
  };
}

/** What the rules make of the values that people ruled shared. */
async function sharedAsRuled(db: TestDatabase, rules: ResolutionRules): Promise<Set<string>> {
  const rows = await db.ownerQuery<IdentifierText>(
    `select i.kind, i.namespace, i.value from shared_values s join identifiers i using (tenant_id, identifier_id)
     join rulings g using (tenant_id, ruling_id) where g.revoked_at is null and s.to_position is null`,
  );
  return new Set(rows.map((row) => normalizeIdentifier(row, rules)).flatMap((one) => ("id" in one ? one.id : [])));
}

function perSource(carriers: Iterable<SentRow>): { trusted: number; all: number }[] {
  const counts = new Map<string, { trusted: number; all: number }>();
  for (const { source, assurance } of carriers) {
    const count = counts.get(source) ?? { trusted: 0, all: 0 };
    counts.set(source, count);
    count.all += 1;
    if (assurance > 0) count.trusted += 1;
  }
  return [...counts.values()];
}
