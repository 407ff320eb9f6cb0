import { buildSchema, GraphQLError, getIntrospectionQuery, getOperationAST, parse, validate } from "graphql";
import { costOf, MAX_COST, refuseCost } from "../../src/graphql/cost";
import { LIMIT_RULES, MAX_ALIASES, MAX_DEPTH, MAX_TOKENS } from "../../src/graphql/limits";
import { KeyLimits } from "../../src/server/key-limits";
import { startTestServer, TestServer } from "../support/server";

/** Shaped like the public schema, as deep and as wide as a test may like. */
const SCHEMA = buildSchema(`
  type Query { profile(id: ID): Profile profiles(first: Int = 20): ProfilePage! changes(first: Int = 100): ChangePage! }
  type Profile {
    id: ID! name: String records: [Record!]! attributes: [Attribute!]!
    timeline(first: Int = 50): InteractionPage! history(first: Int = 20): HistoryPage!
  }
  type Record { id: ID! source: String! key: String! firstSeenAt: String! lastSeenAt: String! identifiers: [Identifier!]! }
  type Identifier { kind: String! value: String! assurance: String! sources: [String!]! first: String! last: String! shared: Boolean! }
  type Attribute { name: String! value: String! source: String! at: String! alternatives: [Observation!]! }
  type Observation { value: String! source: String! recordId: ID! at: String! }
  type ProfilePage { nodes: [Profile!]! edges: [ProfileEdge!]! }
  type ProfileEdge { cursor: String! node: Profile! }
  type InteractionPage { nodes: [Interaction!]! edges: [InteractionEdge!]! }
  type InteractionEdge { cursor: String! node: Interaction! }
  type Interaction {
    id: ID! messageId: String! source: String! channel: String! kind: String! direction: String! visibility: String!
    occurredAt: String! receivedAt: String! conversationKey: String actor: String text: String data: String
    record: Record! profile: Profile!
  }
  type HistoryPage { nodes: [Event!]! }
  type Event { kind: String! at: String! rulingId: ID actor: String reason: String profileIds: [ID!]! evidence: [Evidence!]! }
  type Evidence { kind: String! summary: String! strength: Float! recordA: Record! recordB: Record! identifier: Identifier messageId: String at: String }
  type ChangePage { changes: [Change!]! }
  type Change { cursor: String! profile: Profile! }
`);

function limitErrors(text: string): readonly GraphQLError[] {
  return validate(SCHEMA, parse(text), LIMIT_RULES);
}

function cost(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  expect(validate(SCHEMA, document)).toEqual([]);
  return costOf(SCHEMA, document, getOperationAST(document)!)(variables);
}

const CIRCLE = ["timeline", "nodes", "profile"];

/** `{ profile { timeline { nodes { profile ... { __typename } } } } }`, with as many fields inside each other as asked for. */
function nested(levels: number): string {
  const fields = ["profile", ...Array.from({ length: levels - 2 }, (_, i) => CIRCLE[i % CIRCLE.length]!)];
  return `{ ${fields.join(" { ")} { __typename ${"} ".repeat(levels)}`;
}

describe("depth", () => {
  it(`of ${MAX_DEPTH} passes and one more is reported, not thrown`, () => {
    expect(limitErrors(nested(MAX_DEPTH))).toEqual([]);
    expect(limitErrors(nested(MAX_DEPTH + 1))).toMatchObject([{ extensions: { code: "LIMIT_EXCEEDED" } }]);
  });

  it("is not hidden by fragments", () => {
    const deep = `{ profile { ...deep } } fragment deep on Profile { timeline { nodes ${nested(MAX_DEPTH - 2)} } }`;
    expect(limitErrors(deep)).toMatchObject([{ extensions: { code: "LIMIT_EXCEEDED" } }]);
    expect(limitErrors(`{ ... on Query ${nested(MAX_DEPTH + 1)} }`)).toHaveLength(1);
  });

  it("of a fragment that spreads itself is not followed for ever", () => {
    expect(
      limitErrors("{ profile { ...a } } fragment a on Profile { id ...b } fragment b on Profile { ...a }"),
    ).toEqual([]);
  });
});

describe("aliases", () => {
  const aliased = (count: number) => Array.from({ length: count }, (_, i) => `a${i}: id`).join(" ");

  it(`of ${MAX_ALIASES} pass and one more is reported`, () => {
    expect(limitErrors(`{ profile { ${aliased(MAX_ALIASES)} } }`)).toEqual([]);
    expect(limitErrors(`{ profile { ${aliased(MAX_ALIASES + 1)} } }`)).toMatchObject([
      { extensions: { code: "LIMIT_EXCEEDED" } },
    ]);
  });

  it("count each time their fragment is spread, however many fragments multiply them", () => {
    const layers = 40;
    const fragments = Array.from(
      { length: layers },
      (_, i) => `fragment f${i} on Profile { ...f${i + 1} ...f${i + 1} }`,
    );
    const text = `{ profile { ...f0 } } ${fragments.join(" ")} fragment f${layers} on Profile { a: id }`;
    expect(limitErrors(text)).toMatchObject([{ extensions: { code: "LIMIT_EXCEEDED" } }]);
  });
});

describe("cost", () => {
  const IDENTIFIER = "kind value assurance sources first last shared";
  const RECORD = `id source key firstSeenAt lastSeenAt identifiers { ${IDENTIFIER} }`;
  const INTERACTION = `id messageId source channel kind direction visibility occurredAt receivedAt conversationKey actor text data
    record { ${RECORD} } profile { id name records { ${RECORD} } attributes { name value source at alternatives { value source recordId at } } }`;
  const EVENT = `kind at rulingId actor reason profileIds evidence { kind summary strength messageId at
    recordA { ${RECORD} } recordB { ${RECORD} } identifier { ${IDENTIFIER} } }`;

  it("lets a profile with 100 interactions of every field, its history and its evidence pass", () => {
    const text = `{ profile { id name records { ${RECORD} }
      attributes { name value source at alternatives { value source recordId at } }
      timeline(first: 100) { nodes { ${INTERACTION} } edges { cursor node { ${INTERACTION} } } }
      history(first: 100) { nodes { ${EVENT} } } } }`;
    expect(cost(text)).toBeLessThan(MAX_COST);
  });

  it("lets 100 profiles with 100 interactions each pass, and 100 profiles with all of each other's not", () => {
    const scalars = "id messageId source channel kind direction visibility occurredAt receivedAt text";
    expect(cost(`{ profiles(first: 100) { nodes { timeline(first: 100) { nodes { ${scalars} } } } } }`)).toBeLessThan(
      MAX_COST,
    );
    const greedy =
      "{ profiles(first: 100) { nodes { timeline(first: 100) { nodes { profile { timeline(first: 100) { nodes { id } } } } } } } }";
    expect(cost(greedy)).toBeGreaterThan(MAX_COST);
  });

  it("follows the variable that `first` is given by, and its default", () => {
    const text = "query ($n: Int) { profiles(first: $n) { nodes { id } } }";
    expect([cost(text, { n: 10 }), cost(text, { n: 50 }), cost(text)]).toEqual([1 + 10 * 2, 1 + 50 * 2, 1 + 20 * 2]);
  });

  it("leaves a page that is too long to be refused as such", () => {
    expect(cost("{ profiles(first: 1000000) { nodes { id } } }")).toBe(
      cost("{ profiles(first: 100) { nodes { id } } }"),
    );
    expect(cost("{ changes(first: 1000) { changes { cursor } } }")).toBe(1 + 1000 * 2);
  });

  it("is worked out in no time for fragments that multiply each other", () => {
    const layers = 60;
    const fragments = Array.from(
      { length: layers },
      (_, i) => `fragment f${i} on Profile { ...f${i + 1} ...f${i + 1} }`,
    );
    const text = `{ profile { ...f0 } } ${fragments.join(" ")} fragment f${layers} on Profile { id }`;
    const document = parse(text);
    const refused = refuseCost(costOf(SCHEMA, document, getOperationAST(document)!), {});
    expect(refused?.extensions.code).toBe("LIMIT_EXCEEDED");
  });
});

describe("the server", () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const aliases = Array.from({ length: MAX_ALIASES + 1 }, (_, i) => `a${i}: __typename`).join(" ");
  const tokens = `{ ${"__typename ".repeat(MAX_TOKENS)} }`;

  it.each([
    ["too many aliases", `{ ${aliases} }`],
    ["too many words", tokens],
  ])("refuses %s over HTTP and over WebSocket alike", async (_what, query) => {
    const { data, errors } = await server.graphql(query);
    const { errors: overSocket } = await server.subscribe(query).ended;
    expect([data, errors?.[0]?.extensions.code, overSocket?.[0]?.extensions?.code]).toEqual([
      undefined,
      "LIMIT_EXCEEDED",
      "LIMIT_EXCEEDED",
    ]);
    expect(overSocket?.[0]?.message).toBe(errors?.[0]?.message);
  });

  it("answers the question that tools ask for the schema", async () => {
    const { __schema } = await server.data<{ __schema: { types: unknown[] } }>(getIntrospectionQuery());
    expect(__schema.types.length).toBeGreaterThan(10);
  });

  it("refuses introspection that turns in circles", async () => {
    const turn = (depth: number): string => (depth === 0 ? "name" : `fields { type { ${turn(depth - 1)} } }`);
    const { errors } = await server.graphql(`{ __schema { types { ${turn(6)} } } }`);
    expect(errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  it.each([-1, 101, 2_000_000])("refuses a page of %d", async (first) => {
    const { errors } = await server.graphql("query ($first: Int) { apiKeys(first: $first) { nodes { id } } }", {
      first,
    });
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  it("gives up on a document whose fields would take too long to compare", async () => {
    const query = `{ ${"__typename ".repeat(MAX_TOKENS - 10)} }`;
    const began = performance.now();
    expect((await server.graphql(query)).errors?.[0]?.extensions.code).toBe("LIMIT_EXCEEDED");
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe("requests of one key", () => {
  it("are counted, unless the limits per key are lifted", async () => {
    const [on, off] = [new KeyLimits(true), new KeyLimits(false)];
    const waits = await Promise.all(Array.from({ length: 10_001 }, () => on.countRequest("a")));
    expect(waits.filter((wait) => wait !== null)).toHaveLength(1);
    expect(await on.countRequest("b")).toBeNull();
    for (let n = 0; n < 10_001; n += 1) expect(await off.countRequest("a")).toBeNull();
  });

  it("and its sockets are, until they close", () => {
    const limits = new KeyLimits(true);
    const open = Array.from({ length: 2_000 }, () => limits.countSocket("a"));
    expect(open.every((release) => release !== null)).toBe(true);
    expect(limits.countSocket("a")).toBeNull();
    expect(limits.countSocket("b")).not.toBeNull();
    open[0]!();
    expect(limits.countSocket("a")).not.toBeNull();
  });
});
