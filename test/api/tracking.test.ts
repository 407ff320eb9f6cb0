import { gzipSync } from "node:zlib";
import { Letter } from "../support/connected-system";
import { Customers } from "../support/customers";
import { startTestServer, TestServer } from "../support/server";
import { Tracker } from "../support/tracking";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const track = (messageId: string, more: object = {}) => ({
  ...{ type: "track", messageId, userId: "u-1", event: "Tea", timestamp: "2026-01-01T09:00:00Z" },
  ...more,
});

async function lettersOf(tracker: Tracker): Promise<Letter[]> {
  const query = "{ deadLetters(first: 100) { nodes { id kind code reason item times } } }";
  return (await tracker.tenant.ask<{ deadLetters: { nodes: Letter[] } }>(query)).deadLetters.nodes;
}

describe("a browser that two people use", () => {
  const visits = (messageId: string, more: object) => track(messageId, { anonymousId: "shared-cookie", ...more });
  const sequence = [
    visits("m-1", { userId: undefined, event: "Looked around" }),
    visits("m-2", { userId: "ann" }),
    visits("m-3", { userId: "bob" }),
  ];

  it.each(["INTEGRATION", "PUBLIC"])("makes no one person of them (%s key)", async (role) => {
    const tracker = await Tracker.of(server, role);
    for (const call of sequence) expect(await tracker.call("track", call)).toBe(200);
    const [ann, bob] = [await tracker.user("ann"), await tracker.user("bob")];
    expect(ann.id).not.toBe(bob.id);
    expect(ann.timeline.nodes.map(({ messageId }) => messageId)).toEqual(["m-2"]);
    expect(bob.timeline.nodes.map(({ messageId }) => messageId)).toEqual(["m-3"]);
  });

  it("is one visitor with one user as long as only one has signed in", async () => {
    const tracker = await Tracker.of(server);
    for (const call of sequence.slice(0, 2)) await tracker.call("track", call);
    expect((await tracker.user("ann")).timeline.nodes.map(({ messageId }) => messageId).sort()).toEqual(["m-1", "m-2"]);
  });

  it("makes no one person of them by alias either", async () => {
    const tracker = await Tracker.of(server);
    for (const userId of ["ann", "bob"]) {
      await tracker.call("identify", { userId });
      expect(await tracker.call("alias", { userId, previousId: "shared-cookie" })).toBe(200);
    }
    expect((await tracker.user("ann")).id).not.toBe((await tracker.user("bob")).id);
  });
});

describe("the write key", () => {
  it("of a page sends claims, in records of their own", async () => {
    const tenant = await Customers.ofNewTenant(server);
    const [page, backend] = [
      await Tracker.of(server, "PUBLIC", tenant),
      await Tracker.of(server, "INTEGRATION", tenant),
    ];
    await backend.call("identify", { userId: "u-1", traits: { email: "ann@example.com", name: "Ann" } });
    await page.call("identify", { userId: "u-1", anonymousId: "c", traits: { email: "eve@example.com", name: "Eve" } });
    const { records, identifiers, displayName } = await backend.user("u-1");
    expect(records).toEqual([
      { source: "tracking", key: "u-1" },
      { source: "tracking-public", key: "u-1" },
    ]);
    expect(identifiers).toContainEqual({ kind: "EMAIL", value: "eve@example.com", assurance: "CLAIMED" });
    expect(displayName).toBe("Ann");
  });

  it("takes no message of a server's from it", async () => {
    const tenant = await Customers.ofNewTenant(server);
    const [page, backend] = [
      await Tracker.of(server, "PUBLIC", tenant),
      await Tracker.of(server, "INTEGRATION", tenant),
    ];
    await page.call("track", track("order-77", { event: "Nonsense" }));
    await backend.call("track", track("order-77", { event: "Order Completed" }));
    const kinds = (await backend.user("u-1")).timeline.nodes.map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(["OTHER", "PURCHASE"]);
  });

  it("may stand in the body, as clients for browsers send it", async () => {
    const tracker = await Tracker.of(server, "PUBLIC");
    const body = JSON.stringify({ ...track("m-1"), writeKey: tracker.writeKey });
    const response = await fetch(`${server.url}/v1/t`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body,
    });
    expect(response.status).toBe(200);
    expect((await tracker.user("u-1")).timeline.nodes).toHaveLength(1);
  });

  it.each<[string, Record<string, string>]>([
    ["is missing", {}],
    ["is nobody's", { authorization: `Basic ${Buffer.from("nobody:").toString("base64")}` }],
    ["is no Basic authentication", { authorization: "Basic %%%" }],
    ["is of another scheme", { authorization: "Digest x" }],
  ])("that %s is refused, and nothing is kept", async (_name, headers) => {
    const body = JSON.stringify({ batch: [track("m-1")] });
    const response = await fetch(`${server.url}/v1/batch`, { method: "POST", headers, body });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain("UNAUTHENTICATED");
  });

  it("of an agent may not send", async () => {
    const tracker = await Tracker.of(server, "AGENT");
    expect(await tracker.call("track", track("m-1"))).toBe(403);
    expect(await tracker.find("USER_ID", "u-1")).toBeNull();
  });
});

describe("pages of other origins", () => {
  it("may call, and read the answer", async () => {
    const headers = {
      origin: "https://shop.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    };
    const preflight = await fetch(`${server.url}/v1/track`, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
    const tracker = await Tracker.of(server, "PUBLIC");
    const answer = await tracker.post("track", JSON.stringify(track("m-1")), { origin: "https://shop.example" });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.text).toBe('{"success":true}');
  });
});

describe("a call that is sent again", () => {
  it("is taken once, though a wrong clock is put right anew each time", async () => {
    const tracker = await Tracker.of(server);
    for (const minutes of [0, 1, 2]) {
      const sentAt = new Date(Date.parse("2001-01-01T00:10:00Z") + minutes * 60_000).toISOString();
      const batch = [track("m-1", { timestamp: "2001-01-01T00:00:00Z" })];
      expect(await tracker.call("batch", { batch, sentAt })).toBe(200);
    }
    expect((await tracker.user("u-1")).timeline.nodes).toHaveLength(1);
    expect(await lettersOf(tracker)).toEqual([]);
  });

  it("is taken once without a messageId too, and told from another one by its time", async () => {
    const tracker = await Tracker.of(server);
    for (const second of ["00", "00", "01"]) {
      await tracker.call("track", track("", { messageId: undefined, timestamp: `2026-01-01T09:00:${second}Z` }));
    }
    expect((await tracker.user("u-1")).timeline.nodes).toHaveLength(2);
  });

  it("with other words under the same messageId is a conflict, and waits among the dead letters", async () => {
    const tracker = await Tracker.of(server);
    await tracker.call("track", track("m-1"));
    expect(await tracker.call("track", track("m-1", { event: "Coffee" }))).toBe(400);
    expect(await tracker.call("batch", { batch: [track("m-1", { event: "Coffee" }), track("m-2")] })).toBe(200);
    expect(await lettersOf(tracker)).toMatchObject([{ kind: "REFUSED", code: "CONFLICT" }]);
    const { nodes } = (await tracker.user("u-1")).timeline;
    expect(nodes.map(({ text }) => text)).toEqual(["Tea", "Tea"]);
  });
});

describe("the time of a call", () => {
  it("is put right by as much as the client's clock is off", async () => {
    const tracker = await Tracker.of(server);
    const before = Date.now();
    await tracker.call("batch", {
      batch: [track("m-1", { timestamp: "2001-01-01T00:00:00Z" })],
      sentAt: "2001-01-01T00:10:00Z",
    });
    const at = Date.parse((await tracker.user("u-1")).timeline.nodes[0]!.occurredAt) + 600_000;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it("is left as it is in an import", async () => {
    const tracker = await Tracker.of(server);
    await tracker.call("import", {
      batch: [track("m-1", { timestamp: "2001-01-01T00:00:00Z" })],
      sentAt: "2001-01-01T00:10:00Z",
    });
    expect((await tracker.user("u-1")).timeline.nodes[0]!.occurredAt).toBe("2001-01-01T00:00:00.000Z");
  });
});

describe("of a batch", () => {
  it("what cannot be taken goes alone to the dead letters", async () => {
    const tracker = await Tracker.of(server);
    const large = track("large", { properties: { text: "x".repeat(40_000) } });
    const batch = [track("m-1"), 7, { type: "track", event: "Nobody's" }, track("m-2", { type: "sneeze" }), large];
    expect(await tracker.call("batch", { batch: [...batch, track("m-3", { timestamp: "soon" }), track("m-4")] })).toBe(
      200,
    );
    const kinds = (await lettersOf(tracker)).map(({ kind, reason }) => `${kind} ${reason}`).sort();
    expect(kinds).toEqual([
      "UNKNOWN What it is about is not known here yet.",
      "UNREADABLE A call has at most 32768 bytes.",
      "UNREADABLE A call has to be a JSON object.",
      "UNREADABLE A call needs a userId or an anonymousId.",
      expect.stringContaining("UNREADABLE timestamp has to be"),
    ]);
    expect((await tracker.user("u-1")).timeline.nodes.map(({ messageId }) => messageId).sort()).toEqual(["m-1", "m-4"]);
  });

  it("nothing is taken when it is no batch", async () => {
    const tracker = await Tracker.of(server);
    for (const body of ["", "[]", "null", '"batch"', "{", '{"batch":{}}', '{"batch":[', '{"writeKey":7}']) {
      expect([body, (await tracker.post("batch", body)).status]).toEqual([body, 400]);
    }
    const latin = Buffer.from('{"batch":[{"type":"track","userId":"u","event":"caf\xe9"}]}', "latin1");
    expect((await tracker.post("batch", latin)).status).toBe(400);
    expect(await tracker.call("batch", { batch: [] })).toBe(200);
    expect(await lettersOf(tracker)).toEqual([]);
  });
});

describe("a body", () => {
  it("that is too large is refused with 400, packed or not, and the next one is taken", async () => {
    const tracker = await Tracker.of(server);
    const huge = JSON.stringify({
      batch: Array.from({ length: 3_000 }, (_, n) => track(`m-${n}`, { properties: { n, text: "x".repeat(200) } })),
    });
    expect(huge.length).toBeGreaterThan(512_000);
    expect((await tracker.post("batch", huge)).status).toBe(400);
    expect((await tracker.post("batch", gzipSync(huge), { "content-encoding": "gzip" })).status).toBe(400);
    const bomb = gzipSync(Buffer.alloc(60_000_000));
    expect(bomb.length).toBeLessThan(512_000);
    const answer = await tracker.post("batch", bomb, { "content-encoding": "gzip" });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("LIMIT_EXCEEDED")]);
    expect(await tracker.call("batch", { batch: [track("fine")] })).toBe(200);
    expect((await tracker.user("u-1")).timeline.nodes).toHaveLength(1);
  });

  it("that is damaged or packed in another way is refused", async () => {
    const tracker = await Tracker.of(server);
    const packed = gzipSync(JSON.stringify({ batch: [track("m-1")] }));
    const gzip = { "content-encoding": "gzip" };
    expect((await tracker.post("batch", packed.subarray(0, 30), gzip)).status).toBe(400);
    expect((await tracker.post("batch", JSON.stringify({ batch: [] }), gzip)).status).toBe(400);
    expect((await tracker.post("batch", packed, { "content-encoding": "br" })).status).toBe(415);
    expect((await tracker.post("batch", packed, gzip)).status).toBe(200);
  });

  it("that nests a thousand levels deep is refused, or kept as a text", async () => {
    const tracker = await Tracker.of(server);
    for (const depth of [1_000, 100_000]) {
      const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
      const call = `{"type":"track","messageId":"d-${depth}","userId":"u-1","event":"Tea","properties":{"deep":${deep}}}`;
      expect((await tracker.post("track", call)).status).toBe(400);
      expect((await tracker.post("batch", `{"batch":[${call}]}`)).status).toBe(200);
    }
    const letters = await lettersOf(tracker);
    expect(letters).toHaveLength(2);
    for (const { item } of letters) expect(typeof item).toBe("string");
  });
});

describe("paths", () => {
  it.each(["", "sneeze", "track/more", "../graphql"])("without a call (%s) lead nowhere", async (path) => {
    const tracker = await Tracker.of(server);
    expect((await tracker.post(path, "{}")).status).toBeGreaterThanOrEqual(400);
    expect((await tracker.post(path, "{}")).status).toBeLessThan(500);
  });

  it("take POST alone", async () => {
    expect((await fetch(`${server.url}/v1/track`)).status).toBe(405);
  });
});
