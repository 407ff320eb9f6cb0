import { Client } from "pg";
import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { FeedSignal } from "../../src/feed/feed-signal";
import { DEFAULT_RULES, ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { resolve } from "../../src/identity/resolve/resolve";
import { getRules } from "../../src/identity/rules/rules.repository";
import { RulesService } from "../../src/identity/rules/rules.service";
import { RulesApplier } from "../../src/identity/rules/rules-applier";
import { RulesSettingService } from "../../src/identity/rules/rules-setting.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { respell } from "../../src/profile/respell";
import { openTestDatabase, TestDatabase } from "../support/database";
import { email, event, record } from "../support/events";
import { pairsOf, partitionOf, storedPairs } from "../support/resolved-anew";
import { storedFacts, storedPartition, withLikeness } from "../support/stored-facts";
import { makeViewer } from "../support/tenant";

const RULES: ResolutionRules = {
  ...DEFAULT_RULES,
  similarity: { ...DEFAULT_RULES.similarity, enabled: true, autoThreshold: 13, reviewThreshold: 3 },
};

const KATHERINE = { givenName: "Katherine", familyName: "Hathersage", dateOfBirth: "1978-11-12" };
const CATHERINE = { givenName: "Catherine", familyName: "Hathersege", dateOfBirth: "1978-12-11" };

describe("those who come between while persons are compared", () => {
  let db: TestDatabase;
  let viewer: Viewer;
  let other: Client;
  let ingest: IngestService;
  let setting: RulesSettingService;
  let applier: RulesApplier;

  beforeEach(async () => {
    db = await openTestDatabase();
    viewer = await makeViewer(db.database);
    const { version: _, ...rules } = RULES;
    await db.ownerQuery("insert into identity_rules values ($1, 2, $2, 0, now(), 'test')", [viewer.tenantId, rules]);
    await db.ownerQuery("update feeds set rules_version = 2");
    await db.ownerQuery("insert into similarity_states values ($1, 2, false, null, 0)", [viewer.tenantId]);
    const silent = pino({ level: "silent" });
    const signal = new FeedSignal(db.database, silent);
    const current = new RulesService(db.database);
    ingest = new IngestService(db.database, current, signal);
    setting = new RulesSettingService(db.database, current, () => undefined);
    applier = new RulesApplier(db.database, signal, silent, respell, { recordsAStep: 2 });
    other = new Client({ connectionString: db.url });
    await other.connect();
  });

  afterEach(async () => {
    await other.end();
    await db.close();
  });

  const send = (key: string, attributes: object, value: string) =>
    ingest.upsertRecords(viewer, [record({ key, attributes: { ...attributes }, identifiers: [email(value)] })]);

  /** A message of somebody known, with an address that is only claimed. */
  const claim = (key: string, attributes: object, value: string, occurredAt: string) =>
    ingest.ingest(viewer, [
      event({
        source: "hubspot",
        occurredAt,
        subject: { key, attributes: { ...attributes }, identifiers: [email(value, "CLAIMED")] },
      }),
    ]);

  /** Until so many transactions wait for others. */
  async function waiting(count: number): Promise<void> {
    for (let found = 0; found < count; ) {
      const [row] = await db.ownerQuery<{ count: number }>(
        "select count(*)::integer from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      found = row!.count;
    }
  }

  async function expectResolved(): Promise<void> {
    const rules = await db.database.read(viewer.tenantId, getRules);
    const facts = await withLikeness(db, await storedFacts(db, rules), rules);
    const { clusters } = resolve(facts, rules);
    expect(await storedPartition(db)).toEqual(partitionOf(clusters));
    expect(await storedPairs(db)).toEqual(pairsOf(facts, clusters, rules));
  }

  it("do not take apart whom likeness joined since they began to write", async () => {
    await send("a", KATHERINE, "a@example.com");
    await send("b", CATHERINE, "b@example.com");
    await send("c", {}, "c@example.com");
    expect(await storedPartition(db)).toHaveLength(3);
    await other.query("begin; select from identifiers where value = 'c@example.com' for update");
    const written = claim("a", {}, "c@example.com", "2026-01-02T00:00:00Z");
    await waiting(1);
    await applier.settle(viewer.tenantId);
    expect(await storedPartition(db)).toHaveLength(2);
    await other.query("commit");
    expect(await written).toMatchObject([{ status: "ACCEPTED" }]);
    expect(await storedPartition(db)).toHaveLength(2);
    await expectResolved();
  });

  const words = () =>
    db.ownerQuery<{ token: string; known: boolean }>(
      "select token, exists (select from records r where r.record_id = t.record_id) as known from search_tokens t",
    );

  it("are found by the words that they wrote before they waited", async () => {
    await applier.settle(viewer.tenantId);
    await other.query("begin; select from similarity_states for no key update");
    const written = send("a", KATHERINE, "a@example.com");
    await waiting(1);
    await other.query("commit");
    expect(await written).toMatchObject([{ status: "ACCEPTED" }]);
    expect(await words()).toEqual(expect.arrayContaining([{ token: "katherine", known: true }]));
  });

  it("leave no words of a record that another one made while they waited", async () => {
    await applier.settle(viewer.tenantId);
    await other.query("begin; select from similarity_states for no key update");
    const written = send("a", KATHERINE, "a@example.com");
    await waiting(1);
    // Says nothing of a person, and so waits for nobody.
    await ingest.upsertRecords(viewer, [record({ key: "a", attributes: { note: "called twice" } })]);
    await other.query("commit");
    expect(await written).toMatchObject([{ status: "ACCEPTED" }]);
    const found = await words();
    expect(found.map(({ token }) => token)).toEqual(expect.arrayContaining(["katherine", "twice"]));
    expect(found.filter(({ known }) => !known)).toEqual([]);
  });

  it("say anew what somebody else said differently meanwhile, and are compared by it", async () => {
    await applier.settle(viewer.tenantId);
    await send("c", {}, "c@example.com");
    const said = (givenName: string, observedAt: string) =>
      ingest.upsertRecords(viewer, [record({ key: "a", attributes: { ...KATHERINE, givenName }, observedAt })]);
    await said("Katherine", "2026-01-01T00:00:00Z");
    await send("b", CATHERINE, "b@example.com");
    await other.query("begin; select from identifiers where value = 'c@example.com' for update");
    const written = claim("a", KATHERINE, "c@example.com", "2026-01-03T00:00:00Z");
    await waiting(1);
    await said("Leonard", "2026-01-02T00:00:00Z");
    await expectResolved();
    await other.query("commit");
    expect(await written).toMatchObject([{ status: "ACCEPTED" }]);
    await expectResolved();
    expect(await storedPartition(db)).toHaveLength(2);
  });

  /** Compared with Catherine, because he was born on the same day. */
  const LEONARD = { givenName: "Leonard", familyName: "Quince", dateOfBirth: CATHERINE.dateOfBirth };

  it.each([
    ["are not alike any more", KATHERINE, LEONARD, 2],
    ["are alike by now", LEONARD, KATHERINE, 1],
  ])("were compared ahead with whom they %s, and are compared again", async (_, before, after, customers) => {
    await applier.settle(viewer.tenantId);
    await send("a", before, "a@example.com");
    await other.query("begin; select from similarity_states for no key update");
    const said = send("a", after, "a@example.com");
    await waiting(1);
    const written = send("b", CATHERINE, "b@example.com");
    await waiting(2);
    await other.query("commit");
    expect(await said).toMatchObject([{ status: "ACCEPTED" }]);
    expect(await written).toMatchObject([{ status: "ACCEPTED" }]);
    expect(await storedPartition(db)).toHaveLength(customers);
    await expectResolved();
  });

  it("were compared ahead by an address that turns out to be shared, and are compared without it", async () => {
    await applier.settle(viewer.tenantId);
    await send("a", KATHERINE, "all@example.com");
    await db.ownerQuery(
      "update identifiers set status = 'SHARED', ruled_shared = true where value = 'all@example.com'",
    );
    await other.query("begin; select from similarity_states for no key update");
    const written = send("b", CATHERINE, "all@example.com");
    await waiting(1);
    await other.query("commit");
    expect(await written).toMatchObject([{ status: "ACCEPTED" }]);
    const [pair, ...others] = await db.ownerQuery<{ comparisons: { attribute: string }[] }>(
      "select comparisons from similar_pairs",
    );
    expect(others).toEqual([]);
    expect(pair!.comparisons.map(({ attribute }) => attribute)).toEqual(["givenName", "familyName", "birthDate"]);
  });

  it("are not held up by whoever switches it off and waits for them", async () => {
    await other.query("begin; select from similarity_states for update");
    const switched = setting.set(viewer, { similarity: { enabled: false } });
    await waiting(1);
    // The counter of the feed, which whoever compares persons takes last.
    await other.query("select from feeds for update nowait");
    await other.query("commit");
    expect((await switched).rules).toMatchObject({ version: 3, similarity: { enabled: false } });
  });
});
