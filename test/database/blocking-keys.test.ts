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

beforeEach(async () => {
  db = await openTestDatabase();
});
afterEach(() => db.close());

const PERSON = { givenName: "Katherine", familyName: "Hathersage", dateOfBirth: "1986-03-19" };

async function storedKeys() {
  const described = await db.ownerQuery("select record_id, keys from similarity_profiles order by record_id");
  const entries = await db.ownerQuery("select record_id, key from similarity_keys order by record_id, key");
  return { described, entries };
}

it.each([
  ["BlockingKeys1790000000017", 1_000],
  ["FinerKeys1790000000019", 1_000_000],
])(
  "records found by older keys than those of %s have the present ones after it, in the background",
  async (name, recordBracket) => {
    const viewer = await makeViewer(db.database, "ADMIN");
    const rules = new RulesService(db.database);
    const silent = pino({ level: "silent" });
    const signal = new FeedSignal(db.database, silent);
    const applier = new RulesApplier(db.database, signal, silent, respell);
    await new RulesSettingService(db.database, rules, () => undefined).set(viewer, {
      similarity: { enabled: true, recordBracket },
    });
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

    await db.ownerQuery("delete from migrations where name = $1", [name]);
    await migrate(db.url);
    await applier.settle(viewer.tenantId);
    expect(await storedKeys()).toEqual(made);
  },
);

it("where the rules are for few records the finer keys change nothing", async () => {
  const viewer = await makeViewer(db.database, "ADMIN");
  const change = { similarity: { enabled: true } };
  await new RulesSettingService(db.database, new RulesService(db.database), () => undefined).set(viewer, change);
  await db.ownerQuery("update feeds set rules_applied = rules_version");
  await db.ownerQuery("delete from migrations where name = 'FinerKeys1790000000019'");
  await migrate(db.url);
  expect(await db.ownerQuery("select from feeds where rules_applied < rules_version")).toEqual([]);
});

it("a bracket of very many records has them found by finer keys, and a lesser one by the former again", async () => {
  const viewer = await makeViewer(db.database, "ADMIN");
  const rules = new RulesService(db.database);
  const silent = pino({ level: "silent" });
  const signal = new FeedSignal(db.database, silent);
  const applier = new RulesApplier(db.database, signal, silent, respell);
  const setting = new RulesSettingService(db.database, rules, () => undefined);
  const bracket = async (recordBracket: number) => {
    await setting.set(viewer, { similarity: { enabled: true, recordBracket } });
    await applier.settle(viewer.tenantId);
    return storedKeys();
  };
  await bracket(100_000);
  await new IngestService(db.database, rules, signal).upsertRecords(viewer, [
    record({ key: "one", attributes: PERSON }),
  ]);
  const coarse = await storedKeys();
  const fine = await bracket(1_000_000);
  expect(fine).not.toEqual(coarse);
  for (const { described, entries } of [coarse, fine]) {
    const [{ record_id, keys }] = described as [{ record_id: string; keys: string[] }];
    expect(entries).toEqual(keys.map((key) => ({ record_id, key })));
  }
  expect(await bracket(100_000)).toEqual(coarse);
});
