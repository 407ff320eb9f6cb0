import { once } from "node:events";
import { buildSchema, DocumentNode, ExecutionResult, GraphQLSchema, parse } from "graphql";
import { pino } from "pino";
import WebSocket from "ws";
import { Role } from "../../src/access/role";
import { DomainError } from "../../src/errors";
import { RequestContext } from "../../src/graphql/request-context";
import { Services } from "../../src/graphql/services";
import { EventSource, EventStream } from "../../src/server/event-stream";
import { Executor } from "../../src/server/execute";
import { EVERY_READER } from "../support/every-reader";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ corsOrigins: ["https://app.example.com"] });
});
afterAll(() => server.close());

interface Frame {
  type: string;
  id?: string;
  payload?: { code?: string; extensions?: { code: string } }[] & { data?: unknown };
}

/** A socket without a client library, to send what no library would. */
class RawSocket {
  readonly frames: Frame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly socket: WebSocket;
  private readonly waiting = new Set<() => void>();

  constructor(url: string, options: WebSocket.ClientOptions = {}, protocol = "graphql-transport-ws") {
    this.socket = new WebSocket(url, protocol, options);
    this.socket.on("message", (text) => {
      this.frames.push(JSON.parse(String(text)) as Frame);
      for (const look of this.waiting) look();
    });
    this.socket.on("error", () => undefined);
    this.closed = once(this.socket, "close").then(([code, reason]) => ({
      code: code as number,
      reason: String(reason),
    }));
  }

  async open(): Promise<this> {
    await once(this.socket, "open");
    return this;
  }

  send(frame: unknown): this {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    return this;
  }

  /** Resolves with the first frame that fits, as soon as it is there. */
  frame(fits: (frame: Frame) => boolean): Promise<Frame> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.frames.find(fits);
        if (found === undefined) return;
        this.waiting.delete(look);
        resolve(found);
      };
      this.waiting.add(look);
      look();
    });
  }

  async end(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}

async function admitted(key = server.adminKey): Promise<RawSocket> {
  const socket = await new RawSocket(server.wsUrl).open();
  socket.send({ type: "connection_init", payload: { authorization: `Bearer ${key}` } });
  await socket.frame((frame) => frame.type === "connection_ack");
  return socket;
}

describe("a socket", () => {
  it.each([
    ["no credentials", undefined],
    ["an unknown key", { authorization: "Bearer nobody-knows-this-one" }],
    ["credentials of no known form", { authorization: 7 }],
  ])("with %s is closed with 4401", async (_what, payload) => {
    const socket = await new RawSocket(server.wsUrl).open();
    socket.send({ type: "connection_init", payload });
    expect(await socket.closed).toEqual({ code: 4401, reason: "Unauthorized" });
    expect(socket.frames).toEqual([]);
  });

  it("that asks before it has said who it is is closed with 4401", async () => {
    const socket = await new RawSocket(server.wsUrl).open();
    socket.send({ type: "subscribe", id: "1", payload: { query: "{ __typename }" } });
    expect((await socket.closed).code).toBe(4401);
  });

  it("that never says who it is is closed with 4408", async () => {
    const socket = await new RawSocket(server.wsUrl).open();
    expect((await socket.closed).code).toBe(4408);
  });

  it("answers queries and mutations with the viewer's rights", async () => {
    const { secret } = await server.makeKey("AGENT");
    const socket = await admitted(secret);
    socket.send({ type: "subscribe", id: "1", payload: { query: "{ __typename }" } });
    socket.send({ type: "subscribe", id: "2", payload: { query: "{ tenants { nodes { id } } }" } });
    const [known, forbidden] = await Promise.all(
      ["1", "2"].map((id) => socket.frame((frame) => frame.id === id && frame.type === "next")),
    );
    expect(known).toMatchObject({ payload: { data: { __typename: "Query" } } });
    expect(forbidden).toMatchObject({ payload: { errors: [{ extensions: { code: "FORBIDDEN" } }] } });
    await socket.end();
  });

  it("is opened to pages of the configured origins, to our own and to what is no page", async () => {
    for (const origin of ["https://app.example.com", server.url, undefined]) {
      const socket = await new RawSocket(server.wsUrl, origin === undefined ? {} : { origin }).open();
      await socket.end();
    }
    const refused = new WebSocket(server.wsUrl, "graphql-transport-ws", { origin: "https://evil.example.com" });
    const [error] = (await once(refused, "error").catch((thrown: unknown) => [thrown])) as [Error];
    expect(error.message).toContain("403");
  });

  it("is opened at /graphql alone", async () => {
    const socket = new WebSocket(server.wsUrl.replace("/graphql", "/elsewhere"), "graphql-transport-ws");
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toContain("404");
  });

  it.each([
    ["more than a megabyte", () => JSON.stringify({ type: "ping", payload: { a: "x".repeat(1_100_000) } }), 1009],
    ["no protocol's message", () => "hello", 4400],
  ])("that sends %s is closed", async (_what, message, code) => {
    const socket = await admitted();
    socket.send(message());
    expect((await socket.closed).code).toBe(code);
  });

  it("ends at once when its key is revoked, and leaves others open", async () => {
    const { id, secret } = await server.makeKey("AGENT");
    const [ending, staying] = await Promise.all([admitted(secret), admitted()]);
    const revoked = server.data("mutation ($id: ID!) { revokeApiKey(id: $id) }", { id });
    expect((await ending.closed).code).toBe(4401);
    await revoked;
    staying.send({ type: "ping" });
    await staying.frame((frame) => frame.type === "pong");
    await staying.end();
  });

  it("ends within a second when its key is revoked on another server", async () => {
    const { id, secret } = await server.makeKey("AGENT");
    const socket = await admitted(secret);
    const revoke = `with raised as (update tenants set access_version = access_version + 1)
      update api_keys set revoked_at = now() where key_id = $1`;
    await server.testDatabase.ownerQuery(revoke, [id]);
    const began = performance.now();
    expect((await socket.closed).code).toBe(4401);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it("ends when its key expires", async () => {
    const query = 'mutation ($at: DateTime) { createApiKey(name: "short", role: AGENT, expiresAt: $at) { secret } }';
    const at = new Date(Date.now() + 700).toISOString();
    const { createApiKey } = await server.data<{ createApiKey: { secret: string } }>(query, { at });
    const socket = await admitted(createApiKey.secret);
    expect((await socket.closed).code).toBe(4401);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(at));
  });
});

describe("draining", () => {
  it("answers what is open, closes sockets with 1001 and then takes nothing more", async () => {
    const draining = await startTestServer();
    const socket = await new RawSocket(draining.wsUrl).open();
    socket.send({ type: "connection_init", payload: { authorization: `Bearer ${draining.adminKey}` } });
    await socket.frame((frame) => frame.type === "connection_ack");
    // Revoking takes the length of a lease, and is therefore still open when the server is told to stop.
    const { id } = await draining.makeKey("AGENT");
    const query = "mutation ($id: ID!) { revokeApiKey(id: $id) }";
    const overHttp = draining.graphql(query, { id });
    socket.send({ type: "subscribe", id: "1", payload: { query, variables: { id } } });
    await until(async () => {
      const [row] = await draining.testDatabase.ownerQuery<{ at: unknown }>(
        "select revoked_at as at from api_keys where key_id = $1",
        [id],
      );
      return row?.at !== null;
    });
    const stopped = draining.stop();
    expect(await overHttp).toMatchObject({ status: 200, data: { revokeApiKey: true } });
    expect(await socket.frame((frame) => frame.type === "next")).toMatchObject({
      payload: { data: { revokeApiKey: true } },
    });
    expect((await socket.closed).code).toBe(1001);
    await stopped;
    await expect(fetch(`${draining.url}/healthz`)).rejects.toThrow();
    await draining.close();
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

describe("a subscription", () => {
  /** Streams what it is given, and notes when it was ended. */
  class Source implements EventSource<object> {
    isOpen = true;
    private release: () => void = () => undefined;

    constructor(
      private readonly events: object[],
      private readonly failure?: Error,
    ) {}

    async peek(most: number): Promise<readonly object[]> {
      if (this.events.length > 0) return this.events.slice(0, most);
      if (this.failure !== undefined) throw this.failure;
      if (this.isOpen) {
        await new Promise<void>((resolve) => {
          this.release = resolve;
        });
      }
      return [];
    }

    delivered(events: readonly object[]): void {
      this.events.splice(0, events.length);
    }

    onOver(): void {}

    async return(): Promise<void> {
      this.isOpen = false;
      this.release();
    }

    [Symbol.asyncIterator](): never {
      throw new Error("its events are peeked at");
    }
  }

  const who = { credential: "KEY", keyId: "k", actor: "k", role: "AGENT", expiresAt: null } as const;
  const viewer = { tenantId: "t", tenantName: "t", ...who };

  function schemaOver(source: Source, resolve: (event: object, context: RequestContext) => unknown): GraphQLSchema {
    const schema = buildSchema("type Query { a: Int } type Subscription { count(after: Int): Int }");
    const field = schema.getSubscriptionType()!.getFields().count!;
    field.subscribe = () => source;
    field.resolve = (event, _args, context) => resolve(event as object, context as RequestContext);
    return schema;
  }

  const COUNT = "subscription { count }";

  async function open(
    schema: GraphQLSchema,
    {
      query = COUNT,
      role = "AGENT",
      tenantId = "t",
      variables = {},
      executor = new Executor(schema, pino({ level: "silent" }), EVERY_READER),
    }: {
      query?: string;
      role?: Role;
      tenantId?: string;
      variables?: Record<string, unknown>;
      executor?: Executor;
    } = {},
  ): Promise<EventStream> {
    const context = new RequestContext({ ...viewer, role, tenantId }, "r", new Services());
    const stream = await executor.subscribe({ document: documentOf(query), variables, context });
    if (!("source" in stream)) throw new Error(JSON.stringify(stream));
    return stream;
  }

  const documents = new Map<string, DocumentNode>();

  /** The same document for the same text, as the server has it. */
  function documentOf(query: string): DocumentNode {
    const document = documents.get(query) ?? parse(query);
    documents.set(query, document);
    return document;
  }

  async function answerNext({ source, answer }: EventStream): Promise<ExecutionResult> {
    const events = await source.peek(1);
    const answered = answer(events[0]!);
    await answered.made;
    source.delivered(events);
    return (JSON.parse(`{"payload":${answered.bytes}`) as { payload: ExecutionResult }).payload;
  }

  it("answers what is told later with loaders of its own, so that nothing is told from before the event", async () => {
    const contexts = new Set<RequestContext>();
    const source = new Source([{ n: 1 }, { n: 2 }]);
    const stream = await open(
      schemaOver(source, (event, context) => contexts.add(context) && (event as { n: number }).n),
    );
    expect(await answerNext(stream)).toEqual({ data: { count: 1 } });
    await new Promise(setImmediate);
    expect(await answerNext(stream)).toEqual({ data: { count: 2 } });
    expect(contexts.size).toBe(2);
  });

  it("answers what is told together with the same loaders, but for each role and tenant with others", async () => {
    const contexts = new Set<RequestContext>();
    const events = [{ n: 1 }, { n: 2 }, { n: 3 }];
    const schema = schemaOver(new Source(events), (_event, context) => contexts.add(context) && 1);
    const executor = new Executor(schema, pino({ level: "silent" }), EVERY_READER);
    const one = await open(schema, { executor });
    const lesser = await open(schema, { executor, role: "INTEGRATION" });
    const foreign = await open(schema, { executor, tenantId: "another" });
    await Promise.all([one, one, lesser, foreign].map(({ answer }, place) => answer(events[place % 3]!).made));
    expect([...contexts].map(({ viewer: { tenantId, role } }) => [tenantId, role])).toEqual([
      ["t", "AGENT"],
      ["t", "INTEGRATION"],
      ["another", "AGENT"],
    ]);
  });

  it("shares the answer to an event with those who ask the same with the same rights, and with nobody else", async () => {
    let answered = 0;
    const event = {};
    const schema = schemaOver(new Source([event]), () => {
      answered += 1;
      return answered;
    });
    const executor = new Executor(schema, pino({ level: "silent" }), EVERY_READER);
    const asked = async (how: Parameters<typeof open>[1]): Promise<unknown> => {
      const { answer } = await open(schema, { executor, ...how });
      const answered = answer(event);
      await answered.made;
      return answered;
    };
    const first = await asked({});
    expect(await asked({})).toBe(first);
    expect(await asked({ role: "ADMIN" })).not.toBe(first);
    expect(await asked({ tenantId: "another" })).not.toBe(first);
    expect(await asked({ query: "subscription { n: count }" })).not.toBe(first);
    expect(answered).toBe(4);
  });

  it("shares it whatever the cursors are from which they began", async () => {
    const event = {};
    const schema = schemaOver(new Source([event]), () => 7);
    const executor = new Executor(schema, pino({ level: "silent" }), EVERY_READER);
    const query = "subscription ($after: Int) { count(after: $after) }";
    const [first, second] = await Promise.all(
      [1, 2].map((after) => open(schema, { executor, query, variables: { after } })),
    );
    expect(second!.answer(event)).toBe(first!.answer(event));
  });

  it("can be ended while it waits for its next event", async () => {
    const source = new Source([]);
    const stream = await open(schemaOver(source, () => 1));
    const waiting = stream.source.peek(1);
    await stream.source.return();
    expect(await waiting).toEqual([]);
  });

  it("hands a failure of its stream on", async () => {
    const source = new Source([{}], new DomainError("CONSUMER_TOO_SLOW", "Resume from your cursor."));
    const stream = await open(schemaOver(source, () => 1));
    await answerNext(stream);
    await expect(stream.source.peek(1)).rejects.toMatchObject({ code: "CONSUMER_TOO_SLOW" });
  });
});
