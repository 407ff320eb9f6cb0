import { pino } from "pino";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { openTestDatabase, TestDatabase } from "../support/database";
import { HAS_SENZING, senzingRecords, senzingTruth } from "../support/senzing";
import { makeViewer } from "../support/tenant";

const labelled = HAS_SENZING ? describe : describe.skip;
if (!HAS_SENZING)
  process.stdout.write("Skipped: the labelled people of the Senzing truth set are not on this machine.\n");

labelled("the Senzing truth set, by identifiers alone", () => {
  let db: TestDatabase;

  beforeAll(async () => {
    db = await openTestDatabase();
  });

  afterAll(() => db.close());

  it("joins nobody who is not the same person", async () => {
    const viewer = await makeViewer(db.database);
    const rules = JSON.stringify({ defaultCountry: "US" });
    await db.ownerQuery("insert into identity_rules values ($1, 2, $2, 0, now(), 'test')", [viewer.tenantId, rules]);
    await db.ownerQuery("update feeds set rules_version = 2, rules_applied = 2");
    const signal = new FeedSignal(db.database, pino({ level: "silent" }));
    const ingest = new IngestService(db.database, new RulesService(db.database), signal);
    const results = await ingest.upsertRecords(viewer, senzingRecords());
    expect(results.filter((result) => result.status !== "ACCEPTED")).toEqual([]);

    const truth = senzingTruth();
    const rows = await db.ownerQuery<{ source: string; key: string; profile_id: string }>(
      "select source, key, profile_id from records order by source, key",
    );
    const falseJoins: string[] = [];
    let joins = 0;
    rows.forEach((a, place) => {
      for (const b of rows.slice(place + 1)) {
        if (a.profile_id !== b.profile_id) continue;
        joins += 1;
        const [left, right] = [`${a.source} ${a.key}`, `${b.source} ${b.key}`];
        if (truth.get(left) !== truth.get(right)) falseJoins.push(`${left} = ${right}`);
      }
    });
    expect(falseJoins).toEqual([]);
    expect(joins).toBeGreaterThan(10);
  });
});
