import { pino } from "pino";
import { FeedService } from "../../src/feed/feed.service";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { AsOfService } from "../../src/profile/as-of.service";
import { ErasureService } from "../../src/profile/erasure.service";
import { RemovalService } from "../../src/profile/removal.service";
import { AsOfTimelineService } from "../../src/timeline/as-of-timeline.service";
import { Reads } from "../../src/timeline/reads";
import { openTestDatabase, TestDatabase } from "../support/database";
import { event } from "../support/events";
import { Facts } from "../support/facts";
import { NotedDatabase, noteStatements, SentStatement } from "../support/noted-database";
import { accessesOf } from "../support/plan";
import { Reading } from "../support/reading";

/** The tables that the crowd leaves empty; here they are filled, so that their plans are those of a busy tenant. */
const ENTRIES = `
  insert into changes (tenant_id, position, tag, at, kind, profile_id, related_ids, record_id)
  select $1, row_number() over (order by x.interaction_id), 1, timestamptz '2026-01-01Z' + row_number() over (order by x.interaction_id) * interval '1 second',
    'INTERACTION_ADDED', r.profile_id, '{}', r.record_id
  from interactions x join records r using (tenant_id, record_id) where tenant_id = $1`;
const FILLED = ["changes", "past_memberships", "past_identifier_links", "past_attribute_observations"];

let db: TestDatabase;
let facts: Facts;
let noted: NotedDatabase;
let ids: readonly string[];

beforeAll(async () => {
  db = await openTestDatabase();
  for (let n = 0; n < 3; n += 1) await fill(await Facts.ofNewTenant(db), 1_000);
  facts = await Facts.ofNewTenant(db);
  await fill(facts, 1_500);
  for (const table of FILLED) await db.ownerQuery(`analyze ${table}`);
  noted = noteStatements(db.database);
  const reading = new Reading(db);
  ids = (await reading.list.list(reading.operation(facts.tenantId), { first: 20 })).nodes.map(({ id }) => id);
}, 120_000);
afterAll(() => db.close());

async function fill(of: Facts, customers: number): Promise<void> {
  await of.crowd(customers, 3);
  const run = (text: string) => db.ownerQuery(text, [of.tenantId]);
  await run(ENTRIES);
  await run(`update feeds f set position = c.position, at = c.at from (
    select max(position) as position, max(at) as at from changes where tenant_id = $1) c where f.tenant_id = $1`);
  await run(`insert into past_memberships (tenant_id, record_id, profile_id, from_position, to_position)
    select $1, record_id, record_id, 0, 1 from records where tenant_id = $1`);
  await run(`insert into past_identifier_links (tenant_id, record_id, identifier_id, source, raw, assurance, first_seen_at,
      last_seen_at, from_position, to_position)
    select $1, record_id, identifier_id, source, raw, 0, first_seen_at, last_seen_at, 0, 1
    from identifier_links where tenant_id = $1`);
  await run(`insert into past_attribute_observations (tenant_id, record_id, name, trusted, value, observed_at,
      from_position, to_position)
    select $1, record_id, name, trusted, '"before"', observed_at, 0, 1
    from attribute_observations where tenant_id = $1`);
}

/** Reads of a whole table, or of a whole tenant's part of one. (The feed's first entry is the first of its part.) */
async function faultsOf(sent: readonly SentStatement[]): Promise<string[]> {
  const faults = new Set<string>();
  for (const each of sent) {
    for (const { by, within } of await accessesOf(db, facts.tenantId, each)) {
      const bounded = within.includes("tenant_id =") && (within.includes(" AND ") || ONE_ROW_A_TENANT.has(by));
      const first = each.statement.name === "feed.moment" && by === "changes_key";
      if (!bounded && !first && !SMALL.has(by)) faults.add(`${each.statement.name}: ${by} ${within}`);
    }
  }
  return [...faults];
}

const ONE_ROW_A_TENANT: ReadonlySet<string> = new Set(["feeds_key", "tenants_key"]);
/** Of tables with a few rows here every plan is as good. */
const SMALL: ReadonlySet<string> = new Set([
  ...["all of feeds", "all of tenants", "all of identity_rules", "identity_rules_key"],
]);

const admin = () => ({ ...new Reading(db).operation(facts.tenantId).viewer, role: "ADMIN" as const });
const decision = () => ({ tenantId: facts.tenantId, actor: "a key", reason: "because" });
const signal = () => new FeedSignal(noted.database, pino({ level: "silent" }));
const rules = () => new RulesService(db.database);

describe("touches what it is about and no more:", () => {
  it("a profile as of a moment, by id and by identifier, with its timeline", async () => {
    const reads = new Reads(noted.database);
    const service = new AsOfService(reads, new FeedService());
    const moment = "2026-01-01T00:20:00.000Z";
    for (const question of [{ id: ids[3]! }, { identifier: { kind: "EMAIL" as const, value: "c7@example.com" } }]) {
      const context = new Reading(db).operation(facts.tenantId);
      const profile = await service.find(context, question, moment);
      const { past } = profile!;
      expect(past.moment.position).toBe(1_200);
      await new AsOfTimelineService(reads).timelineOf(context, past.recordIds, past.moment.at, {});
    }
    const sent = noted.sent.splice(0);
    expect(sent.map(({ statement }) => statement.name)).toEqual(
      expect.arrayContaining(["feed.moment", "profile.asOf", "profile.holderAsOf", "timeline.asOfPage"]),
    );
    expect(await faultsOf(sent)).toEqual([]);
  });

  it.each([
    ["", "identity.touchAttributes"],
    [", that another record of the customer contests,", "identity.touchContested"],
  ])("an attribute%s that is given again", async (contest, name) => {
    await db.ownerQuery("update records set contested = $1", [contest === "" ? [] : ["name"]]);
    await db.ownerQuery("analyze records");
    const ingest = new IngestService(noted.database, rules(), signal());
    const subject = { key: "1", attributes: { name: "Customer 1" } };
    const occurredAt = `2027-01-01T00:00:0${contest.length % 10}.000Z`;
    await ingest.ingest(admin(), [event({ source: "s0", occurredAt, subject })]);
    const sent = noted.sent.splice(0);
    expect(sent.map(({ statement }) => statement.name)).toContain(name);
    expect(await faultsOf(sent)).toEqual([]);
  });

  it("an identifier that is detached", async () => {
    const [link] = await db.ownerQuery<{ id: string; value: string }>(
      `select l.record_id as id, i.value from identifier_links l join identifiers i using (tenant_id, identifier_id)
       where l.tenant_id = $1 limit 1`,
      [facts.tenantId],
    );
    const removal = new RemovalService(noted.database, rules(), signal());
    const outcome = await removal.detachIdentifier(decision(), link!.id, { kind: "EMAIL", value: link!.value });
    expect(outcome).toHaveProperty("profileIds");
    expect(await faultsOf(noted.sent.splice(0))).toEqual([]);
  });

  it("a record that is removed", async () => {
    const removal = new RemovalService(noted.database, rules(), signal());
    expect(await removal.removeRecord(decision(), ids[5]!)).toHaveProperty("profileIds");
    expect(await faultsOf(noted.sent.splice(0))).toEqual([]);
  });

  it("a customer who is erased", async () => {
    const erasure = new ErasureService(noted.database, rules(), signal());
    expect(await erasure.erase(decision(), ids[6]!)).toMatchObject({ records: 2, interactions: 6, feedEntries: 6 });
    expect(await faultsOf(noted.sent.splice(0))).toEqual([]);
  });
});
