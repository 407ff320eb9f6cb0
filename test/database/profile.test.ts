import "reflect-metadata";
import { newUuid } from "../../src/access/uuid";
import { Database } from "../../src/db/database";
import { statement } from "../../src/db/statement";
import { decodeCursor } from "../../src/feed/cursor";
import { FeedService } from "../../src/feed/feed.service";
import { RulesService } from "../../src/identity/rules/rules.service";
import { ProfileService } from "../../src/profile/profile.service";
import { ProfileView } from "../../src/profile/profile-view";
import { Reads } from "../../src/timeline/reads";
import { openTestDatabase, TestDatabase } from "../support/database";
import { Facts } from "../support/facts";
import { Reading } from "../support/reading";

let db: TestDatabase;
let facts: Facts;
let reading: Reading;

beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  facts = await Facts.ofNewTenant(db);
  reading = new Reading(db);
});
afterAll(() => db.close());

const day = (n: number) => `2026-01-0${n}T00:00:00.120Z`;
const byId = (id: string) => reading.profiles.find(reading.operation(facts.tenantId), { id });
const byEmail = (value: string) =>
  reading.profiles.find(reading.operation(facts.tenantId), { identifier: { kind: "EMAIL", value } });

describe("a profile by id", () => {
  it("is found by any id it ever had, in any spelling of it", async () => {
    const first = await facts.record({ id: "01900000-0000-7000-8000-00000000000a" });
    const second = await facts.record({ profileId: first });
    for (const id of [first, second, first.toUpperCase()]) {
      const profile = await byId(id);
      expect(profile).toMatchObject({ id: first, formerIds: [second] });
    }
  });

  it.each(["", "nonsense", "00000000-0000-0000-0000-000000000000", "{01900000-0000-7000-8000-00000000000a}"])(
    "is null for %j",
    async (id) => {
      expect(await byId(id)).toBeNull();
    },
  );

  it("is null for an id that is unknown, and for one of another tenant", async () => {
    expect(await byId(newUuid())).toBeNull();
    const stranger = await Facts.ofNewTenant(db);
    expect(await byId(await stranger.record())).toBeNull();
  });

  it("shows what its records say", async () => {
    const first = await facts.record({ source: "web", createdAt: day(1) });
    const second = await facts.record({ source: "crm", key: "501", profileId: first, createdAt: day(3) });
    await facts.identifier(first, { kind: "EMAIL", value: "a@b.c", firstSeenAt: day(2), lastSeenAt: day(4) });
    await facts.identifier(second, {
      kind: "EMAIL",
      value: "a@b.c",
      firstSeenAt: day(3),
      assurance: "VERIFIED",
      source: "crm",
    });
    await facts.attribute(first, "city", "Bangkok", day(1));
    await facts.attribute(first, "city", "Phuket", day(9), false);
    await facts.attribute(second, "address", { line: "1 Road", n: 1.5, list: [null, true] }, day(2));
    await facts.interaction(second, { channel: "LINE", occurredAt: day(5) });
    const profile = (await byId(second))!;
    expect(profile.identifiers).toMatchObject([
      { value: "a@b.c", assurance: "VERIFIED", sources: ["crm", "web"], firstSeenAt: day(2), lastSeenAt: day(4) },
    ]);
    expect(profile.attributes).toMatchObject([
      { name: "address", value: { line: "1 Road", n: 1.5, list: [null, true] }, source: "crm", observedAt: day(2) },
      { name: "city", value: "Bangkok", recordId: first, alternatives: [{ value: "Phuket", observedAt: day(9) }] },
    ]);
    expect(profile.records.map(({ id, source, key }) => [id, source, key])).toEqual([
      [first, "web", first],
      [second, "crm", "501"],
    ]);
    expect(profile.channels).toEqual([{ channel: "LINE", interactions: 1, lastAt: day(5) }]);
    expect([profile.firstSeenAt, profile.lastSeenAt]).toEqual([day(1), day(5)]);
  });

  it("ranks sources as the tenant's rules say", async () => {
    const first = await facts.record({ source: "web" });
    const second = await facts.record({ source: "crm", profileId: first });
    await facts.attribute(first, "city", "Bangkok", day(2));
    await facts.attribute(second, "city", "Phuket", day(1));
    expect((await byId(first))?.attributes[0]?.value).toBe("Bangkok");
    await db.ownerQuery(
      `insert into identity_rules (tenant_id, version, rules, since_position, created_at, actor)
       values ($1, 2, '{"sourcePriority":["crm"]}', 1, $2, 'a test')`,
      [facts.tenantId, day(1)],
    );
    reading = new Reading(db);
    expect((await byId(first))?.attributes[0]?.value).toBe("Phuket");
  });

  it("carries the feed's newest position of the moment it was read at", async () => {
    const record = await facts.record();
    await db.ownerQuery("update feeds set position = 41, tag = 9 where tenant_id = $1", [facts.tenantId]);
    const { cursor } = (await byId(record))!;
    expect(decodeCursor(cursor, Buffer.from([2]))).toEqual({ position: 41, tag: 9 });
  });
});

describe("a profile by identifier", () => {
  it("is found by any spelling that normalizes to the value", async () => {
    const record = await facts.record();
    await facts.identifier(record, { kind: "EMAIL", value: "ann@example.com" });
    expect(await byEmail(" ANN@Example.com ")).toMatchObject({ id: record });
    expect(await byEmail("bob@example.com")).toBeNull();
  });

  it("is that of the surest holder, though a CLAIMED one is older", async () => {
    const claimed = await facts.record();
    const asserted = await facts.record();
    await facts.identifier(claimed, { kind: "EMAIL", value: "ann@example.com", assurance: "CLAIMED" });
    await facts.identifier(asserted, { kind: "EMAIL", value: "ann@example.com", assurance: "ASSERTED" });
    expect(await byEmail("ann@example.com")).toMatchObject({ id: asserted });
  });

  it("is that of the oldest of several equally sure holders", async () => {
    const older = await facts.record();
    const younger = await facts.record();
    for (const record of [younger, older]) await facts.identifier(record, { kind: "EMAIL", value: "ann@example.com" });
    expect(await byEmail("ann@example.com")).toMatchObject({ id: older });
  });

  it("is not found by what identifies nobody, though it is stored", async () => {
    const record = await facts.record();
    await facts.identifier(record, { kind: "EMAIL", value: "n/a", status: "UNUSABLE" });
    await facts.identifier(record, { kind: "EMAIL", value: "was@taken.example", status: "UNUSABLE" });
    expect(await byEmail("n/a")).toBeNull();
    expect(await byEmail("was@taken.example")).toBeNull();
    const context = reading.operation(facts.tenantId);
    expect(await reading.profiles.find(context, { identifier: { kind: "CRM_ID", value: "501" } })).toBeNull();
  });

  it.each([
    {},
    { id: null, identifier: null },
    { id: newUuid(), identifier: { kind: "EMAIL" as const, value: "a@b.c" } },
  ])("or id: one of the two must be given, not %j", (question) => {
    expect(() => reading.profiles.find(reading.operation(facts.tenantId), question)).toThrow(
      expect.objectContaining({ code: "BAD_USER_INPUT" }),
    );
  });
});

describe("profiles without a query", () => {
  const page = (first: number, after?: string | null) =>
    reading.list.list(reading.operation(facts.tenantId), { first, after });

  async function pageThrough(first: number): Promise<string[]> {
    const ids: string[] = [];
    for (let after: string | null = null; ; ) {
      const { nodes, pageInfo } = await page(first, after);
      ids.push(...nodes.map(({ id }) => id));
      if (!pageInfo.hasNextPage) return ids;
      after = pageInfo.endCursor;
    }
  }

  it.each([1, 2, 3, 100])("come most recently seen first, each once, in pages of %d", async (first) => {
    const seenAt = [3, 1, 5, 5, 2, 4];
    const expected: [number, string][] = [];
    for (const n of seenAt) {
      const profile = await facts.record({ createdAt: day(1) });
      const other = await facts.record({ profileId: profile, createdAt: day(1) });
      for (const channel of ["X", "LINE"]) await facts.interaction(other, { channel, occurredAt: day(n) });
      await facts.interaction(profile, { occurredAt: day(1) });
      expected.push([n, profile]);
    }
    expected.sort(([a], [b]) => b - a);
    expect(await pageThrough(first)).toEqual(expected.map(([, id]) => id));
  });

  it("walk past the many activities of one customer", async () => {
    const quiet = await facts.record({ createdAt: day(1) });
    const busy = await facts.record({ createdAt: day(1) });
    for (let n = 0; n < 12; n += 1) await facts.activity(busy, `channel ${n}`, 1, day(1), day(2));
    expect(await pageThrough(1)).toEqual([busy, quiet]);
  });

  it("are the tenant's own", async () => {
    const stranger = await Facts.ofNewTenant(db);
    await stranger.record();
    expect((await page(20)).nodes).toEqual([]);
  });

  it("refuse a cursor of a search", async () => {
    const record = await facts.record();
    await facts.tokens(record, "ann");
    const found = await reading.list.list(reading.operation(facts.tenantId), { query: "ann" });
    await expect(page(1, found.pageInfo.endCursor)).rejects.toMatchObject({ code: "BAD_CURSOR" });
    await expect(page(1, "")).rejects.toMatchObject({ code: "BAD_CURSOR" });
  });
});

describe("the statements of an operation", () => {
  // The tenant's cursor key and rules are read once by a server and kept; what every operation sends comes after that.
  beforeEach(async () => {
    await byId(await facts.record({ createdAt: day(1) }));
    await db.ownerQuery("delete from record_activity where tenant_id = $1", [facts.tenantId]);
    reading.takeSent();
    reading.takeTransactions();
  });

  /** What an operation reads of a list of profiles with everything of each and two timelines. */
  async function readEverything(first: number): Promise<ProfileView[]> {
    const context = reading.operation(facts.tenantId);
    const { nodes } = await reading.list.list(context, { first });
    await Promise.all(
      nodes.map(async (profile) => {
        const filter = { conversationKey: "c" };
        const [timeline] = await Promise.all([
          reading.timeline.timelineOf(context, profile.handle, { first: 5 }),
          reading.timeline.timelineOf(context, profile.handle, { first: 5, filter }),
        ]);
        const owners = timeline.nodes.map((node) => reading.profiles.getRecord(context, node.recordId));
        await Promise.all(owners);
        expect([profile.displayName, ...profile.identifiers, ...profile.attributes, ...profile.channels]).toBeTruthy();
      }),
    );
    return [...nodes];
  }

  it.each([2, 20])(
    "are as many for a list of %d profiles with records, attributes and timelines",
    async (customers) => {
      for (let n = 0; n < customers; n += 1) {
        const record = await facts.record();
        await facts.record({ profileId: record });
        await facts.identifier(record, { kind: "EMAIL", value: `c${n}@example.com` });
        await facts.interaction(record);
      }
      expect(await readEverything(20)).toHaveLength(customers);
      expect(reading.takeNames()).toEqual([
        "profile.recent",
        "profile.profiles",
        "timeline.pages",
        "timeline.conversationPages",
      ]);
      expect(reading.takeTransactions()).toBe(1);
    },
  );

  it("are two for a profile with its timeline", async () => {
    const record = await facts.record();
    await facts.interaction(record);
    const context = reading.operation(facts.tenantId);
    const profile = (await reading.profiles.find(context, { id: record }))!;
    await reading.timeline.timelineOf(context, profile.handle, {});
    expect(reading.takeNames()).toEqual(["profile.profile", "timeline.page"]);
  });

  it("end with the operation: its connection is free for the next one", async () => {
    const single = await Database.open(db.url, { poolSize: 1 });
    const reads = new Reads(single);
    const profiles = new ProfileService(reads, new FeedService(), new RulesService(single));
    const record = await facts.record();
    for (let n = 0; n < 3; n += 1) {
      expect(await profiles.findById(reading.operation(facts.tenantId), record)).toMatchObject({ id: record });
    }
    await single.close();
  });

  it("that failed leave nothing behind: the next reading of the operation opens a transaction of its own", async () => {
    const reads = new Reads(db.database);
    const context = reading.operation(facts.tenantId);
    const broken = statement("test.broken", "select 1 / 0 as one");
    const sound = statement("test.sound", "select 1 as one");
    const failures = await Promise.allSettled([
      reads.run(context, (tx) => tx.query(broken, [])),
      reads.run(context, (tx) => tx.query(sound, [])),
    ]);
    expect(failures.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await reads.run(context, (tx) => tx.query(sound, []))).toEqual([{ one: 1 }]);
  });

  it("read a profile once, however often and by however many fields it is asked for", async () => {
    const record = await facts.record();
    const context = reading.operation(facts.tenantId);
    const read = () => reading.profiles.findById(context, record);
    const [one, two] = await Promise.all([read(), read()]);
    expect(two).toBe(one);
    expect(await read()).toBe(one);
    expect(reading.takeNames()).toEqual(["profile.profile"]);
  });
});
