import { startTestServer, TestServer } from "../support/server";

let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(async () => {
  admin = await server.makeTenant();
});
afterAll(() => server.close());

const UPSERT = `mutation ($records: [RecordInput!]!) { upsertRecords(records: $records) { profileId } }`;
const PREVIEW = `query ($rules: IdentityRulesInput!, $first: Int, $after: String, $kind: RulesExampleKind) {
  previewIdentityRules(rules: $rules) { joined split largestProfile records
    examples(first: $first, after: $after, kind: $kind) {
      nodes { kind profileIds reasons } pageInfo { hasNextPage endCursor } } } }`;
const WATCH = `subscription ($rules: IdentityRulesInput!) {
  identityRulesPreview(rules: $rules) { phase done total
    preview { joined split largestProfile records examples { nodes { kind profileIds reasons } } } } }`;

interface Example {
  readonly kind: string;
  readonly profileIds: readonly string[];
  readonly reasons: readonly string[];
}

interface Preview {
  readonly joined: number;
  readonly split: number;
  readonly examples: {
    readonly nodes: Example[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

interface Watched {
  readonly identityRulesPreview: {
    readonly phase: string;
    readonly done: number;
    readonly total: number;
    readonly preview: Preview | null;
  };
}

/** Numbers with and without their country join by it; addresses of the blocked domain hold together whom it parts. */
const RULES = { defaultCountry: "TH", blockedPatterns: ["*@shop.example"] };
const two = (n: number) => String(n).padStart(2, "0");
const joinable = (n: number) =>
  [`+668123456${two(n)}`, `08123456${two(n)}`].map((value, end) => ({
    ...{ source: "crm", key: `joined ${n} ${end}`, identifiers: [{ kind: "PHONE", value }] },
  }));
const splittable = (n: number) =>
  [0, 1].map((end) => ({
    ...{ source: "crm", key: `split ${n} ${end}`, identifiers: [{ kind: "EMAIL", value: `c${n}@shop.example` }] },
  }));
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

async function send(...records: object[]): Promise<void> {
  await server.data(UPSERT, { records }, admin);
}

async function ask(variables: object = {}, key = admin): Promise<Preview> {
  const answer = { rules: RULES, ...variables };
  return (await server.data<{ previewIdentityRules: Preview }>(PREVIEW, answer, key)).previewIdentityRules;
}

async function listInPages(first: number, kind?: string): Promise<Example[]> {
  const all: Example[] = [];
  for (let after: string | undefined; ; ) {
    const { nodes, pageInfo } = (await ask({ first, after, kind })).examples;
    all.push(...nodes);
    expect(nodes.length).toBeLessThanOrEqual(first);
    if (!pageInfo.hasNextPage) return all;
    after = pageInfo.endCursor;
  }
}

describe("the examples of a preview", () => {
  beforeEach(() => send(...upTo(5).flatMap(joinable), ...upTo(3).flatMap(splittable)));

  it("come in turn, with their reasons, and in pages each once", async () => {
    const { joined, split, examples } = await ask({ first: 100 });
    expect({ joined, split, hasNextPage: examples.pageInfo.hasNextPage }).toEqual({
      ...{ joined: 5, split: 3, hasNextPage: false },
    });
    const kinds = ["JOINED", "SPLIT", "JOINED", "SPLIT", "JOINED", "SPLIT", "JOINED", "JOINED"];
    expect(examples.nodes.map(({ kind }) => kind)).toEqual(kinds);
    expect(examples.nodes[0]!.reasons).toEqual(["Both use the phone number +66812345600."]);
    expect(examples.nodes[1]!.reasons).toEqual(["Nothing that would join them is left."]);
    expect(await listInPages(1)).toEqual(examples.nodes);
    expect(await listInPages(3)).toEqual(examples.nodes);
    expect(await listInPages(2, "SPLIT")).toEqual(examples.nodes.filter(({ kind }) => kind === "SPLIT"));
  });

  it("go on behind the cursor when data has changed, and nothing comes twice", async () => {
    const { nodes, pageInfo } = (await ask({ first: 3 })).examples;
    await send(...joinable(50), ...splittable(60));
    const rest = (await ask({ first: 100, after: pageInfo.endCursor })).examples.nodes;
    expect(rest.map(({ kind }) => kind)).toEqual(["SPLIT", "JOINED", "SPLIT", "JOINED", "SPLIT", "JOINED", "JOINED"]);
    const told = new Set([...nodes, ...rest].map(({ kind, profileIds }) => `${kind} ${profileIds}`));
    expect(told.size).toBe(10);
    expect(rest.at(-1)!.reasons).toEqual(["Both use the phone number +66812345650."]);
  });

  it.each(["", "x", "WyJleGFtcGxlcyIsIiIsIiIsIiJd"])("are not to be had by the cursor %j", async (after) => {
    const { errors } = await server.graphql(PREVIEW, { rules: RULES, after }, admin);
    expect(errors![0]!.extensions.code).toBe("BAD_CURSOR");
  });
});

describe("a preview that is watched", () => {
  it("ends with what the query answers", async () => {
    await send(...upTo(4).flatMap(joinable), ...upTo(2).flatMap(splittable));
    const watched = server.subscribe<Watched>(WATCH, { rules: RULES }, admin);
    expect(await watched.ended).toEqual({});
    const events = watched.received.map(({ data }) => data!.identityRulesPreview);
    const phases = ["WAITING", "READING", "DESCRIBING", "COMPARING", "RESOLVING", "DONE"];
    const places = events.map(({ phase }) => phases.indexOf(phase));
    expect(places).toEqual([...places].sort());
    for (const { done, total } of events) expect(done).toBeLessThanOrEqual(total);
    expect(events.at(-1)).toMatchObject({ phase: "DONE", done: 12, total: 12 });
    expect(events.slice(0, -1).map(({ preview }) => preview)).not.toContainEqual(expect.anything());
    const { examples, ...counts } = await ask();
    expect(events.at(-1)!.preview).toEqual({ ...counts, examples: { nodes: examples.nodes } });
  });

  it("is refused before it begins, with what is wrong", async () => {
    const wrong = server.subscribe<Watched>(WATCH, { rules: { cap: 0 } }, admin);
    expect((await wrong.nth(1)).errors).toMatchObject([
      { message: expect.stringContaining("rules.cap"), extensions: { code: "BAD_USER_INPUT" } },
    ]);
    const { secret } = await server.makeKey("AGENT", admin);
    const agent = server.subscribe<Watched>(WATCH, { rules: RULES }, secret);
    expect((await agent.nth(1)).errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
  });

  it("is told while it runs; three at once a tenant, and one that is left makes room", async () => {
    await send(...joinable(1));
    const release = await holdRecords();
    const watch = () => server.subscribe<Watched>(WATCH, { rules: RULES }, admin);
    const watched: ReturnType<typeof watch>[] = [];
    // One after the other, so that the first is the one that runs.
    while (watched.length < 3) {
      const one = watch();
      expect((await one.nth(1)).data!.identityRulesPreview).toMatchObject({ phase: "WAITING", preview: null });
      watched.push(one);
    }
    const [refused] = (await watch().nth(1)).errors!;
    expect(refused).toMatchObject({ extensions: { code: "LIMIT_EXCEEDED" } });
    const { errors } = await server.graphql(PREVIEW, { rules: RULES }, admin);
    expect(errors).toMatchObject([{ extensions: { code: "LIMIT_EXCEEDED" } }]);
    await watched[1]!.close();
    const instead = await untilTaken(watch);
    await release();
    for (const one of [watched[0]!, watched[2]!, instead]) {
      await one.ended;
      expect(one.received.at(-1)!.data!.identityRulesPreview).toMatchObject({ phase: "DONE", preview: { joined: 1 } });
    }
  });

  it("lets writes go on while it compares persons", async () => {
    const namesakes = upTo(95).map((n) => ({
      ...{ source: "crm", key: `namesake ${n}`, identifiers: [] },
      attributes: {
        givenName: "Somchai",
        familyName: "Rattana",
        dateOfBirth: `1960-${two(1 + (n % 12))}-${two(1 + (n % 28))}`,
      },
    }));
    await send(...namesakes);
    const comparing = { similarity: { enabled: true, blockLimit: 200 } };
    const watched = server.subscribe<Watched>(WATCH, { rules: comparing }, admin);
    const phase = async (n: number) => (await watched.nth(n)).data!.identityRulesPreview.phase;
    for (let n = 1; (await phase(n)) !== "COMPARING"; ) n += 1;
    await send({ source: "crm", key: "meanwhile", identifiers: [] });
    const told = watched.received.map(({ data }) => data!.identityRulesPreview.phase);
    expect(told).not.toContain("DONE");
    await watched.ended;
    expect(watched.received.at(-1)!.data!.identityRulesPreview).toMatchObject({ phase: "DONE", total: 95 });
  });

  it("that is left while it runs makes room for the next", async () => {
    await send(...joinable(1));
    const release = await holdRecords();
    const left = server.subscribe<Watched>(WATCH, { rules: RULES }, admin);
    await left.nth(1);
    await left.close();
    const next = server.subscribe<Watched>(WATCH, { rules: RULES }, admin);
    await next.nth(1);
    await release();
    await next.ended;
    expect(next.received.at(-1)!.data!.identityRulesPreview).toMatchObject({ phase: "DONE" });
    expect(server.logged.filter((line) => line.includes("error"))).toEqual([]);
  });

  /** Keeps every preview waiting where it begins to read, until the answer is called. */
  async function holdRecords(): Promise<() => Promise<void>> {
    await server.testDatabase.ownerQuery("begin");
    await server.testDatabase.ownerQuery("lock table identifier_links in access exclusive mode");
    return async () => void (await server.testDatabase.ownerQuery("commit"));
  }

  /** The server hears of a reader who left some time after. */
  async function untilTaken(watch: () => ReturnType<typeof server.subscribe<Watched>>) {
    for (;;) {
      const one = watch();
      if ((await one.nth(1)).errors === undefined) return one;
    }
  }
});
