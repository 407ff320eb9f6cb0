import fc from "fast-check";
import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { FeedSignal } from "../../src/feed/feed-signal";
import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { DEFAULT_RULES, ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { resolve } from "../../src/identity/resolve/resolve";
import { RulesService } from "../../src/identity/rules/rules.service";
import { RulesApplier } from "../../src/identity/rules/rules-applier";
import { changedRules, RulesChange } from "../../src/identity/rules/rules-input";
import { RulesSettingService } from "../../src/identity/rules/rules-setting.service";
import { RulingService } from "../../src/identity/rulings/ruling.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { RemovalService } from "../../src/profile/removal.service";
import { respell } from "../../src/profile/respell";
import { openTestDatabase, TestDatabase } from "../support/database";
import { record } from "../support/events";
import { pairsOf, partitionOf, storedPairs } from "../support/resolved-anew";
import { storedFacts, storedPartition, withLikeness } from "../support/stored-facts";
import { makeViewer } from "../support/tenant";

/** Tight limits and low thresholds, so that short histories cross them. */
const RULES: ResolutionRules = {
  ...DEFAULT_RULES,
  version: 2,
  sharedLimits: { default: 2, byKind: {} },
  cap: 6,
  similarity: { ...DEFAULT_RULES.similarity, enabled: true, autoThreshold: 13, reviewThreshold: 3, blockLimit: 3 },
};

const SEED = Number(process.env.SEED ?? 20260301);
const RUNS = Number(process.env.ONEFOLD_SIMILARITY_RUNS ?? 14);

const said = fc.record({
  source: fc.constantFrom("a", "b"),
  key: fc.constantFrom("1", "2", "3", "4", "5", "6"),
  givenName: fc.constantFrom(undefined, "Katherine", "Catherine", "Kate", "Leonard"),
  familyName: fc.constantFrom(undefined, "Hathersage", "Hathersedge"),
  dateOfBirth: fc.constantFrom(undefined, "1978-11-12", "1978-12-11", "1990-03-04"),
  emails: fc.array(
    fc.constantFrom("kate.h@example.com", "kate.h+x@example.com", "kate.h@example.org", "info@example.com"),
    { maxLength: 2 },
  ),
  phone: fc.constantFrom(undefined, "+66812345678", "+66812345679"),
});

type Said = typeof said extends fc.Arbitrary<infer T> ? T : never;

const operation = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("say" as const), said }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), place: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("merge" as const), one: fc.nat(20), other: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("split" as const), place: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("revoke" as const), place: fc.nat(20) }) },
);

describe("likeness in the database", () => {
  let db: TestDatabase;
  let viewer: Viewer;
  const silent = pino({ level: "silent" });

  beforeAll(async () => {
    db = await openTestDatabase();
    viewer = await makeViewer(db.database);
  });

  afterAll(() => db.close());

  async function begin(rules: ResolutionRules, ready: boolean): Promise<void> {
    await db.ownerQuery(
      `truncate records, identifiers, identifier_links, attribute_observations, past_memberships, past_identifier_links,
         past_attribute_observations, identity_events, identity_event_profiles, interactions, record_activity, rulings,
         search_tokens, deliveries, changes, similarity_states, similarity_profiles, similarity_keys, similar_pairs,
         identity_rules, record_tombstones cascade`,
    );
    await db.ownerQuery("update feeds set position = 0, rules_version = 2, rules_applied = 2");
    await db.ownerQuery("insert into identity_rules values ($1, 2, $2, 0, now(), 'test')", [
      viewer.tenantId,
      JSON.stringify(rules),
    ]);
    if (ready) await db.ownerQuery("insert into similarity_states values ($1, 2, true, null, 0)", [viewer.tenantId]);
  }

  function services() {
    const rules = new RulesService(db.database);
    const signal = new FeedSignal(db.database, silent);
    return {
      ingest: new IngestService(db.database, rules, signal),
      rulings: new RulingService(db.database, rules, signal),
      removal: new RemovalService(db.database, rules, signal),
      setting: new RulesSettingService(db.database, rules, () => undefined),
      applier: new RulesApplier(db.database, signal, silent, respell, { recordsAStep: 3 }),
    };
  }

  type Services = ReturnType<typeof services>;

  function recordOf({ source, key, emails, phone, ...attributes }: Omit<Said, "key"> & { key: string }) {
    const identifiers: IdentifierInput[] = [...emails.map((value) => ({ kind: "EMAIL" as const, value }))];
    if (phone) identifiers.push({ kind: "PHONE", value: phone });
    const known = Object.entries(attributes).filter(([, value]) => value !== undefined);
    return record({ source, key, identifiers, attributes: Object.fromEntries(known), complete: true });
  }

  async function apply(
    { ingest, rulings, removal }: Services,
    one: typeof operation extends fc.Arbitrary<infer T> ? T : never,
  ) {
    const decision = { tenantId: viewer.tenantId, actor: "test", reason: null };
    if (one.do === "say") {
      const [result] = await ingest.upsertRecords(viewer, [recordOf(one.said)]);
      expect(result!.status).not.toBe("REJECTED");
      return;
    }
    const rows = await db.ownerQuery<{ id: string; profile: string }>(
      "select record_id as id, profile_id as profile from records order by record_id",
    );
    if (rows.length === 0) return;
    const at = (place: number) => rows[place % rows.length]!;
    if (one.do === "remove") await removal.removeRecord(decision, at(one.place).id);
    if (one.do === "merge") await rulings.merge(decision, [at(one.one).id, at(one.other).id]);
    if (one.do === "split") await rulings.split(decision, at(one.place).profile, [at(one.place).id]);
    if (one.do === "revoke") {
      const all = await db.ownerQuery<{ id: string }>("select ruling_id as id from rulings order by ruling_id");
      if (all.length > 0) await rulings.revoke(decision, all[one.place % all.length]!.id);
    }
  }

  interface Suggested {
    readonly a: string;
    readonly b: string;
  }

  const suggestions = () =>
    db.ownerQuery<Suggested>("select record_a as a, record_b as b from similar_pairs where suggested");

  /** Of each suggestion that began or ended meanwhile the feed names both customers, as far as they are still there. */
  async function expectTold(before: readonly Suggested[], position: number): Promise<number> {
    const after = await suggestions();
    const key = ({ a, b }: Suggested) => `${a} ${b}`;
    const lasting = new Set(before.map(key).filter((one) => after.some((other) => key(other) === one)));
    const turned = [...before, ...after].filter((one) => !lasting.has(key(one)));
    const told = await db.ownerQuery<{ id: string }>(
      "select unnest(profile_id || related_ids) as id from changes where position > $1",
      [position],
    );
    const named = new Set(told.map(({ id }) => id));
    const untold = await db.ownerQuery<{ profile_id: string }>(
      "select distinct profile_id from records where record_id = any($1) and not profile_id = any($2)",
      [turned.flatMap(({ a, b }) => [a, b]), [...named]],
    );
    expect(untold).toEqual([]);
    return turned.length;
  }

  async function position(): Promise<number> {
    const [feed] = await db.ownerQuery<{ position: string }>("select position from feeds where tenant_id = $1", [
      viewer.tenantId,
    ]);
    return Number(feed!.position);
  }

  /** Positions are dense, and the counter carries the tag of the newest entry. */
  async function expectDense(): Promise<void> {
    const gaps = await db.ownerQuery(
      `select from changes c where position > 1 and not exists (select from changes o where o.position = c.position - 1)
       union all
       select from feeds f where position > 0 and not exists (
         select from changes c where c.position = f.position and c.tag = f.tag)`,
    );
    expect(gaps).toEqual([]);
  }

  async function expectResolved(rules: ResolutionRules): Promise<void> {
    const facts = await withLikeness(db, await storedFacts(db, rules), rules);
    const { clusters } = resolve(facts, rules);
    expect(await storedPartition(db)).toEqual(partitionOf(clusters));
    if (rules.similarity.enabled) expect(await storedPairs(db)).toEqual(pairsOf(facts, clusters, rules));
  }

  it(`keeps customers, pairs and suggestions what a comparison from nothing gives, and tells of suggestions (seed ${SEED})`, async () => {
    let turned = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 8, maxLength: 16 }), async (operations) => {
        await begin(RULES, true);
        const all = services();
        for (const one of operations) {
          const [before, since] = [await suggestions(), await position()];
          await apply(all, one);
          await expectResolved(RULES);
          turned += await expectTold(before, since);
        }
        await expectDense();
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(turned).toBeGreaterThan(RUNS);
  }, 240_000);

  it(`is switched on, changed and switched off in the background (seed ${SEED})`, async () => {
    const off = { ...RULES, similarity: { ...RULES.similarity, enabled: false } };
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 10, maxLength: 14 }), async (people) => {
        await begin(off, false);
        const { ingest, setting, applier } = services();
        await ingest.upsertRecords(viewer, people.map(recordOf));
        await expectResolved(off);
        let rules: ResolutionRules = RULES;
        const changes: RulesChange[] = [
          { similarity: { enabled: true } },
          { similarity: { autoThreshold: 20, reviewThreshold: 8 } },
          { emailFolding: { plusTags: true } },
          { similarity: { enabled: false } },
          { similarity: { enabled: true, autoThreshold: 13, reviewThreshold: 3 }, emailFolding: { plusTags: false } },
        ];
        for (const change of changes) {
          const [before, since] = [rules.similarity.enabled ? await suggestions() : [], await position()];
          await setting.set(viewer, change);
          await applier.settle(viewer.tenantId);
          rules = changedRules(rules, change);
          if (rules.similarity.enabled) await expectTold(before, since);
          await expectResolved(rules);
        }
      }),
      { seed: SEED, numRuns: Math.ceil(RUNS / 3) },
    );
  }, 240_000);

  it(`converges under 20 clients at once (seed ${SEED})`, async () => {
    await begin(RULES, true);
    const people = fc.sample(fc.array(said, { minLength: 4, maxLength: 4 }), { seed: SEED, numRuns: 20 });
    const servers = Array.from({ length: 3 }, services);
    await Promise.all(
      people.map(async (all, client) => {
        for (const [n, one] of all.entries()) {
          const { ingest, removal } = servers[client % servers.length]!;
          const key = `k${(client * 5 + n * 3) % 23}`;
          const [result] = await ingest.upsertRecords(viewer, [recordOf({ ...one, key })]);
          const decision = { tenantId: viewer.tenantId, actor: "test", reason: null };
          if (n === 2 && client % 7 === 0) await removal.removeRecord(decision, result!.recordId!);
        }
      }),
    );
    await expectResolved(RULES);
  }, 120_000);
});
