import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { FeedSignal } from "../../src/feed/feed-signal";
import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { Facts, Ruling } from "../../src/identity/resolve/facts";
import { DEFAULT_RULES, ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { resolve } from "../../src/identity/resolve/resolve";
import { RulesService } from "../../src/identity/rules/rules.service";
import { RulingService } from "../../src/identity/rulings/ruling.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { ErasureService } from "../../src/profile/erasure.service";
import { RemovalService } from "../../src/profile/removal.service";
import { openTestDatabase, TestDatabase } from "../support/database";
import { event, record } from "../support/events";
import { randomOf } from "../support/random";
import { storedFacts, storedPartition } from "../support/stored-facts";
import { makeViewer } from "../support/tenant";

/** Tight limits, so that short histories cross them. */
const RULES: ResolutionRules = {
  ...DEFAULT_RULES,
  sharedLimits: { default: 2, byKind: { ANONYMOUS_ID: 3 } },
  cap: 6,
};

const SEED = Number(process.env.ONEFOLD_TEST_SEED ?? Date.now() % 1_000_000);
const HISTORIES = 12;
const STEPS = 20;

let db: TestDatabase;
let viewer: Viewer;
let ingest: IngestService;
let rulings: RulingService;
let removal: RemovalService;
let erasure: ErasureService;

beforeAll(async () => {
  process.stdout.write(`removal: ONEFOLD_TEST_SEED=${SEED}\n`);
  db = await openTestDatabase();
  viewer = await makeViewer(db.database, "ADMIN");
  await db.ownerQuery(
    `insert into identity_rules (tenant_id, version, rules, since_position, created_at, actor)
     values ($1, 2, $2, 0, now(), 'test')`,
    [viewer.tenantId, JSON.stringify(RULES)],
  );
  await db.ownerQuery("update feeds set rules_version = 2, rules_applied = 2");
  const rules = new RulesService(db.database);
  const signal = new FeedSignal(db.database, pino({ level: "silent" }));
  ingest = new IngestService(db.database, rules, signal);
  rulings = new RulingService(db.database, rules, signal);
  removal = new RemovalService(db.database, rules, signal);
  erasure = new ErasureService(db.database, rules, signal);
});

afterAll(() => db.close());

const decision = () => ({ tenantId: viewer.tenantId, actor: viewer.actor, reason: "because" });

async function forgetAll(): Promise<void> {
  await db.ownerQuery(
    `truncate records, identifiers, identifier_links, identifier_spellings, attribute_observations, past_memberships,
       past_identifier_links, past_attribute_observations, identity_events, identity_event_profiles, interactions,
       record_activity, search_tokens, deliveries, changes, rulings, ruling_records, shared_values,
       record_tombstones, erasures`,
  );
  await db.ownerQuery("update feeds set position = 0");
}

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

function identifiers(random: () => number): IdentifierInput[] {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
    kind: pick(random, ["EMAIL", "USER_ID", "ANONYMOUS_ID"] as const),
    value: pick(random, ["one@example.com", "two@example.com"]),
    namespace: null,
    assurance: pick(random, ["CLAIMED", "ASSERTED", "VERIFIED"] as const),
  }));
}

const recordIds = async () =>
  (await db.ownerQuery<{ id: string }>("select record_id as id from records order by record_id")).map(({ id }) => id);

async function step(random: () => number): Promise<string> {
  const ids = await recordIds();
  const what = random();
  if (what < 0.4 || ids.length < 4) {
    const source = pick(random, ["a", "b"]);
    const key = pick(random, ["1", "2", "3", "4", "5"]);
    const attributes = random() < 0.3 ? { givenName: pick(random, ["Ann", "Bo"]) } : null;
    const sender = random() < 0.2 ? { ...viewer, role: "PUBLIC" as const } : viewer;
    await ingest.ingest(sender, [event({ source, subject: { key, identifiers: identifiers(random), attributes } })]);
    return "event";
  }
  if (what < 0.5) {
    const sent = record({ source: "a", key: pick(random, ["1", "2", "3"]), identifiers: identifiers(random) });
    await ingest.upsertRecords(viewer, [{ ...sent, complete: true }]);
    return "upsert";
  }
  if (what < 0.6) {
    await rulings.merge(decision(), [pick(random, ids), pick(random, ids)]);
    return "merge";
  }
  if (what < 0.64) {
    const id = pick(random, ids);
    await rulings.split(decision(), id, [id]);
    return "split";
  }
  if (what < 0.71) {
    const [one] = identifiers(random);
    await rulings.share(decision(), one!);
    return "share";
  }
  if (what < 0.74) {
    const made = await rulings.list(viewer.tenantId, null, 100);
    if (made.length > 0) await rulings.revoke(decision(), pick(random, made).id);
    return "revoke";
  }
  if (what < 0.85) {
    const [link] = await db.ownerQuery<{ id: string; kind: "EMAIL"; value: string }>(
      `select l.record_id as id, i.kind, i.value from identifier_links l join identifiers i using (tenant_id, identifier_id)
       order by l.record_id, l.identifier_id offset floor($1::float8 * (select count(*) from identifier_links)) limit 1`,
      [random()],
    );
    if (link === undefined) return "nothing";
    expect(await removal.detachIdentifier(decision(), link.id, link)).not.toHaveProperty("refused");
    return "detach";
  }
  if (what < 0.95) {
    expect(await removal.removeRecord(decision(), pick(random, ids))).not.toHaveProperty("refused");
    return "remove";
  }
  await erasure.erase(decision(), pick(random, ids));
  return "erase";
}

async function storedRulings(): Promise<Ruling[]> {
  const rows = await db.ownerQuery<{ id: string; kind: "SAME"; position: string; side: number; ids: string[] }>(
    `select g.ruling_id as id, g.kind, g.position, m.side, array_agg(m.record_id::text order by m.record_id) as ids
     from rulings g join ruling_records m using (tenant_id, ruling_id) where g.revoked_at is null
     group by g.ruling_id, g.kind, g.position, m.side order by g.position, g.ruling_id, m.side`,
  );
  const found = new Map<string, Ruling & { sides: string[][] }>();
  for (const { id, kind, position, side, ids } of rows) {
    const ruling = found.get(id) ?? { id, kind, position: Number(position), sides: [] };
    ruling.sides[side] = ids;
    found.set(id, ruling);
  }
  return [...found.values()];
}

async function expectResolved(): Promise<void> {
  const facts: Facts = { ...(await storedFacts(db, RULES)), rulings: await storedRulings() };
  const expected = resolve(facts, RULES).clusters.map((ids) => ({ profileId: ids[0]!, recordIds: [...ids] }));
  expect(await storedPartition(db)).toEqual(expected.sort((a, b) => (a.profileId < b.profileId ? -1 : 1)));
  const statuses = await db.ownerQuery<{ id: string; status: string; carried: boolean }>(
    `select i.identifier_id as id, i.status, exists (
       select from identifier_links l where l.identifier_id = i.identifier_id) as carried from identifiers i`,
  );
  const worked = new Map(facts.identifiers.map(({ id, status }) => [id, status]));
  for (const { id, status, carried } of statuses) if (carried) expect(status).toBe(worked.get(id));
}

/** What must hold of everything that is stored, whatever was taken away. */
async function expectWhole(): Promise<void> {
  const gone = await db.ownerQuery(
    `select 'interaction' from interactions x where not exists (select from records r where r.record_id = x.record_id)
     union all select 'activity' from record_activity x where not exists (select from records r where r.record_id = x.record_id)
     union all select 'token' from search_tokens x where not exists (select from records r where r.record_id = x.record_id)
     union all select 'past link' from past_identifier_links x where not exists (select from records r where r.record_id = x.record_id)
     union all select 'value' from past_identifier_links x where not exists (select from identifiers i where i.identifier_id = x.identifier_id)
     union all select 'tombstone' from record_tombstones x where not exists (select from records r where r.record_id = x.led_to)
     union all select 'entry' from changes x where x.interaction_id is not null
       and not exists (select from interactions i where i.interaction_id = x.interaction_id)
     union all select 'profile of an entry' from changes x where x.kind <> 'PROFILE_ERASED' and x.interaction_id is null
       and not exists (select from records r where r.record_id = x.profile_id)
       and not exists (select from record_tombstones t where t.record_id = x.profile_id)
     union all select 'membership' from past_memberships x
       where not exists (select from records r where r.record_id = x.record_id)
       and not exists (select from record_tombstones t where t.record_id = x.record_id)
     union all select 'ruling' from rulings g
       where g.kind <> 'SHARED' and not exists (select from ruling_records m where m.ruling_id = g.ruling_id and m.side = 0)
     union all select 'ruling about a value' from rulings g
       where g.kind = 'SHARED' and not exists (select from shared_values s where s.ruling_id = g.ruling_id)`,
  );
  expect(gone).toEqual([]);
  const [dense] = await db.ownerQuery(
    "select count(*) = max(c.position) and max(c.position) = max(f.position) as dense from changes c, feeds f",
  );
  expect(dense).toEqual({ dense: true });
}

describe("taking facts away", () => {
  it("gives the partition of the remaining facts after every step of any history, and leaves nothing dangling", async () => {
    const done = new Map<string, number>();
    for (let history = 0; history < HISTORIES; history += 1) {
      await forgetAll();
      const random = randomOf(SEED + history);
      for (let n = 0; n < STEPS; n += 1) {
        const what = await step(random);
        done.set(what, (done.get(what) ?? 0) + 1);
        await expectResolved();
        await expectWhole();
      }
    }
    for (const what of ["detach", "remove", "merge"]) expect(done.get(what)).toBeGreaterThan(5);
    expect(done.get("share")).toBeGreaterThan(1);
  }, 300_000);
});
