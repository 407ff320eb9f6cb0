import { ExplainService } from "../../src/identity/explain/explain.service";
import { tellAll } from "../../src/identity/explain/explain-told";
import { RulesService } from "../../src/identity/rules/rules.service";
import {
  holdRuling,
  listRulingRecords,
  listRulings,
  readHandles,
  readRulingSides,
} from "../../src/identity/rulings/ruling.repository";
import { listIdentityEvents } from "../../src/identity/write/identity-history.repository";
import { findRecords } from "../../src/profile/profile.repository";
import { countCustomers } from "../../src/profile/shared-with.repository";
import { openTestDatabase, TestDatabase } from "../support/database";
import { Facts } from "../support/facts";
import { NotedDatabase, noteStatements } from "../support/noted-database";
import { accessesOf } from "../support/plan";

let db: TestDatabase;
let facts: Facts;
let noted: NotedDatabase;
let ids: string[];

beforeAll(async () => {
  db = await openTestDatabase();
  for (let n = 0; n < 3; n += 1) await (await Facts.ofNewTenant(db)).crowd(800, 2);
  facts = await Facts.ofNewTenant(db);
  await facts.crowd(800, 4);
  // Each record with a ruling on it and ten entries in its history.
  await db.ownerQuery(`
    insert into rulings (tenant_id, ruling_id, kind, actor, position, made_at)
      select tenant_id, record_id, 'SAME', 'an agent', 1, now() from records`);
  await db.ownerQuery(`
    insert into ruling_records (tenant_id, ruling_id, record_id, side)
      select tenant_id, record_id, record_id, 0 from records`);
  await db.ownerQuery(`
    with made as (
      insert into identity_events (tenant_id, event_id, position, kind, at, profile_ids, evidence)
      select tenant_id, gen_random_uuid(), n, 'MERGED', now(), array[record_id], '[]'
      from records cross join generate_series(1, 10) n returning *)
    insert into identity_event_profiles (tenant_id, profile_id, position, event_id)
      select tenant_id, profile_ids[1], position, event_id from made`);
  await db.ownerQuery("analyze rulings, ruling_records, identity_events, identity_event_profiles");
  noted = noteStatements(db.database);
  ids = (
    await db.ownerQuery<{ id: string }>("select record_id as id from records where tenant_id = $1 limit 40", [
      facts.tenantId,
    ])
  ).map(({ id }) => id);
}, 60_000);
afterAll(() => db.close());

/** Reading a whole table, or a whole tenant's part of one. */
async function faults(): Promise<string[]> {
  const found: string[] = [];
  const sent = noted.sent.splice(0);
  expect(sent.length).toBeGreaterThan(0);
  for (const each of sent) {
    for (const { by, within } of await accessesOf(db, facts.tenantId, each)) {
      if (!within.includes("tenant_id =") || !within.includes(" AND ")) {
        found.push(`${each.statement.name}: ${by} ${within}`);
      }
    }
  }
  return found;
}

describe("touches what it answers with and no more:", () => {
  it("an explanation", async () => {
    const service = new ExplainService(noted.database, new RulesService(db.database));
    await service.explain(facts.tenantId, ids[0]!, ids[1]!);
    await service.bridgesOf(facts.tenantId, ids.slice(0, 5));
    expect(await faults()).toEqual([]);
  });

  it("the words for evidence", async () => {
    const [link] = await db.ownerQuery<{ record_id: string; identifier_id: string }>(
      "select record_id, identifier_id from identifier_links where tenant_id = $1 limit 1",
      [facts.tenantId],
    );
    const pair = { recordA: link!.record_id, recordB: ids[0]!, identifierId: link!.identifier_id };
    await noted.database.read(facts.tenantId, (tx) =>
      tellAll(tx, [{ kind: "IDENTIFIER", ...pair, rulingId: ids[0]! }]),
    );
    expect(noted.sent).toHaveLength(3);
    expect(await faults()).toEqual([]);
  });

  it("a history, from its beginning and from the middle", async () => {
    await noted.database.read(facts.tenantId, async (tx) => {
      const [first] = await listIdentityEvents(tx, [ids, [ids[0]!]], null, 20);
      expect(first).toHaveLength(20);
      await listIdentityEvents(tx, [ids], first!.at(-1)!, 20);
    });
    expect(await faults()).toEqual([]);
  });

  it("rulings and their records", async () => {
    await noted.database.write(facts.tenantId, async (tx) => {
      const [first] = await listRulings(tx, null, 3);
      await listRulings(tx, first!.id, 3);
      await readRulingSides(tx, [first!.id]);
      await holdRuling(tx, first!.id);
      await listRulingRecords(tx, first!.id);
      await readHandles(tx, ids.slice(0, 3));
    });
    expect(await faults()).toEqual([]);
  });

  it("records by themselves, and with how many an identifier is shared", async () => {
    const links = await db.ownerQuery<{ id: string }>(
      "select identifier_id as id from identifier_links where tenant_id = $1 limit 30",
      [facts.tenantId],
    );
    await noted.database.read(facts.tenantId, async (tx) => {
      await findRecords(tx, ids);
      await countCustomers(
        tx,
        links.map(({ id }) => id),
      );
    });
    expect(await faults()).toEqual([]);
  });
});
