import { startTestServer, TestServer } from "../support/server";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const CREATE =
  "mutation ($name: String!, $role: Role!, $at: DateTime) { createApiKey(name: $name, role: $role, expiresAt: $at) { id } }";

describe("what GraphQL refuses", () => {
  it.each([
    ["a document that cannot be read", "{ apiKeys {", {}, "GRAPHQL_PARSE_FAILED"],
    ["an empty document", "", {}, "BAD_REQUEST"],
    ["a field that does not exist", "{ apiKey { nodes { id } } }", {}, "GRAPHQL_VALIDATION_FAILED"],
    ["an argument that does not exist", "{ apiKeys(frist: 1) { nodes { id } } }", {}, "GRAPHQL_VALIDATION_FAILED"],
    ["a type that does not exist", "query ($a: Strin) { __typename }", {}, "GRAPHQL_VALIDATION_FAILED"],
    [
      "an unknown enum value in the document",
      'mutation { createApiKey(name: "x", role: ADMINS) { id } }',
      {},
      "GRAPHQL_VALIDATION_FAILED",
    ],
    [
      "a date of no date's syntax in the document",
      'mutation { createApiKey(name: "x", role: AGENT, expiresAt: "soon") { id } }',
      {},
      "GRAPHQL_VALIDATION_FAILED",
    ],
    ["an unknown enum value", CREATE, { name: "x", role: "ADMINS" }, "BAD_USER_INPUT"],
    ["a missing variable", CREATE, { name: "x" }, "BAD_USER_INPUT"],
    ["a variable of the wrong type", CREATE, { name: { a: 1 }, role: "AGENT" }, "BAD_USER_INPUT"],
    ["a date of no date's syntax", CREATE, { name: "x", role: "AGENT", at: "2030-02-30T00:00:00Z" }, "BAD_USER_INPUT"],
    [
      "a date outside the years",
      CREATE,
      { name: "x", role: "AGENT", at: "9999-12-31T23:59:59-01:00" },
      "BAD_USER_INPUT",
    ],
    [
      "a null for what must be there",
      "query ($n: Int!) { apiKeys(first: $n) { nodes { id } } }",
      { n: null },
      "BAD_USER_INPUT",
    ],
    ["a document of no operation", "fragment a on ApiKey { id }", {}, "GRAPHQL_VALIDATION_FAILED"],
  ])(
    "%s is answered with a code, the same over WebSocket, and without suggestions",
    async (_what, query, variables, code) => {
      const { errors, data, body } = await server.graphql(query, variables);
      expect([errors?.[0]?.extensions.code, data ?? null]).toEqual([code, null]);
      expect(body).not.toMatch(/did you mean|stacktrace|node_modules/i);
      if (code === "BAD_REQUEST") return;
      const subscription = server.subscribe(query, variables);
      const ended = await subscription.ended;
      const overSocket = ended.errors ?? subscription.received[0]?.errors;
      expect(overSocket?.[0]?.extensions?.code).toBe(code);
      expect(overSocket?.[0]?.message).toBe(errors?.[0]?.message);
    },
  );

  it("names the path of what is wrong in a variable", async () => {
    const query = "mutation ($events: [EventInput!]!) { ingest(events: $events) { status } }";
    const { errors } = await server.graphql(query, { events: [{ messageId: "1", source: "x", channel: "WEBB" }] });
    expect(errors?.[0]?.message).toContain("events[0].channel");
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  it("keeps its code when there is more wrong than is listed", async () => {
    const query = "mutation ($events: [EventInput!]!) { ingest(events: $events) { status } }";
    const { errors } = await server.graphql(query, { events: Array.from({ length: 80 }, () => ({ nothing: true })) });
    expect(new Set(errors?.map((error) => error.extensions.code))).toEqual(new Set(["BAD_USER_INPUT"]));
  });
});

describe("what is a bug", () => {
  it("leaves as an internal error and nothing else, and is logged with the request's id and without values", async () => {
    await server.testDatabase.ownerQuery(
      "alter table api_keys add constraint impossible check (name <> 'ann@example.com')",
    );
    const query = 'mutation { createApiKey(name: "ann@example.com", role: AGENT) { id } }';
    const { errors, headers, body } = await server.graphql(query);
    expect(errors).toEqual([
      {
        message: "Internal server error",
        locations: [{ line: 1, column: 12 }],
        path: ["createApiKey"],
        extensions: { code: "INTERNAL_SERVER_ERROR" },
      },
    ]);
    expect(body).not.toMatch(/impossible|api_keys|23514/);
    const line = server.logged.find((logged) => logged.includes(headers.get("x-request-id")!));
    expect(line).toContain("23514");
    expect(server.logged.join()).not.toContain("ann@example.com");
  });

  it("is the same over WebSocket", async () => {
    const query = 'mutation { createApiKey(name: "ann@example.com", role: AGENT) { id } }';
    const { errors } = await server.subscribe(query).nth(1);
    expect(errors).toMatchObject([{ message: "Internal server error", extensions: { code: "INTERNAL_SERVER_ERROR" } }]);
  });
});
