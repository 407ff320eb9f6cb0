import fc from "fast-check";
import type { Connection, Delivery, Item } from "../../../src/connect/pipeline/adapter";
import { ADAPTERS } from "../../../src/connect/pipeline/adapters";
import { keptItem } from "../../../src/connect/pipeline/kept-item";
import { DEFAULT_RULES } from "../../../src/identity/resolve/resolution-rules";
import { prepareEvent, prepareRecord } from "../../../src/ingest/prepare";
import { damaged, deliveryOf } from "../../support/adapter-deliveries";
import { ADAPTER_SAMPLES, type AdapterSample, PROVEN_APART } from "../../support/adapter-samples";

const ADDRESS = "https://onefold.example.com/connect/acme/channel";

/** What may arrive: the sample damaged at a few places, cut or mixed up as text, other JSON, or no text at all. */
function bodiesOf({ delivery, unknown: [unknown] }: AdapterSample): fc.Arbitrary<Buffer> {
  const samples = [delivery, unknown];
  const objects = samples.filter((text) => text.startsWith("{")).map((text) => JSON.parse(text) as object);
  const cut = fc
    .tuple(fc.constantFrom(...samples), fc.nat(), fc.nat(), fc.string({ unit: "binary", maxLength: 5 }))
    .map(([text, a, b, other]) => {
      const [from, to] = [a % text.length, b % text.length].sort((one, next) => one - next) as [number, number];
      return text.slice(0, from) + other + text.slice(to);
    });
  const texts = fc.oneof(
    { weight: 4, arbitrary: objects.length > 0 ? damaged(objects) : cut },
    { weight: 2, arbitrary: cut },
    { weight: 1, arbitrary: fc.json({ maxDepth: 6 }) },
  );
  return fc.oneof(
    { weight: 7, arbitrary: texts.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );
}

const SENDER = {
  ...{ trusted: true, rules: DEFAULT_RULES, hashKey: Buffer.from("key"), timesVary: false },
  receivedAt: "2026-03-01T12:00:00.000Z",
};

/** What the rest of the way asks of an item: it can be judged, or kept to be looked at. */
function expectUsable(item: Item): void {
  if (item.kind === "EVENT") expect(prepareEvent(item.event, SENDER)).toBeDefined();
  else if (item.kind === "RECORD") expect(prepareRecord(item.record, SENDER)).toBeDefined();
  else if (item.kind === "UNKNOWN" || item.kind === "UNREADABLE") {
    expect(() => JSON.parse(keptItem(item.payload).text)).not.toThrow();
    expect(item.kind === "UNKNOWN" ? item.type : item.reason).toEqual(expect.any(String));
  } else expect(Date.parse(item.at)).not.toBeNaN();
}

/** Questions about the address, in the words of every system. */
const queries = fc
  .dictionary(
    fc.constantFrom("hub.mode", "hub.challenge", "hub.verify_token", "hub.topic", "crc_token", "challengeCode"),
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("subscribe", "denied", "", "890e4665")),
  )
  .map((parts) => new URLSearchParams(parts).toString());

describe.each(ADAPTERS.filter(({ system }) => !PROVEN_APART.has(system)))("The adapter of $system", (adapter) => {
  const sample = ADAPTER_SAMPLES[adapter.system]!;
  const credentials = sample.credentials("a");
  const connection: Connection = { source: "channel", credentials: [credentials, {}] };
  const arrived = (body: Buffer, headers: Record<string, string>): Delivery => ({
    ...deliveryOf({ url: ADDRESS, body, headers }),
    receivedAt: new Date().toISOString(),
  });

  it("reads whatever arrives, and says only what can be judged or kept", async () => {
    await fc.assert(
      fc.asyncProperty(bodiesOf(sample), async (body) => {
        const delivery = arrived(body, sample.sign(body.toString(), credentials, ADDRESS));
        for (const item of await adapter.read(delivery, connection)) expectUsable(item);
        adapter.acknowledgement?.(delivery);
      }),
      { numRuns: 300 },
    );
  });

  it("believes no headers that were not made with a secret", () => {
    const names = Object.keys(sample.sign(sample.delivery, credentials, ADDRESS));
    const headers = fc.dictionary(fc.constantFrom(...names, "authorization"), fc.string());
    fc.assert(
      fc.property(headers, (made) => {
        expect(typeof adapter.verify(arrived(Buffer.from(sample.delivery), made), connection)).toBe("string");
      }),
      { numRuns: 200 },
    );
    const right = arrived(Buffer.from(sample.delivery), sample.sign(sample.delivery, credentials, ADDRESS));
    expect(adapter.verify(right, connection)).toBeNull();
    expect(adapter.verify(right, { source: "channel", credentials: [{}] })).not.toBeNull();
  });

  it("answers or passes over whatever is asked, and never with a secret", () => {
    fc.assert(
      fc.property(queries, fc.constantFrom("GET", "POST"), (query, method) => {
        const answer = adapter.handshake?.(deliveryOf({ method, url: `${ADDRESS}?${query}` }), connection) ?? null;
        for (const secret of Object.values(credentials)) expect(answer?.body ?? "").not.toContain(secret);
      }),
      { numRuns: 200 },
    );
  });
});
