import { Crowd } from "../support/crowd";
import { openTestDatabase, TestDatabase } from "../support/database";
import { report, scale, seeded } from "../support/faults";
import { OnefoldProcess } from "../support/onefold-process";

const KEY = "operator-of-three-servers";
const RESUMING = 200;
/** A server that is busy with all the others is given time. */
const PATIENCE_MS = 60_000;

jest.setTimeout(scale(600_000, 240_000));

/** Three processes on one database, and nothing else in common. */
let db: TestDatabase;
let processes: OnefoldProcess[];
let urls: string[];
let crowd: Crowd;

const url = (server: 0 | 1 | 2) => (): string => urls[server]!;

beforeAll(async () => {
  db = await openTestDatabase();
  const environment = { DATABASE_URL: db.url, ONEFOLD_RATE_LIMIT: "off", ONEFOLD_POOL_SIZE: "8" };
  processes = Array.from({ length: 3 }, () => OnefoldProcess.run("serve", { ...environment, ONEFOLD_ADMIN_KEY: KEY }));
  urls = (await Promise.all(processes.map((one) => one.ready()))).map((ready) => ready.url);
});

afterEach(() => crowd?.close());

afterAll(async () => {
  await Promise.all(processes.map((one) => one.kill()));
  await db.close();
});

/** What the feed's table holds of interactions behind the crowd's beginning, in order. */
async function interactionsInFeed(): Promise<string[]> {
  const rows = await db.ownerQuery<{ id: string }>(
    "select interaction_id as id from changes where kind = 'INTERACTION_ADDED' order by position",
  );
  const own = new Set(crowd.acknowledged);
  return rows.map(({ id }) => id).filter((id) => own.has(id));
}

describe("three servers on one database", () => {
  it("follow a watched id through what people decide on two of them, and tell the same on the third", async () => {
    const random = seeded("following over servers");
    crowd = await Crowd.of(6, { url: () => urls[random() < 0.5 ? 0 : 1]!, key: KEY, random });
    crowd.watch(6, url(0));
    crowd.watch(6, url(1));
    for (let n = 0; n < scale(200, 25); n += 1) {
      await crowd.rule();
      await crowd.happens(crowd.customers[n % 6]!);
    }
    const stories = await crowd.stories(await crowd.stop(), url(2));
    for (const [told, now] of stories) expect(told).toEqual(now);
    const kinds = stories.flatMap(([told]) => told.map(({ __typename }) => __typename));
    expect(new Set(kinds)).toEqual(new Set(["InteractionAdded", "ProfilesMerged", "ProfileSplit", "ProfileUpdated"]));
  });

  it(`resume ${RESUMING} watchers on another server when theirs is killed: none loses anything, none is told twice`, async () => {
    const random = seeded("resuming elsewhere");
    let watched: 0 | 1 = 0;
    crowd = await Crowd.of(20, { url: url(2), key: KEY, random });
    crowd.watch(RESUMING, () => urls[watched]!, PATIENCE_MS);
    crowd.keepWriting(2, 20);
    await Promise.all(crowd.watchers.map((watcher) => watcher.until(({ told }) => told.length > 0)));
    watched = 1;
    await processes[0]!.kill();
    await Promise.all(crowd.watchers.map((watcher) => watcher.until(({ admissions }) => admissions > 1)));
    await expectWholeStories();
  });
});

/** Nobody joins in these stories, so that the feed's table itself tells what each customer's must be. */
async function expectWholeStories(): Promise<void> {
  const last = await crowd.stop();
  const stories = await crowd.stories(last, url(2));
  const feed = await interactionsInFeed();
  expect([...feed].sort()).toEqual([...crowd.acknowledged].sort());
  const events = new Set<string>();
  for (const [told, now] of stories) {
    expect(told).toEqual(now);
    const ids = told.flatMap(({ interaction }) => interaction?.id ?? []);
    expect(ids).toEqual(feed.filter((id) => ids.includes(id)));
    for (const id of ids) events.add(id);
  }
  expect(events.size).toBe(crowd.acknowledged.length);
  report(`${stories.length} watchers were told each of ${feed.length} events of their customers once, in order`);
}
