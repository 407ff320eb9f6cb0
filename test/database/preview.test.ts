import { startTestServer, type TestServer } from "../support/server";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const PREVIEW = `query ($records: [RecordInput!]!) { previewRecords(records: $records) {
  profilesMerged profilesSplit
  records { key effect code message profileId joinsProfiles joinsRecords { source key } } } }`;
const UPSERT = "mutation ($records: [RecordInput!]!) { upsertRecords(records: $records) { key status profileId } }";

interface Preview {
  readonly profilesMerged: number;
  readonly profilesSplit: number;
  readonly records: readonly {
    readonly key: string;
    readonly effect: string;
    readonly code: string | null;
    readonly profileId: string | null;
    readonly joinsProfiles: string[];
    readonly joinsRecords: { source: string; key: string }[];
  }[];
}

const record = (source: string, key: string, email: string, attributes: object = {}) => ({
  source,
  key,
  attributes,
  identifiers: [
    { kind: "CRM_ID", namespace: source, value: key },
    { kind: "EMAIL", value: email },
  ],
});

const preview = async (key: string, records: object[]) =>
  (await server.data<{ previewRecords: Preview }>(PREVIEW, { records }, key)).previewRecords;
const upsert = async (key: string, records: object[]) =>
  (await server.data<{ upsertRecords: { profileId: string }[] }>(UPSERT, { records }, key)).upsertRecords;

/** Every table that a write could touch. */
async function everything(): Promise<unknown> {
  const [row] = await server.testDatabase.ownerQuery(
    `select (select json_agg(t order by t::text) from records t) as records,
       (select json_agg(t order by t::text) from identifiers t) as identifiers,
       (select json_agg(t order by t::text) from identifier_links t) as links,
       (select json_agg(t order by t::text) from attribute_observations t) as attributes,
       (select json_agg(t order by t::text) from changes t) as changes,
       (select json_agg(t order by t::text) from feeds t) as feeds`,
  );
  return row;
}

describe("A preview of records", () => {
  it("says what would be created, updated, joined and refused, and writes nothing", async () => {
    const key = await server.makeTenant();
    const [shop, pos, known] = await upsert(key, [
      record("shop", "c-1", "ann@example.com"),
      record("pos", "p-1", "bob@example.com"),
      record("hubspot", "1", "cat@example.com", { city: "Osaka" }),
    ]);
    const before = await everything();
    const told = await preview(key, [
      record("hubspot", "1", "cat@example.com", { city: "Osaka" }),
      record("hubspot", "1", "cat@example.com", { city: "Kyoto" }),
      record("hubspot", "2", "ann@example.com"),
      {
        ...record("hubspot", "3", "ann@example.com"),
        identifiers: [
          { kind: "EMAIL", value: "ann@example.com" },
          { kind: "EMAIL", value: "bob@example.com" },
        ],
      },
      record("hubspot", "4", "new@example.com"),
      record("hubspot", "5", "new@example.com"),
      record("hubspot", "  ", "x@example.com"),
    ]);
    expect(await everything()).toEqual(before);
    const both = [shop!.profileId, pos!.profileId].sort();
    const effects = told.records.map(({ key: name, effect, joinsProfiles }) => [name, effect, joinsProfiles]);
    expect(effects).toEqual([
      ["1", "UNCHANGED", []],
      ["1", "UPDATED", []],
      ["2", "CREATED", both],
      ["3", "CREATED", both],
      ["4", "CREATED", []],
      ["5", "CREATED", []],
      ["  ", "REFUSED", []],
    ]);
    expect(told.records[0]!.profileId).toBe(known!.profileId);
    expect(told.records[4]).toMatchObject({ profileId: null, joinsRecords: [{ source: "hubspot", key: "5" }] });
    expect(told.records[6]).toMatchObject({ code: "NO_SUBJECT" });
    expect(told).toMatchObject({ profilesMerged: 1, profilesSplit: 0 });
  });

  it("comes true", async () => {
    const key = await server.makeTenant();
    await upsert(key, [record("shop", "c-1", "ann@example.com"), record("pos", "p-1", "bob@example.com")]);
    const records = [
      record("hubspot", "2", "ann@example.com"),
      record("hubspot", "3", "bob@example.com"),
      record("hubspot", "4", "new@example.com"),
    ];
    const told = await preview(key, records);
    const done = await upsert(key, records);
    expect(done.map(({ profileId }) => profileId).slice(0, 2)).toEqual(
      told.records.map(({ profileId }) => profileId).slice(0, 2),
    );
    expect((await preview(key, records)).records.map(({ effect }) => effect)).toEqual(Array(3).fill("UNCHANGED"));
  });

  it("sees what a complete list of identifiers would take apart", async () => {
    const key = await server.makeTenant();
    await upsert(key, [record("shop", "c-1", "ann@example.com"), record("hubspot", "1", "ann@example.com")]);
    const moved = { ...record("hubspot", "1", "other@example.com"), complete: true };
    expect(await preview(key, [moved])).toMatchObject({ profilesSplit: 1, records: [{ effect: "UPDATED" }] });
  });

  it("takes five thousand records and no more, and is for those who may write them", async () => {
    const key = await server.makeTenant();
    const many = Array.from({ length: 5001 }, (_, place) => ({ source: "s", key: `k${place}` }));
    const refused = await server.graphql(PREVIEW, { records: many }, key);
    expect(refused.errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
    const agent = await server.makeKey("AGENT", key);
    const forbidden = await server.graphql(PREVIEW, { records: [] }, agent.secret);
    expect(forbidden.errors?.[0]).toMatchObject({ extensions: { code: "FORBIDDEN" } });
  });
});

describe("The keys of a source", () => {
  it("come in their order, of this source and this tenant alone", async () => {
    const key = await server.makeTenant();
    const stranger = await server.makeTenant();
    const numbered = Array.from({ length: 1000 }, (_, place) => ({ source: "hubspot", key: `k${1000 + place}` }));
    await upsert(key, numbered);
    await upsert(key, [
      { source: "hubspot", key: "k3" },
      { source: "shop", key: "k1" },
    ]);
    await upsert(stranger, [{ source: "hubspot", key: "a" }]);
    const query =
      'query ($after: String) { recordKeys(source: "hubspot", after: $after) { hasMore records { key recordId } } }';
    interface Page {
      readonly recordKeys: { readonly hasMore: boolean; readonly records: { key: string }[] };
    }
    const first = (await server.data<Page>(query, {}, key)).recordKeys;
    expect(first).toMatchObject({ hasMore: true });
    expect(first.records).toHaveLength(1000);
    const rest = (await server.data<Page>(query, { after: first.records.at(-1)!.key }, key)).recordKeys;
    expect(rest).toMatchObject({ hasMore: false, records: [{ key: "k3" }] });
  });
});
