import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { EventInput } from "../../src/ingest/event-input.type";
import { IngestService } from "../../src/ingest/ingest.service";
import { NoteService } from "../../src/ingest/note.service";
import { openTestDatabase, TestDatabase } from "../support/database";
import { cookie, email, event, userId } from "../support/events";
import { makeViewer } from "../support/tenant";

describe("a note about a customer", () => {
  let db: TestDatabase;
  let viewer: Viewer;
  let ingest: IngestService;
  let notes: NoteService;
  let people = 0;

  beforeAll(async () => {
    db = await openTestDatabase();
    viewer = await makeViewer(db.database);
    const signal = new FeedSignal(db.database, pino({ level: "silent" }));
    ingest = new IngestService(db.database, new RulesService(db.database), signal);
    notes = new NoteService(db.database, signal);
  });

  beforeEach(() => {
    people += 1;
  });

  afterAll(() => db.close());

  const address = () => email(`ann-${people}@example.com`);
  const user = () => userId(`user-${people}`);

  async function send(key: string, identifiers: EventInput["subject"]["identifiers"], by: Viewer["role"]) {
    const sent = event({ subject: { key: `${key}-${people}`, identifiers } });
    const [result] = await ingest.ingest({ ...viewer, role: by }, [sent]);
    expect(result!.status).toBe("ACCEPTED");
    const [row] = await db.ownerQuery<{ id: string; profile: string }>(
      "select record_id as id, profile_id as profile from records where key = $1",
      [`${key}-${people}`],
    );
    return row!;
  }

  /** Key of the record that a note hangs on, when it is written under this id. */
  async function hangsOn(profileId: string): Promise<string> {
    const { id } = await notes.addNote(viewer, { profileId, text: "Call her", conversationKey: null });
    const [row] = await db.ownerQuery<{ key: string }>(
      "select key from interactions join records using (tenant_id, record_id) where interaction_id = $1",
      [id],
    );
    return row!.key.replace(`-${people}`, "");
  }

  it("hangs on the record that was looked at, where the company itself knows whose it is", async () => {
    const first = await send("shop", [user()], "INTEGRATION");
    const second = await send("app", [user(), address()], "INTEGRATION");
    expect(second.profile).toBe(first.id);
    expect([await hangsOn(first.id), await hangsOn(second.id)]).toEqual(["shop", "app"]);
  });

  it("never hangs on a record that only claims to be hers, though its id is the customer's", async () => {
    const stranger = await send("stranger", [address()], "PUBLIC");
    const later = await send("later", [cookie(`c-${people}`)], "INTEGRATION");
    const own = await send("own", [address(), user()], "INTEGRATION");
    const other = await send("other", [user(), cookie(`c-${people}`)], "INTEGRATION");
    expect([own.profile, other.profile, await profileOf(later.id)]).toEqual([stranger.id, stranger.id, stranger.id]);
    // The oldest of those that are hers by more than a claim or a cookie.
    for (const id of [stranger.id, later.id]) expect(await hangsOn(id)).toBe("own");
    expect(await hangsOn(other.id)).toBe("other");
  });

  it("hangs on the claim itself where nobody is known behind it", async () => {
    const stranger = await send("stranger", [address()], "PUBLIC");
    expect(await hangsOn(stranger.id)).toBe("stranger");
  });

  it("stays with her when the older record that gave the customer its id turns out to be somebody else's own", async () => {
    // What a visitor typed, as the company's own server passes it on.
    const stranger = await send("stranger", [{ ...address(), assurance: "CLAIMED" }], "INTEGRATION");
    const own = await send("own", [address(), user()], "INTEGRATION");
    expect(own.profile).toBe(stranger.id);
    const { id: noteId } = await notes.addNote(viewer, {
      profileId: stranger.id,
      text: "Call her",
      conversationKey: null,
    });
    const [{ position }] = (await db.ownerQuery<{ position: string }>("select position from feeds")) as [
      { position: string },
    ];
    // The company's own system says whose the visitor is: another user.
    await send("stranger", [userId(`somebody-else-${people}`)], "INTEGRATION");
    expect([await profileOf(stranger.id), await profileOf(own.id)]).toEqual([stranger.id, own.id]);
    const changes = await db.ownerQuery(
      "select kind, profile_id as profile, related_ids::text[] as related from changes where position > $1 and kind like 'PROFILE%'",
      [position],
    );
    expect(changes).toEqual([{ kind: "PROFILE_SPLIT", profile: stranger.id, related: [own.id] }]);
    const [note] = await db.ownerQuery("select record_id as id from interactions where interaction_id = $1", [noteId]);
    expect(note).toEqual({ id: own.id });
  });

  async function profileOf(recordId: string): Promise<string> {
    const [row] = await db.ownerQuery<{ profile: string }>(
      "select profile_id as profile from records where record_id = $1",
      [recordId],
    );
    return row!.profile;
  }
});
