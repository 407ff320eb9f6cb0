import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { FeedSignal } from "../../src/feed/feed-signal";
import { FIRST_EXAMPLE, PlacedExample } from "../../src/identity/preview/preview-examples";
import { RulesPreviewService } from "../../src/identity/preview/rules-preview.service";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { openTestDatabase, TestDatabase } from "../support/database";
import { email, phone, record } from "../support/events";
import { NotedDatabase, noteStatements } from "../support/noted-database";
import { makeViewer } from "../support/tenant";

const CHANGE = { defaultCountry: "TH", blockedPatterns: ["*@shop.example"] };

let db: TestDatabase;
let viewer: Viewer;
let noted: NotedDatabase;

beforeAll(async () => {
  db = await openTestDatabase();
  viewer = await makeViewer(db.database, "ADMIN");
  await send(...Array.from({ length: 7 }, (_, n) => [phone(`+6681234560${n}`), phone(`081234560${n}`)]).flat());
  await send(...Array.from({ length: 5 }, (_, n) => [email(`c${n}@shop.example`), email(`c${n}@shop.example`)]).flat());
  noted = noteStatements(db.database);
});
afterAll(() => db.close());

async function send(...identifiers: ReturnType<typeof phone>[]): Promise<void> {
  const ingest = new IngestService(
    db.database,
    new RulesService(db.database),
    new FeedSignal(db.database, pino({ level: "silent" })),
  );
  const [first] = identifiers;
  const records = identifiers.map((one, n) => record({ key: `${first!.value} ${n}`, identifiers: [one] }));
  for (const { status } of await ingest.upsertRecords(viewer, records)) expect(status).toBe("ACCEPTED");
}

const timesResolved = () => noted.sent.filter(({ statement }) => statement.name === "identity.snapshotRulings").length;

/** All examples, in pages, and how often everything was resolved for them. */
async function list(preview: RulesPreviewService, count: number) {
  noted.sent.splice(0);
  const all: PlacedExample[] = [];
  for (let place = FIRST_EXAMPLE; ; ) {
    const difference = await preview.preview(viewer.tenantId, CHANGE);
    const found = await preview.examples(viewer.tenantId, CHANGE, difference, { place, count, kind: null });
    all.push(...found);
    if (found.length < count) break;
    place = found.at(-1)!.place;
  }
  return { examples: all.map(({ place: _, ...example }) => example), resolved: timesResolved() };
}

describe("the examples of a preview", () => {
  it("are the same however few are kept, and found again only behind what is kept", async () => {
    const whole = await list(new RulesPreviewService(noted.database), 4);
    expect(whole.examples).toHaveLength(12);
    expect(whole.resolved).toBe(1);
    expect(await list(new RulesPreviewService(noted.database, undefined, 3), 2)).toEqual({ ...whole, resolved: 3 });
  });

  it("are found anew once something has changed", async () => {
    const preview = new RulesPreviewService(noted.database);
    const before = await list(preview, 100);
    expect(await list(preview, 100)).toEqual({ ...before, resolved: 0 });
    await send(phone("+66812345609"), phone("0812345609"));
    const after = await list(preview, 100);
    expect(after.examples).toHaveLength(before.examples.length + 1);
    expect(after.resolved).toBe(1);
  });
});

describe("a preview that is left", () => {
  it("goes no further", async () => {
    const preview = new RulesPreviewService(noted.database);
    noted.sent.splice(0);
    const stream = await preview.watch(viewer.tenantId, CHANGE);
    expect(await stream.next()).toMatchObject({ value: { phase: "WAITING" } });
    await stream.return();
    await preview.preview(viewer.tenantId, CHANGE);
    expect(timesResolved()).toBe(1);
  });
});
