import { Client } from "pg";
import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { Database } from "../../src/db/database";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService, StaleRules } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { NoteService } from "../../src/ingest/note.service";
import { WriteQueue } from "../../src/ingest/write-queue";
import { openTestDatabase, TestDatabase } from "../support/database";
import { email, event } from "../support/events";
import { makeViewer } from "../support/tenant";

describe("small writes", () => {
  let db: TestDatabase;
  let viewer: Viewer;
  let signal: FeedSignal;

  beforeAll(async () => {
    db = await openTestDatabase();
    viewer = await makeViewer(db.database);
    signal = new FeedSignal(db.database, pino({ level: "silent" }));
  });

  afterAll(() => db.close());

  it("of many clients at once share transactions, and each is answered by itself", async () => {
    const write = jest.spyOn(Database.prototype, "write");
    const ingest = new IngestService(db.database, new RulesService(db.database), signal);
    await ingest.ingest(viewer, [event({ subject: { key: "first" } })]);
    write.mockClear();
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        ingest.ingest(viewer, [
          event({ messageId: `burst-${n}`, subject: { key: `c${n}`, identifiers: [email(`c${n}@example.com`)] } }),
        ]),
      ),
    );
    expect(results.map(([result]) => [result!.messageId, result!.status])).toEqual(
      Array.from({ length: 100 }, (_, n) => [`burst-${n}`, "ACCEPTED"]),
    );
    expect(write.mock.calls.length).toBeLessThanOrEqual(4);
    write.mockRestore();
  });

  it("of strangers keep nobody waiting whom the company sends", async () => {
    const ingest = new IngestService(db.database, new RulesService(db.database), signal);
    await ingest.ingest(viewer, [event({ subject: { key: "held", identifiers: [email("held@example.com")] } })]);
    const holder = new Client({ connectionString: db.url });
    await holder.connect();
    await holder.query("begin; select from records where key = 'held' for update");
    const stranger = { ...viewer, role: "PUBLIC" as const };
    const claims = ["one", "two", "three"].map((key) =>
      ingest.ingest(stranger, [event({ subject: { key, identifiers: [email("held@example.com")] } })]),
    );
    const own = await Promise.all(
      ["four", "five", "six"].map((key) => ingest.ingest(viewer, [event({ subject: { key } })])),
    );
    expect(own.map(([result]) => result!.status)).toEqual(["ACCEPTED", "ACCEPTED", "ACCEPTED"]);
    await holder.query("rollback");
    await holder.end();
    expect((await Promise.all(claims)).map(([result]) => result!.status)).toEqual(["ACCEPTED", "ACCEPTED", "ACCEPTED"]);
  });

  it("that cannot be written take no other with them", async () => {
    const written: number[] = [];
    const queue = new WriteQueue(async (_tenant, { events }) => {
      if (events.some((one) => one.messageId === "poison")) throw new Error("cannot be written");
      written.push(events.length);
      const outcome = { status: "ACCEPTED", interactionId: null, profileId: null } as const;
      return { events: events.map(() => outcome), records: [], moved: true };
    });
    const job = (messageId: string) => ({
      events: [{ messageId } as never],
      records: [],
      rules: { version: 1 } as never,
    });
    const answers = await Promise.allSettled(
      ["a", "b", "c", "poison", "d"].map((id) => queue.submit("tenant", job(id))),
    );
    expect(answers.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(written).toEqual([1, 1, 1, 1]);
  });

  it("by rules that were replaced fail together, and those by newer rules are written", async () => {
    const tried: string[] = [];
    const queue = new WriteQueue(async (_tenant, { events, rules }) => {
      tried.push(`${events.map(({ messageId }) => messageId).join(" ")} by ${rules.version}`);
      if (rules.version === 1) throw new StaleRules();
      const outcome = { status: "ACCEPTED", interactionId: null, profileId: null } as const;
      return { events: events.map(() => outcome), records: [], moved: true };
    }, 1);
    const submit = (messageId: string, version: number) =>
      queue.submit("tenant", { events: [{ messageId } as never], records: [], rules: { version } as never });
    const answers = await Promise.allSettled([
      ...[submit("first", 2), submit("a", 1), submit("b", 1), submit("c", 1)],
      ...[submit("d", 2), submit("e", 2)],
    ]);
    expect(tried).toEqual(["first by 2", "a b c by 1", "d e by 2"]);
    const failed = answers.map((answer) => answer.status === "rejected" && answer.reason instanceof StaleRules);
    expect(failed).toEqual([false, true, true, true, false, false]);
  });

  describe("of agents", () => {
    it("put a note on the timeline of the record they looked at, and into the feed", async () => {
      const ingest = new IngestService(db.database, new RulesService(db.database), signal);
      const [result] = await ingest.ingest(viewer, [event({ subject: { key: "noted" } })]);
      const notes = new NoteService(db.database, signal);
      const note = await notes.addNote(viewer, {
        profileId: result!.profileId!,
        text: "Prefers calls",
        conversationKey: "c-1",
      });
      expect(note).toMatchObject({
        kind: "NOTE",
        direction: "INTERNAL",
        visibility: "PRIVATE",
        text: "Prefers calls",
        conversationKey: "c-1",
      });
      const [row] = await db.ownerQuery(
        "select profile_id, interaction_id from changes order by position desc limit 1",
      );
      expect(row).toEqual({ profile_id: result!.profileId, interaction_id: note.id });
    });

    it.each([
      ["an unknown profile", "0190b7a0-0000-7000-8000-0000000000ff", "hello", "NOT_FOUND"],
      ["what is no id", "hello", "hello", "NOT_FOUND"],
      ["an empty text", "0190b7a0-0000-7000-8000-0000000000ff", "  ", "BAD_USER_INPUT"],
      ["U+0000", "0190b7a0-0000-7000-8000-0000000000ff", "a\u0000", "BAD_USER_INPUT"],
    ])("are refused for %s", async (_what, profileId, text, code) => {
      const notes = new NoteService(db.database, signal);
      await expect(notes.addNote(viewer, { profileId, text, conversationKey: null })).rejects.toMatchObject({ code });
    });
  });
});
