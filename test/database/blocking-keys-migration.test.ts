import { pino } from "pino";
import { migrate } from "../../src/db/migrate";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { RulesApplier } from "../../src/identity/rules/rules-applier";
import { RulesSettingService } from "../../src/identity/rules/rules-setting.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { respell } from "../../src/profile/respell";
import { openTestDatabase, TestDatabase } from "../support/database";
import { record } from "../support/events";
import { makeViewer } from "../support/tenant";

let db: TestDatabase;

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const PERSON = { givenName: "Katherine", familyName: "Hathersage", dateOfBirth: "1986-03-19" };

async function storedKeys() {
  const described = await db.ownerQuery("select record_id, keys from similarity_profiles order by record_id");
  const entries = await db.ownerQuery("select record_id, key from similarity_keys order by record_id, key");
  return { described, entries };
}

it("a database whose records are found by older keys has the present ones after its migration, in the background", async () => {
  const viewer = await makeViewer(db.database, "ADMIN");
  const rules = new RulesService(db.database);
  const silent = pino({ level: "silent" });
  const signal = new FeedSignal(db.database, silent);
  const applier = new RulesApplier(db.database, signal, silent, respell);
  await new RulesSettingService(db.database, rules, () => undefined).set(viewer, { similarity: { enabled: true } });
  await applier.settle(viewer.tenantId);
  const records = ["one", "two"].map((key) => record({ key, attributes: PERSON }));
  await new IngestService(db.database, rules, signal).upsertRecords(viewer, records);
  const made = await storedKeys();
  expect(made.entries.length).toBeGreaterThan(2);

  await db.ownerQuery("update similarity_profiles set keys = array[7]");
  await db.ownerQuery("delete from similarity_keys");
  await db.ownerQuery("insert into similarity_keys select tenant_id, 7, record_id from similarity_profiles");
  await applier.settle(viewer.tenantId);
  expect(await storedKeys()).not.toEqual(made);

  await db.ownerQuery("delete from migrations where name = 'BlockingKeys1790000000017'");
  await migrate(db.url);
  await applier.settle(viewer.tenantId);
  expect(await storedKeys()).toEqual(made);
});
