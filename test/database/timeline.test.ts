import "reflect-metadata";
import { newUuid } from "../../src/access/uuid";
import { RequestContext } from "../../src/graphql/request-context";
import { Channel, Direction, InteractionKind, Visibility } from "../../src/timeline/interaction.type";
import { TimelineFilter } from "../../src/timeline/timeline-filter.type";
import { appendInteractions, InteractionRow, recordActivity } from "../../src/timeline/timeline-writer.repository";
import { openTestDatabase, TestDatabase } from "../support/database";
import { Facts, InteractionFact } from "../support/facts";
import { Reading } from "../support/reading";

let db: TestDatabase;
let facts: Facts;
let reading: Reading;

beforeAll(async () => {
  db = await openTestDatabase();
  reading = new Reading(db);
});
beforeEach(async () => {
  facts = await Facts.ofNewTenant(db);
});
afterAll(() => db.close());

const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();

async function textsOf(handle: string, filter: TimelineFilter, first = 100): Promise<(string | null)[]> {
  const page = await reading.timeline.timelineOf(reading.operation(facts.tenantId), handle, { first, filter });
  return page.nodes.map((node) => node.text);
}

/** All pages of a timeline, each read by the cursor that the one before ended with. */
async function pageThrough(context: () => RequestContext, handle: string, first: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await reading.timeline.timelineOf(context(), handle, { first, after });
    ids.push(...page.nodes.map((node) => node.id));
    expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null);
    if (!page.pageInfo.hasNextPage) return ids;
    after = page.pageInfo.endCursor;
  }
}

describe("a timeline", () => {
  it("merges the interactions of all records of the profile, newest first", async () => {
    const first = await facts.record();
    const second = await facts.record({ profileId: first });
    await facts.interaction(first, { text: "1", occurredAt: minute(1) });
    await facts.interaction(second, { text: "2", occurredAt: minute(2) });
    await facts.interaction(first, { text: "3", occurredAt: minute(3) });
    await facts.interaction(await facts.record(), { text: "a stranger's", occurredAt: minute(4) });
    expect(await textsOf(first, {})).toEqual(["3", "2", "1"]);
    expect(await textsOf(second, {})).toEqual(["3", "2", "1"]);
  });

  it.each([1, 2, 3, 7])(
    "in pages of %d repeats nothing and leaves nothing out, also where much happened at once",
    async (first) => {
      const record = await facts.record();
      const records = [record, await facts.record({ profileId: record })];
      const ids: string[] = [];
      for (let n = 0; n < 12; n += 1) {
        ids.push(await facts.interaction(records[n % 2]!, { occurredAt: minute(Math.floor(n / 5)) }));
      }
      const read = await pageThrough(() => reading.operation(facts.tenantId), record, first);
      expect([...read].sort()).toEqual([...ids].sort());
      expect(read).toHaveLength(ids.length);
      const whole = await reading.timeline.timelineOf(reading.operation(facts.tenantId), record, { first: 100 });
      expect(read).toEqual(whole.nodes.map((node) => node.id));
    },
  );

  it("says whether more follows and whether something lies before", async () => {
    const record = await facts.record();
    for (let n = 0; n < 3; n += 1) await facts.interaction(record, { occurredAt: minute(n) });
    const page = (first: number, after?: string | null) =>
      reading.timeline.timelineOf(reading.operation(facts.tenantId), record, { first, after });
    const head = await page(2);
    expect(head.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect((await page(3)).pageInfo.hasNextPage).toBe(false);
    const tail = await page(2, head.pageInfo.endCursor);
    expect(tail.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(tail.nodes).toHaveLength(1);
  });

  it("answers every column as it was stored", async () => {
    const record = await facts.record();
    const fact: InteractionFact = {
      id: newUuid(),
      channel: "LINE",
      kind: "CALL",
      direction: "OUTBOUND",
      visibility: "PUBLIC",
      occurredAt: "1969-07-20T20:17:40.120Z",
      conversationKey: "c 1",
      actor: "Bo",
      text: "สวัสดี",
      data: { nested: [1, { deep: null }], empty: {} },
    };
    await facts.interaction(record, fact);
    const page = await reading.timeline.timelineOf(reading.operation(facts.tenantId), record, {});
    expect(page.nodes[0]).toMatchObject({ ...fact, recordId: record, source: "web", messageId: fact.id });
  });

  it("is empty for a handle of another tenant", async () => {
    const record = await facts.record();
    await facts.interaction(record);
    const stranger = await Facts.ofNewTenant(db);
    const page = await reading.timeline.timelineOf(reading.operation(stranger.tenantId), record, {});
    expect(page.nodes).toEqual([]);
  });

  it.each(["", "nonsense", Buffer.from('["timeline","2026-01-01","x"]').toString("base64url")])(
    "refuses the cursor %j",
    async (after) => {
      const page = reading.timeline.timelineOf(reading.operation(facts.tenantId), newUuid(), { after });
      await expect(page).rejects.toMatchObject({ code: "BAD_CURSOR" });
    },
  );

  it.each([-1, 101])("refuses pages of %d", async (first) => {
    const page = reading.timeline.timelineOf(reading.operation(facts.tenantId), newUuid(), { first });
    await expect(page).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });
});

describe("the filter of a timeline", () => {
  const cases: [TimelineFilter, string[]][] = [
    [{}, ["d", "c", "b", "a"]],
    [{ channels: [Channel.X, Channel.LINE] }, ["d", "b"]],
    [{ channels: [] }, []],
    [{ kinds: [InteractionKind.CALL] }, ["c"]],
    [{ directions: [Direction.OUTBOUND, Direction.INTERNAL] }, ["c", "b"]],
    [{ visibility: Visibility.PUBLIC }, ["d"]],
    [{ from: minute(2) }, ["d", "c", "b"]],
    [{ to: minute(2) }, ["a"]],
    [{ from: minute(2), to: minute(4) }, ["c", "b"]],
    [{ text: "C" }, ["c"]],
    [{ text: "" }, ["d", "c", "b", "a"]],
    [{ text: "%" }, []],
    [{ conversationKey: "k" }, ["d", "a"]],
    [{ conversationKey: "k", channels: [Channel.X] }, ["d"]],
    [{ conversationKey: "k", to: minute(2) }, ["a"]],
    [{ conversationKey: "" }, []],
    [{ channels: null, kinds: null, text: null, conversationKey: null }, ["d", "c", "b", "a"]],
  ];

  it.each(cases)("%j", async (filter, expected) => {
    const record = await facts.record();
    const other = await facts.record({ profileId: record });
    await facts.interaction(record, { text: "a", occurredAt: minute(1), conversationKey: "k" });
    await facts.interaction(other, { text: "b", occurredAt: minute(2), channel: "LINE", direction: "INTERNAL" });
    await facts.interaction(record, { text: "c", occurredAt: minute(3), kind: "CALL", direction: "OUTBOUND" });
    await facts.interaction(other, {
      ...{ text: "d", occurredAt: minute(4), channel: "X", visibility: "PUBLIC", conversationKey: "k" },
    });
    expect(await textsOf(record, filter)).toEqual(expected);
    expect(await textsOf(record, filter, 1)).toEqual(expected.slice(0, 1));
  });

  it("finds text in upper and lower case beyond ASCII", async () => {
    const record = await facts.record();
    await facts.interaction(record, { text: "ÉCOLE" });
    expect(await textsOf(record, { text: "école" })).toEqual(["ÉCOLE"]);
  });
});

describe("writing the timeline", () => {
  const row = (recordId: string, more: Partial<InteractionRow> = {}): InteractionRow => ({
    ...{ interactionId: newUuid(), recordId, source: "s", messageId: "m", channel: "X", kind: "MESSAGE" },
    ...{ direction: "INBOUND", visibility: "PRIVATE", occurredAt: minute(1), receivedAt: minute(2) },
    ...{ conversationKey: null, actor: null, text: null, data: null },
    ...more,
  });

  it("gives back what was appended", async () => {
    const record = await facts.record();
    const rows = [
      row(record, { text: '{"a,b"}', data: '{"z":1,"a":[null,"x"]}' }),
      row(record, { conversationKey: "" }),
    ];
    await db.database.write(facts.tenantId, (tx) => appendInteractions(tx, rows));
    const context = reading.operation(facts.tenantId);
    const [first, second] = await Promise.all(
      rows.map(({ interactionId }) => reading.timeline.interactionOf(context, interactionId)),
    );
    expect(first).toMatchObject({ id: rows[0]!.interactionId, text: '{"a,b"}', data: { z: 1, a: [null, "x"] } });
    expect(second).toMatchObject({ text: null, conversationKey: "", data: null, receivedAt: minute(2) });
  });

  it("counts and widens activity, several rows of one key in one call included", async () => {
    const record = await facts.record({ createdAt: minute(0) });
    const seen = (interactions: number, at: string, channel = "X") => ({
      ...{ recordId: record, channel, interactions, firstAt: at, lastAt: at },
    });
    await db.database.write(facts.tenantId, (tx) => recordActivity(tx, [seen(1, minute(5)), seen(1, minute(3))]));
    await db.database.write(facts.tenantId, (tx) => recordActivity(tx, [seen(2, minute(4)), seen(0, minute(9), "")]));
    const stored = await db.ownerQuery(
      `select channel, interactions, first_at as "firstAt", last_at as "lastAt" from record_activity
       where tenant_id = $1 order by channel`,
      [facts.tenantId],
    );
    expect(JSON.parse(JSON.stringify(stored))).toEqual([
      { channel: "", interactions: 0, firstAt: minute(0), lastAt: minute(9) },
      { channel: "X", interactions: 4, firstAt: minute(3), lastAt: minute(5) },
    ]);
  });

  it("writes nothing for nothing", async () => {
    await db.database.write(facts.tenantId, async (tx) => {
      await appendInteractions(tx, []);
      await recordActivity(tx, []);
    });
  });
});
