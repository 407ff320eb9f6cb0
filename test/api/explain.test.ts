import { ExplainService } from "../../src/identity/explain/explain.service";
import { RulesService } from "../../src/identity/rules/rules.service";
import { cookie, crmId, email, event, phone, record, userId } from "../support/events";
import { noteStatements } from "../support/noted-database";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(async () => {
  key = await server.makeTenant();
});
afterAll(() => server.close());

const EVIDENCE = `{ kind summary strength messageId at contenderIds recordA { id source key } recordB { id source key }
  identifier { kind namespace value assurance sources firstSeenAt lastSeenAt shared sharedWith } }`;
const EXPLAIN = `query ($a: ID!, $b: ID!) { explain(a: $a, b: $b) {
  same path ${EVIDENCE} weakest ${EVIDENCE} against ${EVIDENCE} } }`;
const BRIDGES = `query ($id: ID!) { profile(id: $id) { records { id key } bridges ${EVIDENCE} } }`;

interface Told {
  readonly kind: string;
  readonly summary: string;
  readonly strength: number;
  readonly messageId: string | null;
  readonly at: string | null;
  readonly recordA: { id: string; key: string };
  readonly recordB: { id: string; key: string };
  readonly identifier: { value: string; assurance: string; sources: string[] } | null;
}
interface Explained {
  readonly same: boolean;
  readonly path: Told[];
  readonly weakest: Told | null;
  readonly against: Told[];
}

type Identifiers = ReturnType<typeof email>[];

/** Brings records in, in the order of their keys (`source:key`), and answers with their ids. */
async function records(known: Record<string, Identifiers>): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const [name, identifiers] of Object.entries(known)) {
    const [source, recordKey] = name.split(":") as [string, string];
    const input = record({ source, key: recordKey, identifiers });
    const { upsertRecords } = await server.data<{ upsertRecords: { recordId: string }[] }>(
      "mutation ($records: [RecordInput!]!) { upsertRecords(records: $records) { recordId } }",
      { records: [input] },
      key,
    );
    ids[recordKey] = upsertRecords[0]!.recordId;
  }
  return ids;
}

async function explain(a: string | undefined, b: string | undefined): Promise<Explained> {
  return (await server.data<{ explain: Explained }>(EXPLAIN, { a, b }, key)).explain;
}

async function bridges(id: string | undefined): Promise<string[]> {
  const { profile } = await server.data<{ profile: { bridges: Told[] } }>(BRIDGES, { id }, key);
  return profile.bridges.map(({ kind, recordA, recordB, identifier }) =>
    [kind, [recordA.key, recordB.key].sort().join("-"), identifier?.value].filter(Boolean).join(" "),
  );
}

async function merge(...ids: (string | undefined)[]): Promise<string> {
  const MERGE = 'mutation ($ids: [ID!]!) { mergeProfiles(ids: $ids, reason: "her husband\'s card") { rulingId } }';
  return (await server.data<{ mergeProfiles: { rulingId: string } }>(MERGE, { ids }, key)).mergeProfiles.rulingId;
}

const ann = (assurance: "CLAIMED" | "ASSERTED" | "VERIFIED" = "ASSERTED") => email("ann@example.com", assurance);

describe("of one customer", () => {
  it("the path names the value, how each side came by it, the message and the time", async () => {
    const first = event({ source: "shop", subject: { key: "s", identifiers: [ann()] } });
    const second = event({
      source: "line",
      messageId: "m-2",
      occurredAt: "2026-01-02T10:00:00.000Z",
      subject: { key: "l", identifiers: [ann("VERIFIED")] },
    });
    const INGEST = "mutation ($events: [EventInput!]!) { ingest(events: $events) { profileId } }";
    await server.data(INGEST, { events: [first] }, key);
    const { ingest } = await server.data<{ ingest: { profileId: string }[] }>(INGEST, { events: [second] }, key);
    const { profile } = await server.data<{ profile: { records: { id: string }[] } }>(
      "query ($id: ID!) { profile(id: $id) { records { id } } }",
      { id: ingest[0]!.profileId },
      key,
    );
    const [shop, line] = profile.records.map(({ id }) => id);
    const explained = await explain(shop, line);
    expect(explained).toMatchObject({ same: true, against: [] });
    expect(explained.path).toEqual([
      {
        kind: "IDENTIFIER",
        summary: "Both use the e-mail address ann@example.com (verified by line; given by shop).",
        strength: 18,
        messageId: "m-2",
        at: "2026-01-02T10:00:00.000Z",
        contenderIds: [],
        recordA: { id: shop, source: "shop", key: "s" },
        recordB: { id: line, source: "line", key: "l" },
        identifier: expect.objectContaining({
          kind: "EMAIL",
          value: "ann@example.com",
          assurance: "ASSERTED",
          sources: ["line", "shop"],
          shared: false,
          sharedWith: 0,
        }),
      },
    ]);
    expect(explained.weakest).toEqual(explained.path[0]);
  });

  it("the path is the chain whose weakest step is strongest, and of those the shortest", async () => {
    const { a, d } = await records({
      "x:a": [userId("u"), cookie("short-cut")],
      "x:b": [userId("u"), ann()],
      "x:c": [ann(), phone("+66812345678")],
      "x:d": [phone("+66812345678"), cookie("short-cut")],
    });
    const { path, weakest } = await explain(a, d);
    expect(path.map(({ recordA, recordB, identifier }) => [recordA.key, identifier!.value, recordB.key])).toEqual([
      ["a", "u", "b"],
      ["b", "ann@example.com", "c"],
      ["c", "+66812345678", "d"],
    ]);
    expect(weakest!.identifier!.value).toBe("ann@example.com");
    const back = await explain(d, a);
    expect(back.path.map((step) => step.recordA.key)).toEqual(["d", "c", "b"]);
  });

  it("a ruling is told with its reason, and what it overrides stands against", async () => {
    const { a, b } = await records({ "x:a": [userId("u1"), ann()], "x:b": [userId("u2"), ann()] });
    await merge(a, b);
    expect(await explain(a, b)).toMatchObject({
      same: true,
      path: [
        { kind: "RULING", strength: 40, summary: "Someone decided that they are one customer: “her husband's card”." },
      ],
      against: [{ kind: "CONFLICT", strength: -30, summary: "They have different user ids, “u1” and “u2”." }],
    });
  });

  it("a record is itself, without a path", async () => {
    const { a } = await records({ "x:a": [ann()] });
    expect(await explain(a, a!.toUpperCase())).toEqual({ same: true, path: [], weakest: null, against: [] });
  });
});

describe("of two customers", () => {
  async function against(one: Identifiers, other: Identifiers): Promise<Told[]> {
    const { a, b } = await records({ "x:a": one, "y:b": other });
    const explained = await explain(a, b);
    expect(explained).toMatchObject({ same: false, path: [], weakest: null });
    return explained.against;
  }

  it("with nothing in common, nothing stands against", async () => {
    expect(await against([ann()], [phone("+66812345678")])).toEqual([]);
  });

  it("a contradiction is named with its two values and with what it keeps from joining", async () => {
    expect(await against([userId("u1"), ann()], [userId("u2"), ann()])).toMatchObject([
      {
        kind: "CONFLICT",
        summary:
          "They have different user ids, “u1” and “u2”, so the e-mail address ann@example.com does not make them one customer, though both use it.",
        identifier: { value: "ann@example.com" },
      },
    ]);
  });

  it("a contradiction is named where nothing would join them either", async () => {
    expect(await against([userId("u1")], [userId("u2")])).toMatchObject([
      { kind: "CONFLICT", summary: "They have different user ids, “u1” and “u2”.", identifier: null },
    ]);
  });

  it("persons who contradict each other keep two contacts of one CRM apart", async () => {
    const contact = (recordKey: string, givenName: string) =>
      record({ source: "hubspot", key: recordKey, identifiers: [crmId(recordKey), ann()], attributes: { givenName } });
    const { upsertRecords: made } = await server.data<{ upsertRecords: { recordId: string }[] }>(
      "mutation ($records: [RecordInput!]!) { upsertRecords(records: $records) { recordId } }",
      { records: [contact("1", "Ann"), contact("2", "Bea")] },
      key,
    );
    const explained = await explain(made[0]!.recordId, made[1]!.recordId);
    expect(explained.against[0]!.summary).toMatch(/^They have different given names, “ann” and “bea”, so the e-mail/);
  });

  it("a claim does not join two who are known", async () => {
    const told = await against([userId("u1"), ann()], [phone("+66812345678"), ann("CLAIMED")]);
    expect(told).toMatchObject([{ kind: "LOW_ASSURANCE", strength: 5, identifier: { assurance: "CLAIMED" } }]);
    expect(told[0]!.summary).toMatch(
      /^The e-mail address ann@example\.com is not known surely enough \(given by x; claimed on y, not proven\)/,
    );
  });

  it("a link that is less sure than the rules ask does not join, and is named", async () => {
    await server.testDatabase.ownerQuery(
      `with made as (
         insert into identity_rules (tenant_id, version, rules, since_position, created_at, actor)
         select tenant_id, 2, '{"minimumAssurance": {"PHONE": "VERIFIED"}}', 0, now(), 'test' from tenants t
         where not exists (select from records r where r.tenant_id = t.tenant_id) returning tenant_id)
       update feeds f set rules_version = 2 from made where f.tenant_id = made.tenant_id`,
    );
    const told = await against([phone("+66812345678")], [phone("+66812345678", "VERIFIED")]);
    expect(told).toMatchObject([
      { kind: "LOW_ASSURANCE", identifier: { value: "+66812345678", assurance: "ASSERTED" } },
    ]);
  });

  it("a placeholder says nothing", async () => {
    const told = await against([email("noemail@example.com"), userId("u")], [email("noemail@example.com")]);
    expect(told).toMatchObject([{ kind: "BLOCKED_VALUE", strength: 0 }]);
  });

  it("a value of too many says nothing", async () => {
    const desk = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`x:k${n}`, [email("info@example.com")]]));
    const { k0, k7 } = await records(desk);
    expect((await explain(k0, k7)).against).toMatchObject([
      { kind: "SHARED_VALUE", strength: 0, identifier: { value: "info@example.com", shared: true, sharedWith: 15 } },
    ]);
  });

  it("a device of two users tells of neither that the third is them", async () => {
    const { a, b, c } = await records({
      "x:a": [userId("u1"), cookie("kiosk")],
      "x:b": [userId("u2"), cookie("kiosk")],
      "x:c": [cookie("kiosk")],
    });
    for (const user of [a, b]) {
      expect((await explain(c, user)).against).toMatchObject([
        {
          kind: "AMBIGUOUS",
          summary:
            "The browser cookie kiosk is used by customers who cannot be one and the same (they have different user ids, “u1” and “u2”), so it does not tell whose this one is.",
          contenderIds: [a, b],
        },
      ]);
    }
    expect((await explain(a, b)).against).toMatchObject([{ kind: "CONFLICT", contenderIds: [] }]);
  });

  it("a ruling is told with its reason and with what it keeps from joining", async () => {
    const { a, b } = await records({ "x:a": [ann()], "y:b": [ann()] });
    const SPLIT =
      'mutation ($id: ID!, $ids: [ID!]!) { splitProfile(id: $id, recordIds: $ids, reason: "twins") { rulingId } }';
    await server.data(SPLIT, { id: a, ids: [b] }, key);
    expect((await explain(a, b)).against).toMatchObject([
      {
        kind: "RULING",
        strength: -40,
        summary:
          "Someone decided that they are different customers: “twins”. Both use the e-mail address ann@example.com.",
      },
    ]);
  });
});

describe("ids that lead nowhere", () => {
  it("are answered alike, whether unknown, another tenant's, or no ids", async () => {
    const { a: theirs } = await records({ "x:a": [ann()] });
    key = await server.makeTenant();
    const { a } = await records({ "x:a": [ann()] });
    const answers = await Promise.all(
      [theirs, "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000", "nobody", ""].flatMap((id) => [
        server.graphql(EXPLAIN, { a, b: id }, key),
        server.graphql(EXPLAIN, { a: id, b: a }, key),
        server.graphql(EXPLAIN, { a: id, b: id }, key),
      ]),
    );
    const errors = answers.map((answer) => [answer.errors![0]!.extensions.code, answer.errors![0]!.message]);
    expect(new Set(errors.map(String)).size).toBe(1);
    expect(errors[0]![0]).toBe("NOT_FOUND");
  });
});

describe("bridges", () => {
  it("are what a customer hangs on, weakest first", async () => {
    const { a } = await records({
      "x:a": [userId("u"), ann()],
      "x:b": [userId("u"), cookie("c")],
      "x:c": [cookie("c")],
      "x:d": [ann(), phone("+66812345678")],
      "x:e": [phone("+66812345678"), ann()],
    });
    expect(await bridges(a)).toEqual(["IDENTIFIER b-c c", "IDENTIFIER a-d ann@example.com", "IDENTIFIER a-b u"]);
  });

  it("are none where everything is held twice, and of a customer of one record", async () => {
    const { a, c } = await records({
      "x:a": [userId("u"), ann()],
      "x:b": [userId("u"), ann()],
      "x:c": [phone("+66812345678")],
    });
    expect([await bridges(a), await bridges(c)]).toEqual([[], []]);
  });

  it("a ruling is one where without it something contradicts, whatever else the two have in common", async () => {
    const { a, b } = await records({ "x:a": [userId("u1"), ann()], "x:b": [userId("u2"), ann()] });
    await merge(a, b);
    expect(await bridges(a)).toEqual(["RULING a-b"]);
  });

  it("a ruling holds all records that the customers had, so what held those together hangs on nothing else", async () => {
    const { c, d, e } = await records({
      "x:c": [phone("+66812345678"), cookie("c1")],
      "x:d": [cookie("c1")],
      "x:e": [email("e@example.com")],
    });
    await merge(c, e);
    expect(await bridges(d)).toEqual(["RULING c-e"]);
  });

  it("a claim is none where it could not join the two by itself", async () => {
    const { a } = await records({ "x:a": [userId("u"), ann()], "x:b": [userId("u"), ann("CLAIMED")] });
    expect(await bridges(a)).toEqual(["IDENTIFIER a-b u"]);
  });

  it("of a list of customers are read together", async () => {
    await records({ "x:a": [ann()], "x:b": [ann()], "x:c": [phone("+66812345678")], "x:d": [phone("+66812345678")] });
    const { profiles } = await server.data<{ profiles: { nodes: { bridges: { summary: string }[] }[] } }>(
      "{ profiles { nodes { bridges { summary } } } }",
      {},
      key,
    );
    expect(profiles.nodes.map((node) => node.bridges.length)).toEqual([1, 1]);
  });
});

it("explains a customer of 100 records in a few statements, however long the path", async () => {
  const chain = Array.from({ length: 100 }, (_, n) =>
    record({
      source: `s${n % 7}`,
      key: `k${n}`,
      identifiers: [email(`a${n}@example.com`), email(`a${n + 1}@example.com`)],
    }),
  );
  const { upsertRecords: made } = await server.data<{ upsertRecords: { recordId: string; profileId: string }[] }>(
    "mutation ($records: [RecordInput!]!) { upsertRecords(records: $records) { recordId profileId } }",
    { records: chain },
    key,
  );
  expect(new Set(made.map(({ profileId }) => profileId)).size).toBe(1);
  const [{ tenant_id: tenantId }] = (await server.testDatabase.ownerQuery<{ tenant_id: string }>(
    "select tenant_id from records where record_id = $1",
    [made[0]!.recordId],
  )) as [{ tenant_id: string }];
  const noted = noteStatements(server.database);
  const service = new ExplainService(noted.database, new RulesService(server.database));
  const { path } = await service.explain(tenantId, made[0]!.recordId, made[99]!.recordId);
  expect(path).toHaveLength(99);
  // Two rounds around the component, each with what stands beside its records; then the words.
  expect(noted.sent.length).toBeLessThanOrEqual(12);
  expect(noted.transactions).toEqual(["snapshot"]);
});
