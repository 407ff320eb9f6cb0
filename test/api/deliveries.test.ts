import { gzipSync } from "node:zlib";
import { Letter } from "../support/connected-system";
import { Customers } from "../support/customers";
import { SECRETS_KEY, Sender, sale, signed, signedBytes } from "../support/deliveries";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ secretsKeys: [SECRETS_KEY] });
});
afterAll(() => server.close());

const REPLAY = "mutation ($id: ID!) { replayDeadLetter(id: $id) { taken reason } }";
const DISMISS = "mutation ($id: ID!) { dismissDeadLetter(id: $id) }";
const REVOKE = "mutation ($id: ID!) { revokeRuling(id: $id) { refused } }";

interface Ruling {
  id: string;
  actor: string;
  reason: string;
  revokedAt: string | null;
}

interface Replayed {
  replayDeadLetter: { taken: boolean; reason: string | null };
}

const person = (key: string, more: object = {}) => ({
  ...{ key, observedAt: "2026-01-01T09:00:00Z" },
  ...{ identifiers: [{ kind: "CRM_ID", namespace: "shop", value: key }] },
  ...more,
});

/** The profile of each person of the sender's, by key; null for nobody's. */
async function profilesOf(sender: Sender, ...keys: string[]): Promise<(string | null)[]> {
  return Promise.all(
    keys.map(async (value) => {
      const query = `query ($value: String!) {
        profile(identifier: { kind: CRM_ID, namespace: "shop", value: $value }) { id } }`;
      return (await sender.tenant.ask<{ profile: { id: string } | null }>(query, { value })).profile?.id ?? null;
    }),
  );
}

async function rulingsOf(sender: Sender): Promise<Ruling[]> {
  const query = "{ rulings(first: 10) { nodes { id actor reason revokedAt } } }";
  return (await sender.tenant.ask<{ rulings: { nodes: Ruling[] } }>(query)).rulings.nodes;
}

async function replay(sender: Sender, { id }: Letter): Promise<Replayed["replayDeadLetter"]> {
  return (await sender.tenant.ask<Replayed>(REPLAY, { id })).replayDeadLetter;
}

describe("a delivery", () => {
  it("is taken once, however often it comes and however many at once", async () => {
    const sender = await Sender.open(server);
    const payload = { events: [sale("m-1"), sale("m-2")], records: [person("p-1")] };
    const statuses = await Promise.all(Array.from({ length: 8 }, () => sender.send(payload, "the same")));
    statuses.push(await sender.send(payload, "the same"));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const [row] = await server.testDatabase.ownerQuery(
      "select (select count(*)::int from interactions where tenant_id = $1) as interactions, (select count(*)::int from records where tenant_id = $1) as records",
      [sender.path.split("/")[2]],
    );
    expect(row).toEqual({ interactions: 2, records: 2 });
    expect(await sender.seen()).toMatchObject({ deliveries: 9, accepted: 3, duplicates: 24, unknown: 0, refused: 0 });
  });

  it("may be packed in gzip, and is signed as it came", async () => {
    const sender = await Sender.open(server);
    const packed = gzipSync(JSON.stringify({ events: [sale("packed")] }));
    const headers = { ...signedBytes(sender.secret, packed), "content-encoding": "gzip" };
    expect((await sender.post(packed, headers)).status).toBe(200);
    expect(await sender.seen()).toMatchObject({ accepted: 1 });
  });

  it("speaks for its own source alone", async () => {
    const sender = await Sender.open(server);
    await sender.send({ events: [{ ...sale("m-1"), source: "hubspot" }] });
    const query = `{ profile(identifier: { kind: LOYALTY_ID, value: "c-1" }) { records { source } } }`;
    expect(await sender.tenant.ask(query)).toEqual({ profile: { records: [{ source: "pos" }] } });
  });

  it("names identifiers that its sender vouches for, or proves", async () => {
    const sender = await Sender.open(server);
    const identifiers = [
      { kind: "EMAIL", value: "ann@example.com" },
      { kind: "PHONE", value: "+66955550134", assurance: "VERIFIED" },
    ];
    await sender.send({ records: [person("p-1", { identifiers })] });
    const query = `{ profile(identifier: { kind: EMAIL, value: "ann@example.com" }) { identifiers { kind assurance } } }`;
    expect(await sender.tenant.ask(query)).toEqual({
      profile: {
        identifiers: [
          { kind: "EMAIL", assurance: "ASSERTED" },
          { kind: "PHONE", assurance: "VERIFIED" },
        ],
      },
    });
  });
});

describe("what cannot be taken", () => {
  it("goes alone to the dead letters, with the reason", async () => {
    const sender = await Sender.open(server);
    const status = await sender.send({
      events: [sale("good"), { ...sale("when?"), occurredAt: "yesterday" }, sale("whose?", "", { subject: {} }), 7],
      coupons: [{ code: "TEA" }],
    });
    expect(status).toBe(200);
    expect(await sender.seen()).toMatchObject({ accepted: 1, unknown: 1, refused: 3 });
    const letters = (await sender.letters()).map(({ kind, code, reason }) => ({ kind, code, reason }));
    expect(letters).toHaveLength(4);
    expect(letters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: "UNREADABLE",
          reason: expect.stringContaining("occurredAt: has to be a moment"),
        }),
        expect.objectContaining({ kind: "UNREADABLE", reason: expect.stringContaining("expected object") }),
        expect.objectContaining({ kind: "REFUSED", code: "NO_SUBJECT" }),
        expect.objectContaining({ kind: "UNKNOWN", code: "coupons" }),
      ]),
    );
  });

  it("is one dead letter, however often it comes", async () => {
    const sender = await Sender.open(server);
    const payload = { events: [{ ...sale("when?"), occurredAt: "yesterday" }], coupons: [1] };
    await Promise.all([sender.send(payload), sender.send(payload)]);
    await sender.send(payload);
    expect((await sender.letters()).map(({ times }) => times)).toEqual([3, 3]);
    const [row] = await server.testDatabase.ownerQuery(
      "select count(*)::int as kept from kept_deliveries where tenant_id = $1",
      [sender.path.split("/")[2]],
    );
    expect(row).toEqual({ kept: 1 });
  });

  it("is taken when it is tried again and nothing is in its way any more", async () => {
    const sender = await Sender.open(server);
    const settings = (defaultCountry: string | null) =>
      sender.tenant.ask("mutation ($rules: IdentityRulesInput!) { setIdentityRules(rules: $rules) { version } }", {
        rules: { defaultCountry },
      });
    const subject = { identifiers: [{ kind: "PHONE", value: "095 555 0134" }] };
    await sender.send({ events: [sale("m-1", "", { subject })] });
    const [letter] = await sender.letters();
    expect(letter).toMatchObject({ kind: "REFUSED", code: "NO_SUBJECT" });
    expect(await replay(sender, letter!)).toEqual({
      taken: false,
      reason: expect.stringContaining("Nothing says whose"),
    });
    expect(await sender.letters()).toMatchObject([{ times: 2 }]);
    await settings("TH");
    expect(await replay(sender, letter!)).toEqual({ taken: true, reason: null });
    expect(await sender.letters()).toEqual([]);
    const query = `{ profile(identifier: { kind: PHONE, value: "+66955550134" }) { channels { interactions } } }`;
    expect(await sender.tenant.ask(query)).toEqual({ profile: { channels: [{ interactions: 1 }] } });
  });

  it("is read anew from its delivery, whose other parts are not taken twice", async () => {
    const sender = await Sender.open(server);
    await sender.send({ events: [sale("good")], coupons: [1] });
    const [letter] = await sender.letters();
    expect(await replay(sender, letter!)).toEqual({ taken: false, reason: "What it is about is not known here yet." });
    expect(await sender.letters()).toMatchObject([{ kind: "UNKNOWN", times: 2 }]);
    const query = `{ profile(identifier: { kind: LOYALTY_ID, value: "c-1" }) { channels { interactions } } }`;
    expect(await sender.tenant.ask(query)).toEqual({ profile: { channels: [{ interactions: 1 }] } });
  });

  it("keeps its delivery sealed, and only until the last of its letters has gone", async () => {
    const sender = await Sender.open(server);
    await sender.send({ events: [sale("x", "somebody-in-particular")], coupons: [1] });
    const kept = () =>
      server.testDatabase.ownerQuery<{ sealed: Buffer }>("select sealed from kept_deliveries where tenant_id = $1", [
        sender.path.split("/")[2],
      ]);
    const [row] = await kept();
    expect(row!.sealed.toString("latin1")).not.toContain("somebody-in-particular");
    const [letter] = await sender.letters();
    expect(await sender.tenant.ask(DISMISS, { id: letter!.id })).toEqual({ dismissDeadLetter: true });
    expect(await kept()).toEqual([]);
    expect(await sender.tenant.codeOf(DISMISS, { id: letter!.id })).toBe("NOT_FOUND");
    expect(await sender.tenant.codeOf(REPLAY, { id: letter!.id })).toBe("NOT_FOUND");
  });

  it("is another tenant's business in no way", async () => {
    const [mine, theirs] = [await Sender.open(server), await Sender.open(server)];
    await mine.send({ coupons: [1] });
    const [letter] = await mine.letters();
    expect(await theirs.letters()).toEqual([]);
    expect(await theirs.tenant.codeOf(REPLAY, { id: letter!.id })).toBe("NOT_FOUND");
    expect(await theirs.tenant.codeOf(DISMISS, { id: letter!.id })).toBe("NOT_FOUND");
  });

  it("is listed page by page, newest first", async () => {
    const sender = await Sender.open(server);
    for (const code of ["one", "two", "three"]) await sender.send({ [code]: [] });
    const query = `query ($after: String) { deadLetters(first: 2, after: $after) {
      nodes { code } pageInfo { hasNextPage endCursor } } }`;
    type Page = { deadLetters: { nodes: { code: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    const { deadLetters: first } = await sender.tenant.ask<Page>(query);
    expect(first.nodes.map(({ code }) => code)).toEqual(["three", "two"]);
    const { deadLetters: rest } = await sender.tenant.ask<Page>(query, { after: first.pageInfo.endCursor });
    expect(rest).toMatchObject({ nodes: [{ code: "one" }], pageInfo: { hasNextPage: false } });
    expect(await sender.tenant.codeOf(query, { after: "nowhere" })).toBe("BAD_CURSOR");
  });
});

describe("a person that the source merged", () => {
  const merged = { merged: [{ survivorKey: "a", mergedKeys: ["b"], at: "2026-02-01T00:00:00Z" }] };

  it("is one customer with both ids, by a ruling that names the source", async () => {
    const sender = await Sender.open(server, "shop");
    await sender.send({ records: [person("a"), person("b")] });
    await sender.send(merged);
    const [a, b] = await profilesOf(sender, "a", "b");
    expect(a).not.toBeNull();
    expect(b).toBe(a);
    expect(await rulingsOf(sender)).toMatchObject([
      { actor: "shop", reason: expect.stringContaining("b into a"), revokedAt: null },
    ]);
  });

  it("is merged once, also when it is told again and at the same time", async () => {
    const sender = await Sender.open(server, "shop");
    await sender.send({ records: [person("a"), person("b")] });
    expect(await Promise.all([1, 2, 3, 4].map(() => sender.send(merged)))).toEqual([200, 200, 200, 200]);
    await sender.send(merged);
    expect(await rulingsOf(sender)).toHaveLength(1);
    expect(await sender.seen()).toMatchObject({ accepted: 3, duplicates: 4 });
  });

  it("stays apart once a person took the merge back, though it is told again", async () => {
    const sender = await Sender.open(server, "shop");
    const names = [{ givenName: "Ann" }, { givenName: "Robert" }];
    await sender.send({ records: [person("a", { attributes: names[0] }), person("b", { attributes: names[1] })] });
    await sender.send(merged);
    const [ruling] = await rulingsOf(sender);
    expect(await sender.tenant.ask(REVOKE, { id: ruling!.id })).toEqual({ revokeRuling: { refused: null } });
    await sender.send(merged);
    const [a, b] = await profilesOf(sender, "a", "b");
    expect(a).not.toBe(b);
  });

  it("is kept as a fact even where the two were one already, and holds when what joined them goes", async () => {
    const sender = await Sender.open(server, "shop");
    const email = { kind: "EMAIL", value: "ann@example.com" };
    const both = (key: string) => person(key, { identifiers: [...person(key).identifiers, email], complete: true });
    await sender.send({ records: [both("a"), both("b")] });
    await sender.send(merged);
    const later = { observedAt: "2026-03-01T00:00:00Z", complete: true };
    await sender.send({ records: [person("a", later), person("b", later)] });
    const [a, b] = await profilesOf(sender, "a", "b");
    expect(b).toBe(a);
  });

  it("may be somebody of whom nothing was told before", async () => {
    const sender = await Sender.open(server, "shop");
    await sender.send(merged);
    await sender.send({ records: [person("b"), person("a")] });
    const [a, b] = await profilesOf(sender, "a", "b");
    expect(a).not.toBeNull();
    expect(b).toBe(a);
  });
});

describe("a person that the source removed", () => {
  const removed = { removed: [{ key: "a", at: "2026-02-01T00:00:00Z" }] };

  it("is gone, with what only the source said", async () => {
    const sender = await Sender.open(server, "shop");
    await sender.send({ records: [person("a"), person("b")], events: [sale("m-1", "a")] });
    await sender.send(removed);
    const [a, b] = await profilesOf(sender, "a", "b");
    expect([a, b]).toEqual([null, expect.any(String)]);
    expect(await sender.send(removed)).toBe(200);
    expect(await sender.seen()).toMatchObject({ duplicates: 1, refused: 0 });
  });

  it("does not come back by what was said before and arrives late, but by what is said later", async () => {
    const sender = await Sender.open(server, "shop");
    await sender.send(removed);
    await sender.send({ records: [person("a")], events: [sale("m-1", "a")] });
    expect(await profilesOf(sender, "a")).toEqual([null]);
    await sender.send({ records: [person("a", { observedAt: "2026-03-01T00:00:00Z" })] });
    expect(await profilesOf(sender, "a")).toEqual([expect.any(String)]);
  });
});

describe("dead letters", () => {
  it("go 30 days after they were last seen", async () => {
    const sender = await Sender.open(server);
    await sender.send({ old: [], young: [] });
    await server.testDatabase.ownerQuery(
      "update dead_letters set last_seen_at = now() - interval '31 days' where code = 'old'",
    );
    await sender.send(Object.fromEntries(Array.from({ length: 100 }, (_, place) => [`type ${place}`, []])));
    const codes = (await sender.letters()).map(({ code }) => code);
    const query = `query { deadLetters(first: 100, after: null) { nodes { code } } }`;
    expect((await sender.tenant.ask<{ deadLetters: { nodes: object[] } }>(query)).deadLetters.nodes).toHaveLength(100);
    expect(codes).not.toContain("old");
    const [row] = await server.testDatabase.ownerQuery(
      "select count(*)::int as old from dead_letters where code = 'old'",
    );
    expect(row).toEqual({ old: 0 });
  });

  it("of a PUBLIC key stay claims when they are tried again", async () => {
    const admin = await Customers.ofNewTenant(server);
    const { secret } = await server.makeKey("PUBLIC", admin.key);
    const traits = { phone: "095 555 0199" };
    const call = {
      type: "track",
      event: "Tea",
      userId: "undefined",
      context: { traits },
      timestamp: "2026-01-01T00:00:00Z",
    };
    const response = await fetch(`${server.url}/v1/batch`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${secret}:`).toString("base64")}` },
      body: JSON.stringify({ batch: [{ ...call, messageId: "late" }] }),
    });
    expect(response.status).toBe(200);
    const letters = await admin.ask<{ deadLetters: { nodes: Letter[] } }>("{ deadLetters { nodes { id code } } }");
    expect(letters.deadLetters.nodes).toMatchObject([{ code: "NO_SUBJECT" }]);
    await admin.ask("mutation ($rules: IdentityRulesInput!) { setIdentityRules(rules: $rules) { version } }", {
      rules: { defaultCountry: "TH" },
    });
    const { id } = letters.deadLetters.nodes[0]!;
    expect(await admin.ask(REPLAY, { id })).toEqual({ replayDeadLetter: { taken: true, reason: null } });
    const query = `{ profile(identifier: { kind: PHONE, value: "+66955550199" }) { identifiers { kind assurance } } }`;
    const { profile } = await admin.ask<{ profile: { identifiers: object[] } }>(query);
    expect(profile.identifiers).toContainEqual({ kind: "PHONE", assurance: "CLAIMED" });
  });
});

describe("the paths of deliveries", () => {
  it.each<[string, string, number]>([
    ["without a source", "/connect/00000000-0000-7000-8000-000000000001", 404],
    ["without anything", "/connect/", 404],
    ["with an empty source", "/connect/00000000-0000-7000-8000-000000000001//x", 404],
    ["with a broken percent sign", "/connect/00000000-0000-7000-8000-000000000001/%E0%A4%A", 404],
    ["of a tenant that is no id", "/connect/acme/pos", 401],
    ["of a source with U+0000", "/connect/00000000-0000-7000-8000-000000000001/a%00b", 401],
  ])("%s", async (_name, path, status) => {
    const body = "{}";
    const response = await fetch(server.url + path, { method: "POST", headers: signed("whsec_AAAA", body), body });
    expect(response.status).toBe(status);
  });

  it("take no other methods", async () => {
    const sender = await Sender.open(server);
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      expect((await fetch(server.url + sender.path, { method })).status).toBe(405);
    }
    expect((await fetch(server.url + sender.path)).status).toBe(401);
  });
});
