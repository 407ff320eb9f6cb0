import { Customers, emailOf, phoneOf } from "../support/customers";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;
let shop: Customers;

beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(async () => {
  shop = await Customers.ofNewTenant(server);
});
afterAll(() => server.close());

const ERASE = `mutation ($id: ID!, $reason: String = "request 17") { eraseProfile(id: $id, reason: $reason) {
  id profileId at records identifiers attributes interactions feedEntries historyEntries rulings searchTokens } }`;
const PROFILE = `query ($id: ID, $identifier: IdentifierInput) { profile(id: $id, identifier: $identifier) {
  id displayName identifiers { value shared } records { id } history { nodes { kind reason profileIds evidence { summary } } }
  timeline { nodes { id text } } } }`;
const CHANGES = `query ($after: Cursor) { changes(after: $after, first: 1000) { cursor changes { __typename cursor profileId
  ... on InteractionAdded { interaction { id text profile { id } } }
  ... on ProfileUpdated { profile { id } } ... on ProfilesMerged { absorbedIds profile { id } }
  ... on ProfileSplit { separatedIds profile { id } } ... on ProfileErased { formerIds } } } }`;
const WATCH = `subscription ($id: ID!, $after: Cursor) { profileChanges(profileId: $id, after: $after) {
  __typename profileId cursor ... on InteractionAdded { interaction { id } } ... on ProfileErased { formerIds } } }`;

interface Receipt {
  readonly eraseProfile: Record<string, number> & { readonly profileId: string };
}

interface Seen {
  readonly __typename: string;
  readonly profileId: string;
  readonly cursor: string;
  readonly formerIds?: string[];
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the document asks for
type Shown = any;

const read = async (variables: Record<string, unknown>): Promise<Shown> =>
  (await shop.ask<Shown>(PROFILE, variables)).profile;
const changes = async () => (await shop.ask<{ changes: { changes: Seen[] } }>(CHANGES)).changes.changes;
const erase = async (id: string) => (await shop.ask<Receipt>(ERASE, { id })).eraseProfile;

/** Every row of every table in which a text stands, by whatever column; of the test's own tenant where rows have one. */
async function traces(text: string): Promise<string[]> {
  const { ownerQuery } = server.testDatabase;
  const tables = await ownerQuery<{ name: string; sealed: boolean }>(
    `select c.oid::regclass::text as name, exists (
       select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id') as sealed
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')`,
  );
  expect(tables.length).toBeGreaterThan(20);
  const found: string[] = [];
  for (const { name, sealed } of tables) {
    const own = sealed ? "t.tenant_id = (select tenant_id from tenants order by created_at desc limit 1)" : "true";
    const rows = await ownerQuery<{ row: string }>(
      `select t::text as row from ${name} t where ${own} and position(lower($1) in lower(t::text)) > 0`,
      [text],
    );
    found.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return found;
}

async function tracesOfAll(texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const text of texts) found.push(...(await traces(text)));
  return found;
}

/** Until a statement of the application waits for a row that somebody else holds. */
async function waitForLock(): Promise<void> {
  for (let waiting = 0; waiting === 0; ) {
    const [row] = await server.testDatabase.ownerQuery<{ count: string }>(
      "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    waiting = Number(row!.count);
  }
}

/** A customer of three sources with a past: of each kind of trace there is at least one. */
async function ann() {
  const first = await shop.event("EMAIL zoe.quill@example.com", [emailOf("ZOE.Quill@Example.com")], {
    ...{
      text: "my secret wish",
      actor: "agent quintus",
      conversationKey: "thread-of-zoe",
      data: { gift: "tinselbox" },
    },
  });
  const crm = await shop.upsert("zoe-7", [emailOf("zoe.quill@example.com"), phoneOf("+66812000001")], {
    attributes: { givenName: "Zoelina", familyName: "Quillfeather", city: "Oldharbour" },
  });
  await shop.upsert("zoe-7", [emailOf("zoe.quill@example.com"), phoneOf("+66812000002")], {
    ...{ complete: true, observedAt: "2030-01-01T00:00:00Z" },
    attributes: { familyName: "Quillfeather-Moss", city: "Newharbour" },
  });
  const line = await shop.event("U-zoe-line", [], { source: "line", channel: "LINE", text: "sawasdee from zoe" });
  await shop.ask(`mutation ($ids: [ID!]!) { mergeProfiles(ids: $ids, reason: "Zoelina called") { rulingId } }`, {
    ids: [first.profileId, line.profileId],
  });
  await shop.ask(`mutation ($id: ID!) { addNote(profileId: $id, text: "a note on zoe the kettle lady") { id } }`, {
    id: first.profileId,
  });
  return { first, crm, id: first.profileId!, line: line.profileId! };
}

const PERSONAL = [
  ...["zoe.quill", "secret wish", "quintus", "thread-of-zoe", "tinselbox", "Zoelina", "Quillfeather", "harbour"],
  ...["66812000001", "66812000002", "U-zoe-line", "sawasdee", "kettle lady", "zoe-7"],
];

describe("a customer who is erased", () => {
  it("was in many places before", async () => {
    await ann();
    for (const text of PERSONAL) expect([text, (await traces(text)).length > 0]).toEqual([text, true]);
  });

  it("is nowhere in the database any more, and in no answer", async () => {
    const { id, crm, line } = await ann();
    const receipt = await erase(crm);
    expect(receipt).toMatchObject({ profileId: id, records: 3, interactions: 3, rulings: 1 });
    for (const kind of ["identifiers", "attributes", "feedEntries", "historyEntries", "searchTokens"]) {
      expect(receipt[kind]).toBeGreaterThan(0);
    }
    expect(await tracesOfAll(PERSONAL)).toEqual([]);
    for (const handle of [id, crm, line]) expect(await read({ id: handle })).toBeNull();
    expect(await read({ identifier: { kind: "EMAIL", value: "zoe.quill@example.com" } })).toBeNull();
    expect(await shop.ask(`{ rulings { nodes { id } } profiles { nodes { id } } }`)).toMatchObject({
      ...{ rulings: { nodes: [] }, profiles: { nodes: [] } },
    });
    expect(await shop.codeOf(ERASE, { id })).toBe("NOT_FOUND");
  });

  it("leaves no row in any table that names records, whatever tables there will be", async () => {
    const { id, crm, line } = await ann();
    await erase(id);
    const rest = await tracesOfAll([id, crm, line]);
    expect([...new Set(rest.map((row) => row.split(":")[0]))].sort()).toEqual(["changes", "erasures"]);
  });

  it("does not come back by a replay, and a later event begins a new customer", async () => {
    const { first, id } = await ann();
    await erase(id);
    expect(await shop.send(first.event)).toMatchObject({ status: "DUPLICATE", interactionId: null, profileId: null });
    expect(await traces("zoe.quill")).toEqual([]);
    const again = await shop.event("EMAIL zoe.quill@example.com", [emailOf("zoe.quill@example.com")]);
    expect(again).toMatchObject({ status: "ACCEPTED" });
    expect(again.profileId).not.toBe(id);
    expect((await read({ id: again.profileId })).timeline.nodes).toHaveLength(1);
  });

  it("leaves a feed without gaps that every reader gets through, old cursors included", async () => {
    const other = await shop.event("other", [], { text: "of somebody else" });
    const { id, crm, line } = await ann();
    const before = await changes();
    await erase(id);
    const after = await changes();
    expect(after).toHaveLength(before.length + 1);
    expect(after.slice(0, before.length).map(({ cursor }) => cursor)).toEqual(before.map(({ cursor }) => cursor));
    expect(after.filter(({ profileId }) => profileId === other.profileId).map(({ __typename }) => __typename)).toEqual([
      "ProfileUpdated",
      "InteractionAdded",
    ]);
    const rest = after.filter(({ profileId }) => profileId !== other.profileId);
    expect(new Set(rest.map(({ __typename, profileId }) => `${__typename} ${profileId}`))).toEqual(
      new Set([`ProfileErased ${id}`]),
    );
    expect([...after.at(-1)!.formerIds!].sort()).toEqual([crm, line].sort());
  });

  it("is told to whoever watches any of the ids, live and after a pause", async () => {
    const { id, crm, line } = await ann();
    const { cursor } = (await shop.ask<{ changes: { cursor: string } }>("{ changes(first: 0) { cursor } }")).changes;
    const now = (await changes()).at(-1)!.cursor;
    expect(cursor).not.toBe(now);
    const streams = [id, crm, line].map((handle) =>
      server.subscribe<{ profileChanges: Seen }>(WATCH, { id: handle, after: now }, shop.key),
    );
    await shop.event("U-zoe-line", [], { source: "line", channel: "LINE" });
    for (const stream of streams) {
      expect((await stream.nth(1)).data?.profileChanges.__typename).toBe("InteractionAdded");
    }
    await erase(id);
    for (const stream of streams) {
      expect((await stream.nth(2)).data?.profileChanges).toMatchObject({ __typename: "ProfileErased", profileId: id });
    }
    const later = server.subscribe<{ profileChanges: Seen }>(WATCH, { id, after: now }, shop.key);
    const told = [await later.nth(1), await later.nth(2)].map(({ data }) => data!.profileChanges);
    expect(told).toMatchObject([{ __typename: "ProfileErased" }, { __typename: "ProfileErased", profileId: id }]);
  });

  it("takes nothing of those who shared something, were merged with them, or were one with them by mistake", async () => {
    const { id } = await ann();
    const bob = await shop.event("bob", [emailOf("bob@example.com"), phoneOf("+66812000002")], { text: "this is bob" });
    expect(bob.profileId).toBe(id);
    const record = (await read({ id })).records.at(-1).id;
    await shop.ask(
      `mutation ($id: ID!, $recordIds: [ID!]!) { splitProfile(id: $id, recordIds: $recordIds, reason: "not Zoelina") { rulingId } }`,
      { id, recordIds: [record] },
    );
    await erase(id);
    const left = await read({ id: record });
    expect(left).toMatchObject({ id: record, timeline: { nodes: [{ text: "this is bob" }] } });
    expect(left.identifiers.map(({ value }: { value: string }) => value)).toEqual(["bob@example.com", "+66812000002"]);
    expect(JSON.stringify(left.history)).not.toContain("Zoelina");
    const personal = PERSONAL.filter((text) => text !== "66812000002");
    expect(await tracesOfAll(personal)).toEqual([]);
    expect((await changes()).map(({ __typename }) => __typename)).toContain("InteractionAdded");
  });

  it("keeps what others were ruled to be, without the words that were said of it", async () => {
    const { id } = await ann();
    const [bob, carl] = [await shop.upsert("bob", []), await shop.upsert("carl", [])];
    const merge = `mutation ($ids: [ID!]!) { mergeProfiles(ids: $ids, reason: "all called Zoelina") { rulingId } }`;
    await shop.ask(merge, { ids: [id, bob, carl] });
    const split = `mutation ($id: ID!, $recordIds: [ID!]!) {
      splitProfile(id: $id, recordIds: $recordIds, reason: "not Zoelina") { rulingId } }`;
    await shop.ask(split, { id, recordIds: [bob, carl] });
    await erase(id);
    expect((await read({ id: carl })).id).toBe(bob);
    expect(await shop.ask("{ rulings { nodes { kind reason sides } } }")).toEqual({
      rulings: { nodes: [{ kind: "SAME", reason: null, sides: [[bob, carl]] }] },
    });
    expect(await tracesOfAll(PERSONAL)).toEqual([]);
  });

  it("takes the ids of removed records along that led to them", async () => {
    const { id, crm, line } = await ann();
    const remove = `mutation ($id: ID!) { removeRecord(recordId: $id, reason: "twice") { profiles { id } } }`;
    expect(await shop.ask(remove, { id: crm })).toEqual({ removeRecord: { profiles: [{ id }] } });
    expect(await read({ id: crm })).toMatchObject({ id });
    await erase(crm);
    for (const handle of [id, crm, line]) expect(await read({ id: handle })).toBeNull();
    const rest = await tracesOfAll([id, crm, line]);
    expect([...new Set(rest.map((row) => row.split(":")[0]))].sort()).toEqual(["changes", "erasures"]);
  });

  it("counts what was shared with them anew: others join by it once few enough are left", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 16; n += 1) ids.push(await shop.upsert(`p${n}`, [phoneOf("+66812345678")]));
    expect((await read({ id: ids[0] })).identifiers).toEqual([{ value: "+66812345678", shared: true }]);
    await erase(ids[3]!);
    const joined = await read({ id: ids[0] });
    expect(joined.identifiers).toEqual([{ value: "+66812345678", shared: false }]);
    expect(joined.records).toHaveLength(15);
    expect(joined.history.nodes[0]).toMatchObject({ kind: "MERGED", reason: null });
  });

  it("ends no reader who had read of them before: what is told then is what is left", async () => {
    const { id, first } = await ann();
    const gone = `delete from interactions where interaction_id = $1`;
    await server.testDatabase.ownerQuery(gone, [first.interactionId]);
    const half = await changes();
    expect(half[1]).toMatchObject({ __typename: "ProfileUpdated", profileId: id });
    for (const table of ["interactions", "identifier_links", "attribute_observations", "records"]) {
      await server.testDatabase.ownerQuery(
        `delete from ${table} where tenant_id = (select tenant_id from tenants order by created_at desc limit 1)`,
      );
    }
    const left = await changes();
    expect(left.map(({ cursor }) => cursor)).toEqual(half.map(({ cursor }) => cursor));
    expect(new Set(left.map(({ __typename }) => __typename))).toEqual(new Set(["ProfileErased"]));
  });

  it("is erased by those alone who may", async () => {
    const { id } = await ann();
    for (const role of ["AGENT", "INTEGRATION", "PUBLIC"]) {
      const { secret } = await server.makeKey(role, shop.key);
      const { errors } = await server.graphql(ERASE, { id }, secret);
      expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    }
    const foreign = await Customers.ofNewTenant(server);
    expect(await foreign.codeOf(ERASE, { id })).toBe("NOT_FOUND");
    expect(await foreign.codeOf(ERASE, { id: "no id at all" })).toBe("NOT_FOUND");
    expect(await read({ id })).not.toBeNull();
  });

  it("takes along what is committed while it is under way", async () => {
    const { id } = await ann();
    const blocker = await server.testDatabase.database.dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query("select from changes where profile_id = $1 for update", [id]);
    const erasing = erase(id);
    await waitForLock();
    const meanwhile = { source: "line", channel: "TELEGRAM", text: "sawasdee once more" };
    const { interactionId } = await shop.event("U-zoe-line", [], meanwhile);
    await blocker.commitTransaction();
    await blocker.release();
    expect(await erasing).toMatchObject({ interactions: 4 });
    const rest = await tracesOfAll(["sawasdee once more", interactionId!]);
    expect(rest.filter((row) => !row.startsWith("deliveries:"))).toEqual([]);
  });

  it("stays away however many events of theirs are under way meanwhile", async () => {
    const { id } = await ann();
    let erased = false;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; n < 25; n += 1) {
        const text = erased ? "after" : "before or during";
        const sent = await shop.event("U-zoe-line", [], { messageId: `w${writer}-${n}`, source: "line", text });
        expect(sent.status).toBe("ACCEPTED");
      }
    });
    await erase(id);
    erased = true;
    await Promise.all(writers);
    const orphans = await server.testDatabase.ownerQuery(
      `select 1 from (select tenant_id, record_id from interactions union all
         select tenant_id, record_id from record_activity) x
       where tenant_id = (select tenant_id from tenants order by created_at desc limit 1)
         and not exists (select from records r where r.record_id = x.record_id)`,
    );
    expect(orphans).toEqual([]);
    expect(await read({ id })).toBeNull();
  });
});
