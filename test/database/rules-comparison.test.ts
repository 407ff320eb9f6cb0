import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { RulesApplier } from "../../src/identity/rules/rules-applier";
import { RulesChange } from "../../src/identity/rules/rules-input";
import { RulesSettingService } from "../../src/identity/rules/rules-setting.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { respell } from "../../src/profile/respell";
import { openTestDatabase, TestDatabase } from "../support/database";
import { email, record } from "../support/events";
import { NotedDatabase, noteStatements } from "../support/noted-database";
import { makeViewer } from "../support/tenant";

let db: TestDatabase;
let viewer: Viewer;
let noted: NotedDatabase;

beforeAll(async () => {
  db = await openTestDatabase();
  noted = noteStatements(db.database);
});
beforeEach(async () => {
  viewer = await makeViewer(db.database, "ADMIN");
});
afterAll(() => db.close());

function services() {
  const rules = new RulesService(db.database);
  const signal = new FeedSignal(db.database, pino({ level: "silent" }));
  const applier = new RulesApplier(noted.database, signal, pino({ level: "silent" }), respell, { recordsAStep: 1 });
  return {
    applier,
    ingest: new IngestService(db.database, rules, signal),
    set: async (change: RulesChange) => {
      await new RulesSettingService(db.database, rules, () => undefined).set(viewer, change);
    },
  };
}

/** One customer of several records, who are alike and share addresses two by two. */
async function sendChain(): Promise<void> {
  const records = [1, 2, 3, 4].map((n) => {
    const identifiers = [email(`k${n}@example.com`), email(`k${n + 1}+x@example.com`), email(`k${n + 1}@example.com`)];
    return record({ key: `k${n}`, identifiers, attributes: { givenName: "Katherine", familyName: "Hathersage" } });
  });
  for (const { status } of await services().ingest.upsertRecords(viewer, records)) expect(status).toBe("ACCEPTED");
}

/** How often a statement was sent in the first step of the application, which is that of the oldest record. */
async function sentInFirstStep(change: RulesChange, ...names: string[]): Promise<number[]> {
  const { applier, set } = services();
  await set(change);
  noted.sent.splice(0);
  expect(await applier.step(viewer.tenantId)).toBe("MOVED");
  const sent = noted.sent.splice(0).map(({ statement }) => statement.name);
  await applier.settle(viewer.tenantId);
  return names.map((name) => sent.filter((one) => one === name).length);
}

describe("records that hang together over several rounds", () => {
  const NAMES = ["identity.comparedAttributes", "identity.describedPersons"];

  beforeEach(async () => {
    const { applier, set } = services();
    await set({ similarity: { enabled: true } });
    await applier.settle(viewer.tenantId);
    await sendChain();
  });

  it("are compared once by other rules, and once more when they are held", async () => {
    const [described, compared] = await sentInFirstStep({ similarity: { reviewThreshold: 3 } }, ...NAMES);
    expect({ described, compared }).toEqual({ described: 2, compared: 2 });
  });
});
