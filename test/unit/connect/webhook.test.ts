import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { Connection, Delivery } from "../../../src/connect/pipeline/adapter";
import { webhookAdapter } from "../../../src/connect/systems/webhook/webhook";

const NOW = "2026-01-01T12:00:00.000Z";
const SECRET = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(24, 6).toString("base64")}`;
const BODY = '{"events":[]}';

function connection(...secrets: string[]): Connection {
  return { source: "pos", credentials: secrets.map((secret) => ({ secret })) };
}

function delivery(body: Buffer | string, headers: Record<string, string> = {}): Delivery {
  const rawBody = Buffer.from(body as string);
  return {
    ...{ method: "POST", url: "https://onefold.example/connect/t/pos", path: "", query: new URLSearchParams() },
    ...{ headers: new Map(Object.entries(headers)), rawBody, body: rawBody, receivedAt: NOW },
  };
}

function signed(secret: string, at = new Date(NOW), body = BODY, id = "d-1"): Record<string, string> {
  const seconds = String(at.getTime() / 1000);
  return {
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
}

const later = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1000);

describe("a signature of Standard Webhooks", () => {
  const proves = (headers: Record<string, string>, ...secrets: string[]) =>
    webhookAdapter.verify(delivery(BODY, headers), connection(...secrets)) === null;

  it("is the one that the reference implementation makes", () => {
    expect(proves(signed(SECRET), SECRET)).toBe(true);
  });

  it("fits by any secret that is valid, and any of the signatures given", () => {
    expect(proves(signed(SECRET), OTHER, SECRET)).toBe(true);
    const two = `${signed(OTHER)["webhook-signature"]} ${signed(SECRET)["webhook-signature"]}`;
    expect(proves({ ...signed(SECRET), "webhook-signature": two }, SECRET)).toBe(true);
  });

  it.each<[string, Record<string, string>]>([
    ["of another secret", signed(OTHER)],
    ["over another body", signed(SECRET, new Date(NOW), "{}")],
    ["under another id", { ...signed(SECRET), "webhook-id": "d-2" }],
    ["of another time", { ...signed(SECRET), "webhook-timestamp": String(Date.parse(NOW) / 1000 + 1) }],
    ["from too long ago", signed(SECRET, later(-301))],
    ["from the future", signed(SECRET, later(301))],
    [
      "of no version that is known",
      { ...signed(SECRET), "webhook-signature": signed(SECRET)["webhook-signature"]!.replace("v1", "v9") },
    ],
    ["cut off", { ...signed(SECRET), "webhook-signature": signed(SECRET)["webhook-signature"]!.slice(0, -4) }],
    ["missing", {}],
    ["without its time", { ...signed(SECRET), "webhook-timestamp": "" }],
  ])("is refused when it is %s", (_name, headers) => {
    expect(proves(headers, SECRET)).toBe(false);
  });

  it("is taken within five minutes of either side", () => {
    expect(proves(signed(SECRET, later(-300)), SECRET)).toBe(true);
    expect(proves(signed(SECRET, later(300)), SECRET)).toBe(true);
  });

  it("is refused where there are no secrets", () => {
    expect(proves(signed(SECRET))).toBe(false);
  });

  it("is refused after any one byte of the body has changed", () => {
    fc.assert(
      fc.property(fc.nat(BODY.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const body = Buffer.from(BODY);
        body[place]! ^= change;
        expect(webhookAdapter.verify(delivery(body, signed(SECRET)), connection(SECRET))).not.toBeNull();
      }),
    );
  });
});

describe("whatever is sent", () => {
  const member = fc.oneof(fc.jsonValue(), fc.constantFrom("2026-01-01T00:00:00Z", "EMAIL", "WEB", "k"));
  const entry = fc.dictionary(
    fc.constantFrom("messageId", "channel", "occurredAt", "subject", "key", "identifiers", "at", "mergedKeys", "kind"),
    member,
  );
  const payload = fc.dictionary(
    fc.oneof(fc.constantFrom("events", "records", "removed", "merged", "__proto__", "toString"), fc.string()),
    fc.oneof(fc.array(fc.oneof(entry, member)), member),
  );

  it("is read as items, and nothing throws", () => {
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      payload.map((value) => Buffer.from(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const items = webhookAdapter.read(delivery(body), connection(SECRET));
        for (const { kind } of items) expect(typeof kind).toBe("string");
      }),
      { numRuns: 2_000 },
    );
  });

  it("has its headers looked at, and nothing throws", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (id, timestamp, signature) => {
        const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
        expect(typeof webhookAdapter.verify(delivery(BODY, headers), connection(SECRET))).toBe("string");
      }),
    );
  });
});
