import { Database } from "../../src/db/database";
import { FeedFilter } from "../../src/feed/feed-filter";
import { LiveServer, positionsOf, take } from "../support/live-server";

/** More than two stretches of the feed that are walked at once. */
const ENTRIES = 12_000;

let server: LiveServer;
let database: Database;
let other: LiveServer;

/** PostgreSQL reads the table as it lies on the disk: what was changed since lies behind what is newer. */
beforeAll(async () => {
  server = await LiveServer.open();
  const [row] = await server.db.ownerQuery<{ name: string }>("select current_database() as name");
  for (const way of ["indexscan", "indexonlyscan", "bitmapscan"]) {
    await server.db.ownerQuery(`alter database ${row!.name} set enable_${way} = off`);
  }
  database = await Database.open(server.db.url, { poolSize: 2 });
  other = new LiveServer(server.db, server.viewer, database);
});
afterAll(async () => {
  await other.stop();
  await database.close();
  await server.close();
});

describe("the order of the feed", () => {
  it("is that of its positions, whatever way PostgreSQL takes to them", async () => {
    const ann = await server.happens("ann");
    const start = await server.now();
    await server.db.ownerQuery(
      `insert into changes (tenant_id, position, tag, at, kind, profile_id, related_ids)
       select f.tenant_id, f.position + n, f.tag, f.at, 'PROFILE_UPDATED', $1, '{}'
       from feeds f, generate_series(1, $2::integer) n`,
      [ann.profileId, ENTRIES],
    );
    await server.db.ownerQuery("update feeds set position = position + $1::integer", [ENTRIES]);
    await server.db.ownerQuery("update changes set source = 'moved' where position % 3 = 0");
    const wanted = Array.from({ length: ENTRIES }, (_, n) => n + 3);
    for (const filter of [null, { kinds: ["PROFILE_UPDATED"], channels: null }] satisfies (FeedFilter | null)[]) {
      const seen: number[] = [];
      let after = start;
      for (let more = true; more; ) {
        const page = await other.live.listChanges(server.viewer.tenantId, after, 700, filter);
        seen.push(...positionsOf(page.changes));
        after = page.cursor;
        more = page.hasMore;
      }
      expect(seen).toEqual(wanted);
    }
    for (const stream of [await other.watch(ann.profileId, start), await other.watchAll(start)]) {
      expect(positionsOf(await take(stream, ENTRIES))).toEqual(wanted);
      await stream.return();
    }
  });
});
