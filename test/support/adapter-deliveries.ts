import fc from "fast-check";
import type { Adapter, Connection, Delivery, Item } from "../../src/connect/pipeline/adapter";
import { DEFAULT_RULES } from "../../src/identity/resolve/resolution-rules";
import type { EventInput } from "../../src/ingest/event-input.type";
import { prepareEvent, prepareRecord } from "../../src/ingest/prepare";
import { isRejection } from "../../src/ingest/prepared";
import type { RecordInput } from "../../src/ingest/record-input.type";
import { findJsonProblem } from "../../src/ingest/text-rules";
import { Channel, Direction, InteractionKind, Visibility } from "../../src/timeline/interaction.type";

export interface Request {
  readonly method?: string;
  readonly url?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | object;
}

/** A request as the pipeline hands it to an adapter; an object is sent as JSON. */
export function deliveryOf(request: Request): Delivery {
  const url = request.url ?? "https://onefold.example.com/connect/acme/channel";
  const body = bytesOf(request.body ?? "");
  return {
    method: request.method ?? "POST",
    url,
    path: request.path ?? "",
    query: new URL(url).searchParams,
    headers: new Map(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    rawBody: body,
    body,
    receivedAt: "2026-03-01T12:00:00.000Z",
  };
}

/** The newest first, as while secrets are rotated. */
export function connectionOf(...credentials: Record<string, string>[]): Connection {
  return { source: "channel", credentials };
}

/** All items; each is checked on the way. */
export function checked(items: readonly Item[]): readonly Item[] {
  expectWellFormed(items);
  return items;
}

/** The events among the items; every item is checked on the way. */
export function eventsOf(items: readonly Item[]): EventInput[] {
  expectWellFormed(items);
  return items.flatMap((item) => (item.kind === "EVENT" ? [item.event] : []));
}

/** What the adapter makes is what `ingest` takes, and what it keeps can be stored. */
export function expectWellFormed(items: readonly Item[]): void {
  for (const item of items) {
    if (item.kind === "EVENT") expectTaken(item.event);
    else if (item.kind === "RECORD") expectJudged(item.record);
    else if (item.kind === "RECORD_REMOVED") expectSubject(item.key, item.at);
    else if (item.kind === "RECORDS_MERGED") {
      for (const key of [item.survivorKey, ...item.mergedKeys]) expectSubject(key, item.at);
      expect(item.mergedKeys).not.toHaveLength(0);
      expect(item.mergedKeys).not.toContain(item.survivorKey);
    } else if (item.kind === "UNKNOWN" || item.kind === "UNREADABLE") {
      expect(findJsonProblem(item.payload)).toBeNull();
      expect(item.kind === "UNKNOWN" ? item.type : item.reason).not.toBe("");
    }
  }
}

/** No payload makes the adapter throw, and every item of every payload is well formed. */
export function expectTotal(adapter: Adapter, connection: Connection, samples: readonly object[], runs = 300): void {
  const payload = fc.oneof(
    { weight: 5, arbitrary: damaged(samples) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 6 }) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  );
  fc.assert(
    fc.property(payload, fc.string(), (body, header) => {
      const delivery = deliveryOf({ body, headers: headersOf(header) });
      adapter.handshake?.(delivery, connection);
      expect(adapter.verify(delivery, connection)).not.toBeNull();
      expectWellFormed(adapter.read(delivery, connection));
      adapter.acknowledgement?.(delivery);
    }),
    { numRuns: runs },
  );
}

/** Samples in which up to four values, at any depth, have become something else. */
export function damaged(samples: readonly object[]): fc.Arbitrary<string> {
  const damage = fc.record({ at: fc.nat(), value: fc.oneof(fc.jsonValue({ maxDepth: 2 }), ODDITIES) });
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(damage, { minLength: 1, maxLength: 4 }))
    .map(([sample, damages]) => {
      const copy = structuredClone(sample);
      for (const { at, value } of damages) {
        const places = placesOf(copy);
        const place = places[at % places.length];
        if (place) place.holder[place.name] = structuredClone(value);
      }
      return JSON.stringify(copy);
    });
}

const ODDITIES = fc.constantFrom<unknown>(
  "",
  " ",
  "null",
  "a\0b",
  "\ud83d",
  "__proto__",
  "constructor",
  "anonymous",
  "{{userId}}",
  "0000000000",
  "9".repeat(40),
  "x".repeat(5000),
  -1,
  0,
  1e18,
  8.64e15,
  {},
  [],
  [[]],
  null,
);

/** Headers of every system, so that each adapter meets its own. */
function headersOf(text: string): Record<string, string> {
  const names = [
    "x-line-signature",
    "x-hub-signature",
    "x-hub-signature-256",
    "x-twitter-webhooks-signature",
    "x-li-signature",
    "x-telegram-bot-api-secret-token",
    "x-twilio-signature",
    "x-hubspot-signature-v3",
    "x-hubspot-request-timestamp",
    "x-zendesk-webhook-signature",
    "x-zendesk-webhook-signature-timestamp",
    "authorization",
  ];
  return Object.fromEntries(names.map((name) => [name, text]));
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

function placesOf(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesOf(holder[name])]);
}

const SENDER = {
  trusted: true,
  rules: DEFAULT_RULES,
  hashKey: Buffer.from("key"),
  receivedAt: "2026-03-01T12:00:00.000Z",
  timesVary: false,
};
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function expectTaken(event: EventInput): void {
  const prepared = prepareEvent(event, SENDER);
  expect(isRejection(prepared) ? prepared : null).toBeNull();
  expect(Object.values(Channel)).toContain(event.channel);
  expect(Object.values(InteractionKind)).toContain(event.kind);
  expect(Object.values(Direction)).toContain(event.direction);
  expect(Object.values(Visibility)).toContain(event.visibility);
  expect(event.occurredAt).toMatch(INSTANT);
}

/** A record may be too long to keep; it is of one person all the same, and can be shown in the list of what was not. */
function expectJudged(record: RecordInput): void {
  const prepared = prepareRecord(record, SENDER);
  if (isRejection(prepared)) expect(["TOO_LONG", "INVALID_IDENTIFIER"]).toContain(prepared.code);
  expect(findJsonProblem(record)).toBeNull();
  expectSubject(record.key, record.observedAt ?? SENDER.receivedAt);
}

function expectSubject(key: string, at: string): void {
  expect(key.trim()).not.toBe("");
  expect(at).toMatch(INSTANT);
}

function bytesOf(body: string | Buffer | object): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}
