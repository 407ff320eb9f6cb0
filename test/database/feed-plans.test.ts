import { pino } from "pino";
import { AccessService } from "../../src/access/access.service";
import { KeyWatch } from "../../src/access/key-watch";
import { TenantService } from "../../src/access/tenant.service";
import { newUuid } from "../../src/access/uuid";
import { Viewer } from "../../src/access/viewer";
import { FeedService } from "../../src/feed/feed.service";
import { claimFeed } from "../../src/feed/feed-edge.repository";
import { FeedFilter } from "../../src/feed/feed-filter";
import { findMoment } from "../../src/feed/feed-moment.repository";
import { FeedRetention } from "../../src/feed/feed-retention";
import { openTestDatabase, TestDatabase } from "../support/database";
import { NotedDatabase, noteStatements } from "../support/noted-database";
import { accessesOf } from "../support/plan";
import { makeViewer } from "../support/tenant";

const log = pino({ level: "silent" });
const ENTRIES = 8_000;
const TAG = 7;
const NOW = "2026-06-01T00:00:00.000Z";

let db: TestDatabase;
let noted: NotedDatabase;
let viewer: Viewer;
let tenantId: string;
let entry: (position: number) => { position: number; tag: number };

beforeAll(async () => {
  db = await openTestDatabase();
  viewer = await makeViewer(db.database, "OPERATOR");
  await db.ownerQuery(
    `with made as (
       insert into tenants (tenant_id, name, hash_key, cursor_key, created_at)
       select gen_random_uuid(), 'one of many', '\\x01', '\\x02', now() from generate_series(1, 2000) returning tenant_id),
     edged as (insert into feed_edges (tenant_id) select tenant_id from made)
     insert into feeds (tenant_id, position, tag, at) select tenant_id, 0, 1, now() from made`,
  );
  for (let n = 0; n < 4; n += 1) tenantId = await busyTenant();
  for (const table of ["tenants", "feeds", "feed_edges", "changes", "feed_moments", "api_keys"]) {
    await db.ownerQuery(`analyze ${table}`);
  }
  noted = noteStatements(db.database);
  entry = (position) => ({ position, tag: TAG });
}, 60_000);
afterAll(() => db.close());

/** With entries of half a year, of which the first half was taken away and left its times. */
async function busyTenant(): Promise<string> {
  const id = newUuid();
  const run = (text: string, ...values: unknown[]) => db.ownerQuery(text, [id, ...values]);
  const at = (position: string) => `timestamptz '2026-01-01Z' + ${position} * interval '10 minutes'`;
  await run(
    `insert into tenants (tenant_id, name, hash_key, cursor_key, created_at) values ($1, 'busy', '\\x01', '\\x02', now())`,
  );
  await run(`insert into feeds (tenant_id, position, tag, at) values ($1, $2, $3, $4)`, 2 * ENTRIES, TAG, NOW);
  await run(`insert into feed_edges (tenant_id, position, tag) values ($1, $2, $3)`, ENTRIES, TAG);
  await run(
    `insert into feed_moments (tenant_id, at, position, tag) select $1, ${at("n")}, n, $3 from generate_series(1, $2::integer) n`,
    ENTRIES,
    TAG,
  );
  await run(
    `insert into changes (tenant_id, position, tag, at, kind, profile_id, related_ids, channel)
     select $1, $2::integer + n, $3, ${at("($2::integer + n)")}, 'INTERACTION_ADDED', gen_random_uuid(), '{}', 'WEB'
     from generate_series(1, $2::integer) n`,
    ENTRIES,
    TAG,
  );
  await run(
    `insert into api_keys (tenant_id, key_id, name, role, secret_hash, created_at)
     select $1, gen_random_uuid(), 'a key', 'AGENT', decode(md5(random()::text || n), 'hex') || decode(md5(n::text), 'hex'), now()
     from generate_series(1, 1000) n`,
  );
  return id;
}

/** What the statements sent since this was last asked do that they should not: read a whole table, or a tenant's part. */
async function faults(...expected: readonly string[]): Promise<string[]> {
  const sent = noted.sent.splice(0);
  expect(sent.map(({ statement }) => statement.name)).toEqual(expect.arrayContaining([...expected]));
  const found: string[] = [];
  for (const each of sent) {
    for (const { by, within } of await accessesOf(db, tenantId, each)) {
      const isBounded = within.includes("tenant_id =") && (within.includes(" AND ") || ONE_ROW_A_TENANT.has(by));
      const isFirst = each.statement.name === "feed.moment" && by === "changes_key";
      if (!isBounded && !isFirst) found.push(`${each.statement.name}: ${by} ${within}`);
    }
  }
  return found;
}

const ONE_ROW_A_TENANT: ReadonlySet<string> = new Set(["feeds_key", "tenants_key", "feed_edges_key"]);

describe("touches what it is about and no more:", () => {
  const filters: FeedFilter[] = [
    { kinds: null, channels: ["LINE"] },
    { kinds: ["PROFILES_MERGED"], channels: null },
    { kinds: ["INTERACTION_ADDED"], channels: ["WEB"] },
  ];
  it.each(filters)("a page of the feed, of %j", async (filter) => {
    const feed = new FeedService();
    await noted.database.read(tenantId, (tx) => feed.listFollowing(tx, entry(ENTRIES + 10), 100, filter));
    expect(await faults("feed.wantedFrom", "feed.newest")).toEqual([]);
  });

  it("the page that begins where retention has come to", async () => {
    const feed = new FeedService();
    await noted.database.read(tenantId, async (tx) => {
      await feed.listFollowing(tx, entry(ENTRIES), 100);
      await feed.listAfter(tx, await feed.beginning(tx), 100);
    });
    expect(await faults("feed.from", "feed.edge")).toEqual([]);
  });

  it("a step of retention", async () => {
    const retention = new FeedRetention(noted.database, log, 30);
    await noted.database.write(tenantId, (tx) => claimFeed(tx, NOW, NOW));
    expect(await retention.step(tenantId)).toBe("MOVED");
    const sent = ["feed.claimEdge", "feed.holdEdge", "feed.keepMoments", "feed.forget", "feed.moveEdge"];
    expect(await faults(...sent)).toEqual([]);
  });

  it("a moment whose entry was taken away", async () => {
    const moment = await noted.database.read(tenantId, (tx) => findMoment(tx, "2026-01-01T10:05:00.000Z"));
    expect(moment).toMatchObject({ position: 60 });
    expect(await faults("feed.keptMoment")).toEqual([]);
  });

  it("a look at who may still be told", async () => {
    const watch = new KeyWatch(noted.database, log);
    const keys = await db.ownerQuery<{ id: string }>(
      "select key_id as id from api_keys where tenant_id = $1 limit 50",
      [tenantId],
    );
    for (const { id } of keys) watch.hold({ ...viewer, tenantId, keyId: id, role: "AGENT" }, () => undefined);
    await noted.database.read(tenantId, (tx) => watch.confirm(tx));
    watch.stop();
    expect(await faults("access.tenant", "access.stillOpen")).toEqual([]);
  });

  it("revoking a key, suspending and resuming a tenant", async () => {
    const access = new AccessService(noted.database, log);
    const tenants = new TenantService(noted.database, access);
    const { id } = await access.createApiKey({ ...viewer, tenantId }, "an agent", "AGENT", null);
    await access.revokeApiKey({ ...viewer, tenantId }, id);
    await tenants.suspend(tenantId);
    await tenants.resume(tenantId);
    access.close();
    const sent = ["access.findKey", "access.revokeKey", "access.raiseVersion", "access.suspend", "access.resume"];
    expect(await faults(...sent)).toEqual([]);
  });
});
