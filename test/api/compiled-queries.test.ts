import { startTestServer, TestServer } from "../support/server";

/** More than the runs after which a query is compiled. */
const RUNS = 12;

let server: TestServer;
let ann: string;

beforeAll(async () => {
  server = await startTestServer();
  const events = Array.from({ length: 30 }, (_, n) => ({
    messageId: `m${n}`,
    source: n % 2 === 0 ? "web" : "line",
    channel: n % 2 === 0 ? "WEB" : "LINE",
    occurredAt: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString(),
    text: `message ${n} สวัสดี`,
    data: { n, nested: [{ a: null }] },
    subject: {
      key: `person-${n % 3}`,
      identifiers: [{ kind: "EMAIL", value: `person${n % 3}@example.com` }],
      attributes: { displayName: `Person ${n % 3}` },
    },
  }));
  const ingest = "mutation ($events: [EventInput!]!) { ingest(events: $events) { profileId } }";
  const answer = await server.data<{ ingest: { profileId: string }[] }>(ingest, { events });
  ann = answer.ingest[0]!.profileId;
});
afterAll(() => server.close());

const EVERYTHING = `id displayName firstSeenAt lastSeenAt formerIds
  identifiers { kind namespace value assurance sources firstSeenAt lastSeenAt shared }
  attributes { name value source recordId observedAt alternatives { value source } }
  records { id source key firstSeenAt lastSeenAt identifiers { kind value } }
  channels { channel interactions lastAt }`;

const OPERATIONS: readonly (readonly [string, string, ((id: string) => Record<string, unknown>)?])[] = [
  ["a profile by id", `query ($id: ID) { profile(id: $id) { ${EVERYTHING} } }`, (id) => ({ id })],
  [
    "a profile by identifier, with its timeline",
    `query ($value: String!, $first: Int = 5) {
      profile(identifier: { kind: EMAIL, value: $value }) {
        id timeline(first: $first, filter: { channels: [WEB] }) {
          edges { cursor node { id text data channel occurredAt record { source key } profile { id displayName } } }
          nodes { ...n } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      }
    } fragment n on Interaction { messageId kind direction visibility receivedAt conversationKey actor }`,
    () => ({ value: "person1@example.com" }),
  ],
  [
    "a list of profiles with their timelines",
    `{ profiles(first: 3) { nodes { ${EVERYTHING} timeline(first: 3) { nodes { id } } } } }`,
  ],
  [
    "a search",
    `query ($q: String) { profiles(query: $q) { nodes { id displayName } pageInfo { hasNextPage } } }`,
    () => ({ q: "person" }),
  ],
  ["nothing", `{ profile(id: "01890000-0000-7000-8000-000000000000") { id } }`],
  ["the change feed", "{ changes(first: 5) { hasMore changes { __typename profileId cursor } } }"],
  [
    "skipped fields",
    "query ($no: Boolean!) { profiles { nodes { id @skip(if: $no) displayName @include(if: $no) } } }",
    () => ({ no: true }),
  ],
  ["a page that is too long", "{ profiles(first: 101) { nodes { id } } }"],
  ["a cursor that is none", '{ profiles(after: "x") { nodes { id } } }'],
  ["an id that is none", '{ profile(id: "x") { id } }'],
  [
    "a variable of the wrong type",
    "query ($first: Int) { profiles(first: $first) { nodes { id } } }",
    () => ({ first: "x" }),
  ],
  ["a wrong and a right field", '{ apiKeys(after: "x") { nodes { id } } profiles { nodes { id } } }'],
];

describe("a query that is asked again and again", () => {
  it.each(OPERATIONS.map(([what, query, variables = () => ({})]) => [what, query, variables] as const))(
    "answers %s as it did the first time",
    async (_what, query, variables) => {
      const first = await server.graphql(query, variables(ann));
      for (let run = 1; run < RUNS; run += 1) {
        const again = await server.graphql(query, variables(ann));
        expect(again.body).toBe(first.body);
      }
    },
  );
});
