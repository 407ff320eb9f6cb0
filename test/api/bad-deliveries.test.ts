import { gzipSync } from "node:zlib";
import { newSecret, SECRETS_KEY, Sender, sale, signed, signedBytes } from "../support/deliveries";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;
let sender: Sender;
let other: Sender;

beforeAll(async () => {
  server = await startTestServer({ secretsKeys: [SECRETS_KEY] });
  sender = await Sender.open(server);
  other = await Sender.open(server);
});
afterAll(() => server.close());

const BODY = JSON.stringify({ events: [sale("bad")], records: [{ key: "bad" }] });
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const without = (name: string) => ({ ...signed(sender.secret, BODY), [name]: "" });

let good = 0;

/** The next good delivery is taken as if nothing had been. */
async function expectNextTaken(): Promise<void> {
  const before = (await sender.seen()).accepted;
  expect(await sender.send({ events: [sale(`good ${++good}`)] })).toBe(200);
  expect((await sender.seen()).accepted).toBe(before + 1);
}

describe("a delivery that is not proven to come from its source", () => {
  const forged: [string, () => [string | Buffer, Record<string, string>]][] = [
    ["without any signature", () => [BODY, {}]],
    ["without its signature", () => [BODY, without("webhook-signature")]],
    ["without its id", () => [BODY, without("webhook-id")]],
    ["without its time", () => [BODY, without("webhook-timestamp")]],
    ["with a signature that is none", () => [BODY, { ...signed(sender.secret, BODY), "webhook-signature": "v1,x" }]],
    ["signed with a secret of another tenant", () => [BODY, signed(other.secret, BODY)]],
    ["signed with a secret that was never given", () => [BODY, signed(newSecret(), BODY)]],
    ["signed over another body", () => [BODY, signed(sender.secret, `${BODY} `)]],
    ["with one byte changed", () => [BODY.replace("Tea", "Tee"), signed(sender.secret, BODY)]],
    ["cut off", () => [BODY.slice(0, -1), signed(sender.secret, BODY)]],
    ["from six minutes ago", () => [BODY, signed(sender.secret, BODY, minutesAgo(6))]],
    ["from the future", () => [BODY, signed(sender.secret, BODY, minutesAgo(-6))]],
    [
      "with the time of another one",
      () => [BODY, { ...signed(sender.secret, BODY), "webhook-timestamp": "1700000000" }],
    ],
    ["without a body", () => ["", signed(sender.secret, BODY)]],
    [
      "of the body of another one, in gzip",
      () => [gzipSync(BODY), { ...signed(sender.secret, BODY), "content-encoding": "gzip" }],
    ],
  ];

  it.each(forged)("(%s) is refused, and nothing is kept", async (_name, make) => {
    const before = await sender.stored();
    const [body, headers] = make();
    const { status, text } = await sender.post(body, headers);
    expect(status).toBe(401);
    expect(text).not.toMatch(/secret|signature|tenant [0-9a-f]/i);
    expect(await sender.stored()).toEqual(before);
    await expectNextTaken();
  });

  it("is answered in the same words as one for nobody", async () => {
    const [, , tenant] = sender.path.split("/");
    const paths = [
      sender.path,
      `/connect/${tenant}/nothing`,
      `/connect/${tenant!.toUpperCase()}/nothing`,
      "/connect/00000000-0000-7000-8000-0000000000ff/pos",
      "/connect/acme/pos",
      `/connect/${tenant}/${"x".repeat(3_000)}`,
    ];
    const answers = await Promise.all(
      paths.map(async (path) => {
        const response = await fetch(server.url + path, {
          method: "POST",
          headers: signed(newSecret(), BODY),
          body: BODY,
        });
        const { status } = response;
        const names = [...response.headers.keys()].filter((name) => name !== "x-request-id").sort();
        return JSON.stringify({ status, names, text: await response.text() });
      }),
    );
    expect(new Set(answers).size).toBe(1);
  });

  it("may be of a tenant that is suspended", async () => {
    const suspended = await Sender.open(server);
    const [, , tenant] = suspended.path.split("/");
    await server.testDatabase.ownerQuery("update tenants set suspended_at = now() where tenant_id = $1", [tenant]);
    expect(await suspended.send({ events: [sale("late")] })).toBe(401);
  });
});

describe("a body that cannot be taken", () => {
  const gzip = { "content-encoding": "gzip" };
  // Made beforehand: packing the bomb takes longer than the server keeps an idle connection open.
  it.each<[string, Buffer, Record<string, string>, number]>([
    ["larger than 10 MiB", Buffer.alloc(10 * 1024 * 1024 + 1, 32), {}, 413],
    ["a bomb of gzip", gzipSync(Buffer.alloc(60_000_000)), gzip, 413],
    ["gzip that is cut off", gzipSync(BODY).subarray(0, 40), gzip, 400],
    ["no gzip, though it says so", Buffer.from(BODY), gzip, 400],
    ["packed in a way that is not known", Buffer.from(BODY), { "content-encoding": "br" }, 415],
  ])("(%s) is refused in words, and nothing is kept", async (_name, body, more, expected) => {
    const before = await sender.stored();
    const { status, text } = await sender.post(body, { ...signedBytes(sender.secret, body), ...more });
    expect([status, text]).toEqual([expected, expect.stringContaining("message")]);
    expect(await sender.stored()).toEqual(before);
    await expectNextTaken();
  });

  it.each<[string, string | Buffer]>([
    ["empty", ""],
    ["no JSON", "tea"],
    ["cut off JSON", BODY.slice(0, 60)],
    ["no UTF-8", Buffer.from('{"events":["caf\xe9"]}', "latin1")],
    ["no object", "[1]"],
    ["null", "null"],
    ["nested a thousand deep", `{"events":[${"[".repeat(1_000)}${"]".repeat(1_000)}]}`],
    [
      "nested a hundred thousand deep",
      `{"events":[{"messageId":"x","subject":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}`,
    ],
    [
      "deep where it may hold anything",
      JSON.stringify({ events: [{ ...sale("deep"), data: "DEEP" }] }).replace(
        '"DEEP"',
        `${"[".repeat(1_000)}${"]".repeat(1_000)}`,
      ),
    ],
    ["full of what cannot be stored", JSON.stringify({ events: [sale("nul", "a\0b")], "\ud800": [] })],
    [
      "of times that are none",
      JSON.stringify({
        events: [{ ...sale("when"), occurredAt: "0000-01-01T00:00:00Z" }],
        removed: [{ key: "x", at: "1e9" }],
      }),
    ],
  ])("and is %s, though it is signed, is a dead letter and nothing else", async (_name, body) => {
    const bytes = Buffer.from(body as string);
    const before = await sender.stored();
    expect((await sender.post(bytes, signedBytes(sender.secret, bytes))).status).toBe(200);
    const after = await sender.stored();
    expect(after).toMatchObject({ interactions: before.interactions, records: before.records });
    expect(after.letters).toBeGreaterThan(before.letters!);
    await sender.letters();
    await expectNextTaken();
  });

  it("and is signed, with ten thousand things wrong, leaves no more dead letters than can be looked at", async () => {
    const flood = await Sender.open(server);
    expect(await flood.send({ events: Array.from({ length: 10_000 }, (_, n) => n) })).toBe(200);
    const [row] = await server.testDatabase.ownerQuery(
      "select count(*)::int as letters from dead_letters where tenant_id = $1",
      [flood.path.split("/")[2]],
    );
    expect(row).toEqual({ letters: 1_000 });
    expect(await flood.seen()).toMatchObject({ refused: 10_000 });
  });
});

it("leaves no failure of the server behind", () => {
  expect(server.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
});
