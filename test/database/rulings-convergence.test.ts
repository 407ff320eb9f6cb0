import fc from "fast-check";
import { Client } from "pg";
import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { FeedSignal } from "../../src/feed/feed-signal";
import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { IdentifierText } from "../../src/identity/normalize/normalize-identifier";
import { Decision, RulingOutcome } from "../../src/identity/resolve/decision";
import { DEFAULT_RULES, ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { resolve } from "../../src/identity/resolve/resolve";
import { RulesService } from "../../src/identity/rules/rules.service";
import { RulingService } from "../../src/identity/rulings/ruling.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { openTestDatabase, TestDatabase } from "../support/database";
import { record } from "../support/events";
import { storedFacts, storedPartition } from "../support/stored-facts";
import { makeViewer } from "../support/tenant";

/** Tight limits, so that short histories cross them. */
const RULES: ResolutionRules = {
  ...DEFAULT_RULES,
  sharedLimits: { default: 2, byKind: { ANONYMOUS_ID: 3, DEVICE_ID: 3 } },
  cap: 6,
};

const SEED = Number(process.env.SEED ?? 20260102);
const RUNS = Number(process.env.RUNS ?? 25);

const identifier = fc.record({
  kind: fc.constantFrom("EMAIL" as const, "USER_ID" as const, "ANONYMOUS_ID" as const, "CRM_ID" as const),
  value: fc.constantFrom("one@example.com", "two@example.com"),
  assurance: fc.constantFrom("CLAIMED" as const, "ASSERTED" as const, "VERIFIED" as const),
});

/** Numbers choose among what there is at that moment. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("see" as const),
      source: fc.constantFrom("a", "b"),
      key: fc.constantFrom("k1", "k2", "k3", "k4"),
      identifiers: fc.array(identifier, { maxLength: 3 }),
      complete: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("merge" as const), one: fc.nat(99), other: fc.nat(99) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("split" as const), one: fc.nat(99), parts: fc.nat(254) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("share" as const), value: fc.nat(99) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("revoke" as const), ruling: fc.nat(99) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  readonly source: string;
  readonly key: string;
  readonly identifiers: readonly Omit<IdentifierInput, "namespace">[];
  readonly complete: boolean;
}

describe("rulings among arriving facts", () => {
  let db: TestDatabase;
  let viewer: Viewer;
  let decision: Decision;
  const rulingIds: string[] = [];

  beforeAll(async () => {
    db = await openTestDatabase();
    viewer = await makeViewer(db.database);
    decision = { tenantId: viewer.tenantId, actor: "an agent", reason: "because" };
    await db.ownerQuery("insert into identity_rules values ($1, 2, $2, 0, now(), 'test')", [
      viewer.tenantId,
      JSON.stringify(RULES),
    ]);
    await db.ownerQuery("update feeds set rules_version = 2");
  });

  afterAll(() => db.close());

  const signal = () => new FeedSignal(db.database, pino({ level: "silent" }));
  const services = () => ({
    ingest: new IngestService(db.database, new RulesService(db.database), signal()),
    rulings: new RulingService(db.database, new RulesService(db.database), signal()),
  });

  async function forgetAll(): Promise<void> {
    rulingIds.length = 0;
    await db.ownerQuery(
      `truncate records, identifiers, identifier_links, attribute_observations, past_memberships, past_identifier_links,
         past_attribute_observations, identity_events, identity_event_profiles, interactions, record_activity,
         search_tokens, deliveries, changes, rulings, ruling_records, shared_values cascade`,
    );
    await db.ownerQuery("update feeds set position = 0");
  }

  const recordIds = async (): Promise<string[]> =>
    (await db.ownerQuery<{ id: string }>("select record_id as id from records order by record_id")).map(({ id }) => id);

  async function see({ ingest }: ReturnType<typeof services>, one: Seen): Promise<void> {
    const identifiers = one.identifiers.map(
      (id): IdentifierInput => ({ ...id, namespace: id.kind === "CRM_ID" ? "hubspot" : null }),
    );
    const { source, key, complete } = one;
    const [result] = await ingest.upsertRecords(viewer, [record({ source, key, identifiers, complete })]);
    expect(result!.status).not.toBe("REJECTED");
  }

  async function rule({ rulings }: ReturnType<typeof services>, one: Step): Promise<RulingOutcome | null> {
    const ids = await recordIds();
    if (one.do === "see" || ids.length === 0) return null;
    if (one.do === "revoke") {
      return rulingIds.length === 0 ? null : rulings.revoke(decision, rulingIds[one.ruling % rulingIds.length]!);
    }
    if (one.do === "share") {
      const values = await db.ownerQuery<IdentifierText>(
        "select kind, namespace, value from identifiers order by identifier_id",
      );
      return values.length === 0 ? null : rulings.share(decision, values[one.value % values.length]!);
    }
    const id = ids[one.one % ids.length]!;
    if (one.do === "merge") return rulings.merge(decision, [id, ids[one.other % ids.length]!]);
    const members = await db.ownerQuery<{ id: string }>(
      `select m.record_id as id from records r join records m using (tenant_id, profile_id)
       where r.record_id = $1 order by m.record_id`,
      [id],
    );
    const apart = members.filter((_, place) => (one.parts >> (place % 8)) & 1).map((member) => member.id);
    return rulings.split(decision, id, apart);
  }

  async function apply(using: ReturnType<typeof services>, one: Step): Promise<void> {
    if (one.do === "see") return see(using, one);
    const outcome = await rule(using, one);
    if (outcome && "rulingId" in outcome && !rulingIds.includes(outcome.rulingId)) rulingIds.push(outcome.rulingId);
  }

  async function expectResolved(): Promise<void> {
    const facts = await storedFacts(db, RULES);
    const { clusters } = resolve(facts, RULES);
    const expected = clusters.map((ids) => ({ profileId: ids[0]!, recordIds: [...ids] }));
    expect(await storedPartition(db)).toEqual(expected.sort((a, b) => (a.profileId < b.profileId ? -1 : 1)));
    const statuses = await db.ownerQuery<{ id: string; status: string }>(
      "select identifier_id as id, status from identifiers i where exists (select from identifier_links l where l.identifier_id = i.identifier_id)",
    );
    const worked = new Map(facts.identifiers.map(({ id, status }) => [id, status]));
    for (const { id, status } of statuses) expect([id, status]).toEqual([id, worked.get(id)]);
  }

  it(`are resolved step by step to what a resolution from nothing gives (seed ${SEED})`, async () => {
    const done = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 20, size: "max" }), async (steps) => {
        await forgetAll();
        const using = services();
        for (const one of steps) {
          await apply(using, one);
          await expectResolved();
        }
        const rulings = await db.ownerQuery<{ kind: string }>(
          "select kind || coalesce(left(revoked_by, 0) || ' revoked', '') as kind from rulings",
        );
        for (const { kind } of rulings) done.set(kind, (done.get(kind) ?? 0) + 1);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    // The histories hold enough of what they are about.
    const kinds = ["SAME", "DIFFERENT", "SHARED"];
    for (const kind of [...kinds, ...kinds.map((one) => `${one} revoked`)]) {
      expect(done.get(kind) ?? 0).toBeGreaterThan(0);
    }
  }, 240_000);

  it(`taken back give back the partition that was there (seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 6, maxLength: 12, size: "max" }),
        step.filter((one) => one.do === "merge" || one.do === "split" || one.do === "share"),
        async (steps, last) => {
          await forgetAll();
          const using = services();
          for (const one of steps) await apply(using, one);
          const before = await storedPartition(db);
          const outcome = await rule(using, last);
          if (!outcome || "refused" in outcome) return;
          await using.rulings.revoke(decision, outcome.rulingId);
          expect(await storedPartition(db)).toEqual(before);
        },
      ),
      { seed: SEED, numRuns: RUNS },
    );
  }, 240_000);

  it(`converge while 20 clients bring overlapping identifiers and others rule (seed ${SEED})`, async () => {
    await forgetAll();
    const bring = fc.sample(
      fc.array(
        step.filter((one): one is Extract<Step, { do: "see" }> => one.do === "see"),
        { minLength: 8, maxLength: 8 },
      ),
      { seed: SEED, numRuns: 20 },
    );
    const decide = fc.sample(
      fc.array(
        step.filter((one) => one.do !== "see"),
        { minLength: 12, maxLength: 12 },
      ),
      { seed: SEED, numRuns: 5 },
    );
    const servers = [services(), services(), services()];
    const clients = bring.map(async (steps, client) => {
      for (const [n, one] of steps.entries()) {
        const identifiers = one.identifiers.map((id, k) => ({
          ...id,
          value: `v${(client + n * 5 + k) % 18}@example.com`,
        }));
        await see(servers[client % 3]!, { ...one, key: `k${(client * 7 + n * 3) % 25}`, identifiers });
      }
    });
    const agents = decide.map(async (steps, agent) => {
      const using = servers[agent % 3]!;
      // Whatever the others do meanwhile, of these two nobody has decided before.
      const two = ["one", "other"].map((key) => ({ source: `agent ${agent}`, key, identifiers: [], complete: false }));
      for (const one of two) await see(using, one);
      const own = await db.ownerQuery<{ id: string }>("select record_id as id from records where source = $1", [
        `agent ${agent}`,
      ]);
      const merged = await using.rulings.merge(
        decision,
        own.map(({ id }) => id),
      );
      rulingIds.push((merged as Extract<RulingOutcome, { rulingId: string }>).rulingId);
      for (const one of steps) await apply(using, one);
    });
    await Promise.all([...clients, ...agents]);
    await expectResolved();
    const rulings = await db.ownerQuery<{ id: string }>("select ruling_id as id from rulings");
    expect(rulings.map(({ id }) => id).sort()).toEqual([...rulingIds].sort());
    expect(rulings.length).toBeGreaterThanOrEqual(agents.length);
    const [dense] = await db.ownerQuery(
      "select (select position from feeds) = count(*) and count(*) = max(position) as dense from changes",
    );
    expect(dense).toEqual({ dense: true });
  }, 240_000);

  it("taken back when nobody has the value any more, leave the feed's newest entry its newest", async () => {
    await forgetAll();
    const using = services();
    const value = { kind: "EMAIL", value: "shared@example.com" } as const;
    const seen = { source: "a", key: "a", complete: true };
    await see(using, { ...seen, identifiers: [{ ...value, assurance: "ASSERTED" }] });
    const ruled = await using.rulings.share(decision, { ...value, namespace: null });
    await see(using, { ...seen, identifiers: [] });
    const newest = () =>
      db.ownerQuery("select f.position, f.tag = c.tag as same from feeds f join changes c using (tenant_id, position)");
    const before = await newest();
    expect(before).toMatchObject([{ same: true }]);
    const { rulingId } = ruled as Extract<RulingOutcome, { rulingId: string }>;
    expect(await using.rulings.revoke(decision, rulingId)).toMatchObject({ rulingId, profileIds: [] });
    expect(await newest()).toEqual(before);
  });

  it("wait for a join that is under way, and are worked out with it", async () => {
    await forgetAll();
    const using = services();
    const seen = (key: string, value: string): Seen => ({
      ...{ source: "a", key, complete: false },
      identifiers: [{ kind: "EMAIL", value, assurance: "ASSERTED" }],
    });
    for (const key of ["c", "a", "b"]) await see(using, seen(key, `${key}@example.com`));
    const [c, a, b] = (await recordIds()) as [string, string, string];
    const feed = new Client({ connectionString: db.url });
    await feed.connect();
    await feed.query("begin; select from feeds for update");
    const joining = see(using, seen("a", "c@example.com"));
    await waiting(1);
    const ruling = using.rulings.merge(decision, [a, b]);
    await waiting(2);
    await feed.query("rollback");
    await feed.end();
    await joining;
    expect(await ruling).toMatchObject({ profileIds: [c] });
    expect(await storedPartition(db)).toEqual([{ profileId: c, recordIds: [c, a, b] }]);
  });

  /** Until so many transactions wait for others. */
  async function waiting(count: number): Promise<void> {
    for (let found = 0; found < count; ) {
      const [row] = await db.ownerQuery<{ count: number }>(
        "select count(*)::integer from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      found = row!.count;
    }
  }
});
