import { startTestServer, TestServer } from "../support/server";

let server: TestServer;
let tenant: string;

beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(async () => {
  tenant = await server.makeTenant();
});
afterAll(() => server.close());

const INGEST = `mutation ($events: [EventInput!]!) {
  ingest(events: $events) { status code message interactionId profileId } }`;

interface Sent {
  readonly status: string;
  readonly interactionId: string;
  readonly profileId: string;
}

const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 9, n)).toISOString();

let messages = 0;

async function send(...events: Record<string, unknown>[]): Promise<Sent[]> {
  const complete = events.map((event) => ({
    ...{ messageId: `m${++messages}`, source: "web", channel: "WEB", occurredAt: minute(0), subject: {} },
    ...event,
  }));
  const { ingest } = await server.data<{ ingest: Sent[] }>(INGEST, { events: complete }, tenant);
  expect(ingest).toMatchObject(events.map(() => ({ status: "ACCEPTED" })));
  return ingest;
}

const ann = (key: string) => ({
  ...{ key, identifiers: [{ kind: "EMAIL", value: "ann@example.com" }] },
});

const EVERYTHING = `query ($id: ID, $identifier: IdentifierInput, $filter: TimelineFilter) {
  profile(id: $id, identifier: $identifier) {
    id displayName firstSeenAt lastSeenAt formerIds cursor
    identifiers { kind namespace value assurance sources firstSeenAt lastSeenAt shared }
    attributes { name value source recordId observedAt alternatives { value source recordId observedAt } }
    records { id source key firstSeenAt lastSeenAt identifiers { value } }
    channels { channel interactions lastAt }
    timeline(first: 10, filter: $filter) {
      edges { cursor node { id } }
      nodes {
        id messageId source channel kind direction visibility occurredAt receivedAt conversationKey actor text data
        record { id source } profile { id }
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } } }`;

interface Everything {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the document asks for
  readonly profile: any;
}

const read = async (variables: Record<string, unknown>, key = tenant) =>
  (await server.data<Everything>(EVERYTHING, variables, key)).profile;

describe("a customer who came by two channels", () => {
  let first: Sent;
  let second: Sent;

  beforeEach(async () => {
    [first] = (await send({ text: "Hello", subject: { ...ann("1"), attributes: { givenName: "Ann" } } })) as [Sent];
    const subject = { ...ann("+66"), attributes: { givenName: "Anna", familyName: "Lee" } };
    const more = {
      channel: "LINE",
      source: "line",
      occurredAt: minute(5),
      conversationKey: "c",
      data: { a: [1, null] },
    };
    [second] = (await send({ ...more, text: "สวัสดี", subject })) as [Sent];
  });

  it("is one profile with one timeline", async () => {
    const profile = await read({ id: first.profileId });
    expect(second.profileId).toBe(first.profileId);
    expect(profile).toMatchObject({
      ...{ id: first.profileId, firstSeenAt: minute(0), lastSeenAt: minute(5) },
      identifiers: [{ kind: "EMAIL", value: "ann@example.com", sources: ["line", "web"], shared: false }],
      channels: [
        { channel: "LINE", interactions: 1, lastAt: minute(5) },
        { channel: "WEB", interactions: 1, lastAt: minute(0) },
      ],
      timeline: {
        nodes: [
          { id: second.interactionId, text: "สวัสดี", data: { a: [1, null] }, record: { source: "line" } },
          { id: first.interactionId, text: "Hello", data: null, record: { source: "web" } },
        ],
        pageInfo: { hasNextPage: false, hasPreviousPage: false },
      },
    });
    expect(profile.timeline.nodes.map((node: { profile: unknown }) => node.profile)).toEqual([
      { id: first.profileId },
      { id: first.profileId },
    ]);
    expect(profile.displayName).toMatch(/^Anna? Lee$/);
    expect(profile.cursor).toMatch(/^[A-Za-z0-9_-]{32}$/);
  });

  it("is found by every id and by the identifier, however it is spelt", async () => {
    const { records, formerIds } = await read({ id: first.profileId });
    expect(records).toHaveLength(2);
    expect(formerIds).toEqual([records[1].id]);
    for (const question of [{ id: formerIds[0] }, { identifier: { kind: "EMAIL", value: " ANN@example.COM" } }]) {
      expect((await read(question)).id).toBe(first.profileId);
    }
  });

  it("is found by a search, and listed without one", async () => {
    const list = `query ($query: String) { profiles(query: $query) { nodes { id } pageInfo { hasNextPage } } }`;
    for (const query of [null, "anna", "lee ann", "ann@example.com"]) {
      const { profiles } = await server.data<{ profiles: unknown }>(list, { query }, tenant);
      expect(profiles).toEqual({ nodes: [{ id: first.profileId }], pageInfo: { hasNextPage: false } });
    }
    const { profiles } = await server.data<{ profiles: { nodes: unknown[] } }>(list, { query: "bob" }, tenant);
    expect(profiles.nodes).toEqual([]);
  });

  it("shows the part of the timeline that was asked for", async () => {
    for (const filter of [{ channels: ["LINE"] }, { conversationKey: "c" }, { from: minute(1) }, { text: "สวัส" }]) {
      const { timeline } = await read({ id: first.profileId, filter });
      expect(timeline.nodes).toMatchObject([{ id: second.interactionId }]);
    }
  });

  it("is nobody in another tenant", async () => {
    const stranger = await server.makeTenant();
    expect(await read({ id: first.profileId }, stranger)).toBeNull();
    expect(await read({ identifier: { kind: "EMAIL", value: "ann@example.com" } }, stranger)).toBeNull();
  });

  it("is kept from PUBLIC keys, by id, identifier and search alike", async () => {
    const { secret } = await server.makeKey("PUBLIC", tenant);
    for (const query of [
      `{ profile(id: "${first.profileId}") { id } }`,
      `{ profile(identifier: { kind: EMAIL, value: "ann@example.com" }) { id } }`,
      "{ profiles { nodes { id } } }",
    ]) {
      const { errors } = await server.graphql(query, {}, secret);
      expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    }
  });
});

describe("what cannot be asked", () => {
  it.each([
    ["{ profile { id } }", "BAD_USER_INPUT"],
    ['{ profile(id: "x", identifier: { kind: EMAIL, value: "a@b.co" }) { id } }', "BAD_USER_INPUT"],
    ["{ profiles(first: 101) { nodes { id } } }", "BAD_USER_INPUT"],
    ["{ profiles(first: -1) { nodes { id } } }", "BAD_USER_INPUT"],
    ['{ profiles(after: "") { nodes { id } } }', "BAD_CURSOR"],
    ['{ profiles(query: "ann", after: "x") { nodes { id } } }', "BAD_CURSOR"],
    ['{ profiles(query: "a\\u0000") { nodes { id } } }', "BAD_USER_INPUT"],
  ])("%s is %s", async (query, code) => {
    const { errors } = await server.graphql(query, {}, tenant);
    expect(errors?.[0]?.extensions.code).toBe(code);
  });

  it.each([
    ["first: 101", "BAD_USER_INPUT"],
    ['after: ""', "BAD_CURSOR"],
    ['after: "AAAA"', "BAD_CURSOR"],
    ['filter: { text: "\\u0000" }', "BAD_USER_INPUT"],
    ['filter: { from: "yesterday" }', "GRAPHQL_VALIDATION_FAILED"],
  ])("a timeline with %s is %s", async (argument, code) => {
    const [sent] = await send({ subject: ann("1") });
    const query = `{ profile(id: "${sent!.profileId}") { timeline(${argument}) { nodes { id } } } }`;
    const { errors } = await server.graphql(query, {}, tenant);
    expect(errors?.map(({ extensions }) => extensions.code)).toContain(code);
  });

  it.each(["00000000-0000-7000-8000-000000000000", "nonsense", ""])("the id %j is nobody's", async (id) => {
    expect(await read({ id })).toBeNull();
  });
});
