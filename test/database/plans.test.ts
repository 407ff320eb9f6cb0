import "reflect-metadata";
import { pino } from "pino";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { EventInput } from "../../src/ingest/event-input.type";
import { IngestService } from "../../src/ingest/ingest.service";
import { Channel, Direction, InteractionKind, Visibility } from "../../src/timeline/interaction.type";
import { TimelineFilter } from "../../src/timeline/timeline-filter.type";
import { openTestDatabase, TestDatabase } from "../support/database";
import { Facts } from "../support/facts";
import { NotedDatabase, noteStatements, SentStatement } from "../support/noted-database";
import { accessesOf } from "../support/plan";
import { Reading } from "../support/reading";

let db: TestDatabase;
let facts: Facts;
let reading: Reading;

beforeAll(async () => {
  db = await openTestDatabase();
  for (let n = 0; n < 3; n += 1) await (await Facts.ofNewTenant(db)).crowd(1500, 2);
  facts = await Facts.ofNewTenant(db);
  await db.ownerQuery(
    `with made as (
       insert into tenants (tenant_id, name, hash_key, cursor_key, created_at)
       select gen_random_uuid(), 'one of many', '\\x01', '\\x02', now() from generate_series(1, 2000) returning tenant_id)
     insert into feeds (tenant_id, position, tag, at) select tenant_id, 0, 1, now() from made`,
  );
  await facts.crowd(1500, 4);
  reading = new Reading(db);
}, 60_000);
afterAll(() => db.close());

const operation = () => reading.operation(facts.tenantId);
const someCustomers = async (count: number) =>
  (await reading.list.list(operation(), { first: count })).nodes.map(({ id }) => id);

/** What a plan may not do: read a whole table, or a whole tenant's part of one where it asks for something in it. */
async function faultsOf(sent: readonly SentStatement[]): Promise<string[]> {
  const faults: string[] = [];
  for (const each of sent) {
    for (const { by, within } of await accessesOf(db, facts.tenantId, each)) {
      const bounded = within.includes("tenant_id =") && (within.includes(" AND ") || ONE_ROW_A_TENANT.has(by));
      if (!bounded) faults.push(`${each.statement.name}: ${by} ${within}`);
    }
  }
  return faults;
}

const ONE_ROW_A_TENANT: ReadonlySet<string> = new Set(["feeds_key", "tenants_key"]);

describe("reading touches what it answers with and no more:", () => {
  it("a profile", async () => {
    const [id] = await someCustomers(1);
    reading.takeSent();
    await reading.profiles.findById(operation(), id!);
    const sent = reading.takeSent();
    expect(sent.map(({ statement }) => statement.name)).toContain("profile.profile");
    expect(await faultsOf(sent)).toEqual([]);
  });

  it("a profile by identifier", async () => {
    await reading.profiles.find(operation(), { identifier: { kind: "EMAIL", value: "c7@example.com" } });
    const sent = reading.takeSent();
    expect(sent.map(({ statement }) => statement.name)).toContain("profile.holder");
    expect(await faultsOf(sent)).toEqual([]);
  });

  it.each([1, 5, 100])("a list of %d profiles, last seen first", async (first) => {
    const { pageInfo } = await reading.list.list(operation(), { first });
    await reading.list.list(operation(), { first, after: pageInfo.endCursor });
    expect(await faultsOf(reading.takeSent())).toEqual([]);
  });

  it.each(["customer", "n1", "customer n77", "c n"])(
    "a search for %j, which few or all customers match",
    async (query) => {
      const { pageInfo } = await reading.list.list(operation(), { query, first: 5 });
      await reading.list.list(operation(), { query, first: 5, after: pageInfo.endCursor });
      const sent = reading.takeSent();
      expect(sent.filter(({ statement }) => statement.name === "profile.search")).toHaveLength(2);
      expect(await faultsOf(sent)).toEqual([]);
    },
  );

  const slices: [string, TimelineFilter | null][] = [
    ["timeline.pages", null],
    ["timeline.filteredPages", { channels: [Channel.X], text: "a", from: "2026-01-01T00:00:00.000Z" }],
    ["timeline.conversationPages", { conversationKey: "c1" }],
  ];
  const sizes = [1, 100];
  it.each(sizes.flatMap((customers) => slices.map(([name, filter]) => [name, filter, customers] as const)))(
    "%s %j of %d customers",
    async (name, filter, customers) => {
      const ids = await someCustomers(customers);
      reading.takeSent();
      const context = operation();
      const page = (first: number) => ids.map((id) => reading.timeline.timelineOf(context, id, { first, filter }));
      await Promise.all([...page(50), ...page(1)]);
      const sent = reading.takeSent();
      const sentName = name === "timeline.pages" && customers === 1 ? "timeline.page" : name;
      expect(sent.map(({ statement }) => statement.name)).toEqual([sentName, sentName]);
      expect(await faultsOf(sent)).toEqual([]);
      const index = name === "timeline.conversationPages" ? "interactions_by_conversation" : "interactions_by_record";
      for (const each of sent) {
        const used = (await accessesOf(db, facts.tenantId, each)).map(({ by }) => by);
        expect(used.filter((by) => by === index)).toHaveLength(2);
      }
    },
  );

  it("interactions by their ids", async () => {
    const [id] = await someCustomers(1);
    const page = await reading.timeline.timelineOf(operation(), id!, {});
    reading.takeSent();
    await reading.timeline.interactionOf(operation(), page.nodes[0]!.id);
    expect(await faultsOf(reading.takeSent())).toEqual([]);
  });
});

describe("writing touches what it writes and no more:", () => {
  let noted: NotedDatabase;
  let ingest: IngestService;

  beforeEach(() => {
    noted = noteStatements(db.database);
    const signal = new FeedSignal(noted.database, pino({ level: "silent" }));
    ingest = new IngestService(noted.database, new RulesService(db.database), signal);
  });

  const event = (messageId: string, key: string, email: string): EventInput => ({
    ...{ messageId, source: "s0", channel: Channel.EMAIL, kind: InteractionKind.MESSAGE },
    ...{ direction: Direction.INBOUND, visibility: Visibility.PRIVATE, occurredAt: "2026-02-01T00:00:00.000Z" },
    subject: { key, identifiers: [{ kind: "EMAIL", value: email }], attributes: { givenName: "Ann" } },
  });

  it.each([
    ["events of customers who are known", "1", "c1@example.com"],
    ["events of somebody new", "a new key", "new@example.com"],
    ["events that join two customers", "2", "c3@example.com"],
  ])("%s", async (name, key, email) => {
    const { viewer } = operation();
    const admin = { ...viewer, role: "ADMIN" as const };
    const results = await ingest.ingest(admin, [event(`${name} 1`, key, email), event(`${name} 2`, key, email)]);
    expect(results.map(({ status }) => status)).toEqual(["ACCEPTED", "ACCEPTED"]);
    const sent = noted.sent.splice(0);
    expect(sent.map(({ statement }) => statement.name)).toContain("timeline.appendInteractions");
    expect(await faultsOf(sent)).toEqual([]);
  });
});
