import fc from "fast-check";
import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { FeedSignal } from "../../src/feed/feed-signal";
import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { DEFAULT_RULES, ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { resolve } from "../../src/identity/resolve/resolve";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { openTestDatabase, TestDatabase } from "../support/database";
import { event, record } from "../support/events";
import { storedFacts, storedPartition } from "../support/stored-facts";
import { makeViewer } from "../support/tenant";

/** Tight limits, so that short histories cross them. */
const RULES: ResolutionRules = {
  ...DEFAULT_RULES,
  sharedLimits: { default: 2, byKind: { ANONYMOUS_ID: 3, DEVICE_ID: 3 } },
  cap: 6,
};

const SEED = Number(process.env.SEED ?? 20260101);

const identifier = fc.record({
  kind: fc.constantFrom("EMAIL" as const, "USER_ID" as const, "ANONYMOUS_ID" as const, "CRM_ID" as const),
  value: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("one@example.com", "two@example.com") },
    // Values that at first nobody else carries.
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }).map((n) => `rare-${n}@example.com`) },
  ),
  namespace: fc.constant("hubspot"),
  assurance: fc.constantFrom("CLAIMED" as const, "ASSERTED" as const, "VERIFIED" as const),
});

const step = fc.record({
  source: fc.constantFrom("a", "b"),
  key: fc.constantFrom("1", "2", "3", "4", "5"),
  identifiers: fc.array(identifier, { maxLength: 3 }),
  givenName: fc.constantFrom(undefined, "Ann", "Bo"),
  complete: fc.boolean(),
  isPublic: fc.boolean(),
});

interface Step {
  source: string;
  key: string;
  identifiers: {
    kind: IdentifierInput["kind"];
    value: string;
    namespace: string;
    assurance: IdentifierInput["assurance"];
  }[];
  givenName: string | undefined;
  complete: boolean;
  isPublic: boolean;
}

describe("identity in the database", () => {
  let db: TestDatabase;
  let viewer: Viewer;

  beforeAll(async () => {
    db = await openTestDatabase();
    viewer = await makeViewer(db.database);
    await db.ownerQuery("insert into identity_rules values ($1, 2, $2, 0, now(), 'test')", [
      viewer.tenantId,
      JSON.stringify(RULES),
    ]);
    await db.ownerQuery("update feeds set rules_version = 2, rules_applied = 2");
  });

  afterAll(() => db.close());

  const service = () =>
    new IngestService(
      db.database,
      new RulesService(db.database),
      new FeedSignal(db.database, pino({ level: "silent" })),
    );

  async function forgetAll(): Promise<void> {
    await db.ownerQuery(
      `truncate records, identifiers, identifier_links, attribute_observations, past_memberships, past_identifier_links,
         past_attribute_observations, identity_events, identity_event_profiles, interactions, record_activity,
         search_tokens, deliveries, changes cascade`,
    );
    await db.ownerQuery("update feeds set position = 0");
  }

  async function apply(
    ingest: IngestService,
    { source, key, identifiers, givenName, complete, isPublic }: Step,
  ): Promise<void> {
    const attributes = givenName ? { givenName } : null;
    const sender = isPublic ? { ...viewer, role: "PUBLIC" as const } : viewer;
    const named = identifiers.map(
      (one): IdentifierInput => ({ ...one, namespace: one.kind === "CRM_ID" ? one.namespace : null }),
    );
    const [result] =
      isPublic || !complete
        ? await ingest.ingest(sender, [event({ source, subject: { key, identifiers: named, attributes } })])
        : await ingest.upsertRecords(sender, [record({ source, key, identifiers: named, attributes, complete })]);
    expect(result!.status).not.toBe("REJECTED");
  }

  async function expectResolved(): Promise<void> {
    const facts = await storedFacts(db, RULES);
    const { clusters } = resolve(facts, RULES);
    const expected = clusters.map((recordIds) => ({ profileId: recordIds[0], recordIds: [...recordIds] }));
    expect(await storedPartition(db)).toEqual(expected.sort((a, b) => (a.profileId! < b.profileId! ? -1 : 1)));
    const statuses = await db.ownerQuery<{ identifier_id: string; status: string }>(
      "select identifier_id, status from identifiers where exists (select from identifier_links l where l.identifier_id = identifiers.identifier_id)",
    );
    const worked = new Map(facts.identifiers.map(({ id, status }) => [id, status]));
    for (const { identifier_id, status } of statuses) expect(status).toBe(worked.get(identifier_id));
  }

  it(`resolves step by step to what a resolution from nothing gives (seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 14 }), async (steps) => {
        await forgetAll();
        const ingest = service();
        for (const one of steps) {
          await apply(ingest, one);
          await expectResolved();
        }
      }),
      { seed: SEED, numRuns: 12 },
    );
  }, 120_000);

  it("keeps positions of memberships, links and attributes consistent with the feed", async () => {
    const [row] = await db.ownerQuery(
      `select (select bool_and(from_position < to_position) from past_memberships) as memberships,
         (select bool_and(from_position <= to_position) from past_identifier_links) as links,
         (select count(*) = max(position) from changes) as dense`,
    );
    expect(row).toMatchObject({ memberships: expect.not.stringMatching("false"), dense: true });
  });

  it(`converges under 50 clients that bring overlapping identifiers at once (seed ${SEED})`, async () => {
    await forgetAll();
    const random: Step[][] = fc.sample(fc.array(step, { minLength: 6, maxLength: 6 }), { seed: SEED, numRuns: 50 });
    const wide = random.map((steps, client) =>
      steps.map((one, n) => ({
        ...one,
        key: `k${(client * 7 + n * 3) % 40}`,
        identifiers: one.identifiers.map((id, k) => ({ ...id, value: `v${(client + n * 5 + k) % 30}@example.com` })),
      })),
    );
    const servers = Array.from({ length: 5 }, service);
    await Promise.all(
      wide.map(async (steps, client) => {
        for (const one of steps) await apply(servers[client % servers.length]!, one);
      }),
    );
    await expectResolved();
  }, 120_000);
});
