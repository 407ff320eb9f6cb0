import { setImmediate as nextTurn } from "node:timers/promises";
import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { ClientTransaction } from "../../src/db/transaction";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { listRecordKeys } from "../../src/identity/write/record.repository";
import { EventInput } from "../../src/ingest/event-input.type";
import { IngestService } from "../../src/ingest/ingest.service";
import { Channel } from "../../src/timeline/interaction.type";
import { openTestDatabase, TestDatabase } from "../support/database";
import { cookie, crmId, deviceId, email, event, phone, record, userId } from "../support/events";
import { makeViewer } from "../support/tenant";

describe("ingest", () => {
  let db: TestDatabase;
  let ingest: IngestService;
  let viewer: Viewer;

  beforeAll(async () => {
    db = await openTestDatabase();
    viewer = await makeViewer(db.database);
    const log = pino({ level: "silent" });
    ingest = new IngestService(db.database, new RulesService(db.database), new FeedSignal(db.database, log));
  });

  afterAll(() => db.close());

  async function counts(): Promise<Record<string, number>> {
    const [row] = await db.ownerQuery<Record<string, number>>(
      `select (select count(*) from interactions)::int as interactions, (select count(*) from records)::int as records,
         (select count(distinct profile_id) from records)::int as profiles,
         (select coalesce(max(position), 0) from changes)::int as positions`,
    );
    return row!;
  }

  const public_ = (): Viewer => ({ ...viewer, role: "PUBLIC" });

  it("stores an event and answers with its interaction and profile", async () => {
    const [result] = await ingest.ingest(viewer, [event({ subject: { identifiers: [email("Ann@Example.com")] } })]);
    expect(result).toMatchObject({ status: "ACCEPTED", code: null });
    const rows = await db.ownerQuery(
      "select r.key, r.profile_id from interactions i join records r using (tenant_id, record_id) where interaction_id = $1",
      [result!.interactionId],
    );
    expect(rows).toEqual([{ key: "EMAIL ann@example.com", profile_id: result!.profileId }]);
  });

  it("makes one profile of two channels that name the same e-mail address", async () => {
    const results = await ingest.ingest(viewer, [
      event({ source: "line", channel: Channel.LINE, subject: { key: "U1", identifiers: [email("bo@example.com")] } }),
      event({
        source: "shop",
        channel: Channel.IN_STORE,
        subject: { key: "s1", identifiers: [email("BO@example.com ")] },
      }),
    ]);
    expect(results[0]!.profileId).toBe(results[1]!.profileId);
    const later = await ingest.ingest(viewer, [
      event({ source: "pos", subject: { key: "p1", identifiers: [email("bo@example.com")] } }),
    ]);
    expect(later[0]!.profileId).toBe(results[0]!.profileId);
  });

  it("answers DUPLICATE for the same payload and CONFLICT for another, changing nothing", async () => {
    const first = event({ subject: { key: "k1", attributes: { b: 1, a: [1, 2] } } });
    const [accepted] = await ingest.ingest(viewer, [first]);
    const before = await counts();
    const results = await ingest.ingest(viewer, [
      { ...first, subject: { ...first.subject, attributes: { a: [1, 2], b: 1 } } },
      { ...first, text: "something else" },
    ]);
    expect(results[0]).toMatchObject({
      status: "DUPLICATE",
      interactionId: accepted!.interactionId,
      profileId: accepted!.profileId,
    });
    expect(results[1]).toMatchObject({ status: "REJECTED", code: "CONFLICT", interactionId: null });
    expect(await counts()).toEqual(before);
  });

  it("takes one of several deliveries of the same message at once", async () => {
    const same = event({ subject: { key: "at-once" } });
    const others = Array.from(
      { length: 20 },
      () =>
        new IngestService(
          db.database,
          new RulesService(db.database),
          new FeedSignal(db.database, pino({ level: "silent" })),
        ),
    );
    const results = (await Promise.all(others.map((service) => service.ingest(viewer, [same])))).flat();
    expect(results.filter((result) => result.status === "ACCEPTED")).toHaveLength(1);
    expect(results.filter((result) => result.status === "DUPLICATE")).toHaveLength(19);
    expect(new Set(results.map((result) => result.interactionId)).size).toBe(1);
  });

  it("refuses a bad event by itself and keeps the order of the answers", async () => {
    const results = await ingest.ingest(viewer, [
      event({ messageId: "good-1", subject: { key: "n1" } }),
      event({ messageId: "nobody", subject: { identifiers: [email("undefined")] } }),
      event({ messageId: "nul", text: "a\u0000b", subject: { key: "n1" } }),
      event({
        messageId: "crm",
        subject: { key: "n1", identifiers: [{ kind: "CRM_ID", value: "7", namespace: null, assurance: null }] },
      }),
      event({ messageId: "good-2", subject: { key: "n2" } }),
    ]);
    expect(results.map(({ messageId, code }) => [messageId, code])).toEqual([
      ["good-1", null],
      ["nobody", "NO_SUBJECT"],
      ["nul", "INVALID_TEXT"],
      ["crm", "INVALID_IDENTIFIER"],
      ["good-2", null],
    ]);
  });

  it("merges two profiles when an event ties them, and tells so in the feed and the history", async () => {
    const [a] = await ingest.ingest(viewer, [
      event({ source: "a", subject: { key: "1", identifiers: [email("cy@example.com")] } }),
    ]);
    const [b] = await ingest.ingest(viewer, [
      event({ source: "b", subject: { key: "1", identifiers: [phone("+66812345678")] } }),
    ]);
    expect(a!.profileId).not.toBe(b!.profileId);
    const [c] = await ingest.ingest(viewer, [
      event({ source: "c", subject: { key: "1", identifiers: [email("cy@example.com"), phone("+66 81 234 5678")] } }),
    ]);
    expect(c!.profileId).toBe(a!.profileId);
    const changes = await db.ownerQuery(
      "select kind, profile_id, related_ids from changes order by position desc limit 2",
    );
    expect(changes).toEqual([
      { kind: "INTERACTION_ADDED", profile_id: a!.profileId, related_ids: [] },
      { kind: "PROFILES_MERGED", profile_id: a!.profileId, related_ids: [b!.profileId] },
    ]);
    const [event_] = await db.ownerQuery<{ kind: string; evidence: object[] }>(
      "select e.kind, e.evidence from identity_events e join identity_event_profiles p using (tenant_id, event_id) where p.profile_id = $1",
      [b!.profileId],
    );
    expect(event_!.kind).toBe("MERGED");
    expect(event_!.evidence).toEqual(expect.arrayContaining([expect.objectContaining({ kind: "IDENTIFIER" })]));
  });

  it("keeps two users of one cookie apart", async () => {
    const results = await ingest.ingest(viewer, [
      event({ source: "app", subject: { key: "u1", identifiers: [userId("1"), cookie("kiosk")] } }),
      event({ source: "app", subject: { key: "u2", identifiers: [userId("2"), cookie("kiosk")] } }),
    ]);
    expect(results[0]!.profileId).not.toBe(results[1]!.profileId);
  });

  it("takes a profile apart when a value that joined it turns out to be shared", async () => {
    const desk = email("desk@example.com");
    const people = Array.from({ length: 16 }, (_, n) =>
      event({ source: "till", subject: { key: `d${n}`, identifiers: [desk] } }),
    );
    const first = await ingest.ingest(viewer, people.slice(0, 15));
    expect(new Set(first.map((result) => result.profileId)).size).toBe(1);
    await ingest.ingest(viewer, people.slice(15));
    const rows = await db.ownerQuery("select distinct profile_id from records where source = 'till'");
    expect(rows).toHaveLength(16);
    const split = await db.ownerQuery<{ related_ids: string[] }>(
      "select related_ids from changes where kind = 'PROFILE_SPLIT'",
    );
    expect(split).toHaveLength(1);
    expect(split[0]!.related_ids).toHaveLength(14);
  });

  it("loads no component and locks no record for a known customer with nothing new", async () => {
    const known = {
      source: "steady",
      subject: { key: "s", identifiers: [email("steady@example.com")], attributes: { language: "th" } },
    };
    await ingest.ingest(viewer, [event(known)]);
    const sent = jest.spyOn(ClientTransaction.prototype, "query");
    const [result] = await ingest.ingest(viewer, [event({ ...known, occurredAt: "2026-02-01T00:00:00.000Z" })]);
    const names = sent.mock.calls.map(([statement]) => statement.name);
    sent.mockRestore();
    // Rules are kept for a second: whether that is over just now is no matter of this event.
    const statements = names.filter((name) => name !== "identity.newestRules");
    expect(result!.status).toBe("ACCEPTED");
    expect(statements).toEqual([
      "ingest.claimDeliveries",
      "identity.findRecords",
      "timeline.recordActivity",
      "timeline.appendInteractions",
      "identity.touchLinks",
      "identity.touchAttributes",
      "feed.advance",
      "feed.append",
    ]);
    const [link] = await db.ownerQuery<{ last_seen_at: Date }>(
      `select l.last_seen_at from identifier_links l join identifiers i using (tenant_id, identifier_id)
       where i.value = 'steady@example.com'`,
    );
    expect(link!.last_seen_at.toISOString()).toBe("2026-02-01T00:00:00.000Z");
  });

  describe("a value that nobody else carries", () => {
    /** The names of the statements that an event takes. */
    async function statementsOf(one: EventInput): Promise<string[]> {
      const sent = jest.spyOn(ClientTransaction.prototype, "query");
      const [result] = await ingest.ingest(viewer, [one]);
      const names = sent.mock.calls.map(([statement]) => statement.name);
      sent.mockRestore();
      expect(result!.status).toBe("ACCEPTED");
      return names;
    }
    const brings = (key: string, ...identifiers: EventInput["subject"]["identifiers"]) =>
      event({ source: "lone", subject: { key, identifiers } });
    const profilesOf = async (...keys: string[]) =>
      (
        await db.ownerQuery<{ profile_id: string }>(
          "select profile_id from records where source = 'lone' and key = any($1) order by key",
          [keys],
        )
      ).map((row) => row.profile_id);

    async function untilSomebodyWaits(): Promise<void> {
      for (;;) {
        const [waiting] = await db.ownerQuery<{ count: number }>(
          "select count(*)::integer from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        if (waiting!.count > 0) return;
      }
    }

    it("on a known customer loads nobody around them", async () => {
      await ingest.ingest(viewer, [brings("l", email("lone@example.com"))]);
      for (const value of [deviceId("lone-1"), phone("+66811110001")]) {
        const statements = await statementsOf(brings("l", value));
        expect(statements.filter((name) => /component/i.test(name))).toEqual([]);
        expect(statements).toContain("identity.insertLinks");
      }
      expect(await statementsOf(brings("l2", deviceId("lone-1")))).toContain("identity.holdComponent");
      expect(new Set(await profilesOf("l", "l2")).size).toBe(1);
    });

    it("resolves as ever where it is of a kind of which a person has one", async () => {
      await ingest.ingest(viewer, [brings("u1", userId("lone-u1")), brings("u2", cookie("lone-c"))]);
      await ingest.ingest(viewer, [brings("u1", cookie("lone-c"))]);
      expect(new Set(await profilesOf("u1", "u2")).size).toBe(1);
      await ingest.ingest(viewer, [brings("u2", userId("lone-u2"))]);
      expect(new Set(await profilesOf("u1", "u2")).size).toBe(2);
    });

    it("resolves as ever where it is the first that says who a visitor is: a claim then joins no longer", async () => {
      await ingest.ingest(viewer, [brings("l-owner", email("lone-owner@example.com"))]);
      // What a visitor typed, as the company's own server passes it on.
      await ingest.ingest(viewer, [brings("l-visitor", email("lone-owner@example.com", "CLAIMED"))]);
      expect(new Set(await profilesOf("l-owner", "l-visitor")).size).toBe(1);
      await ingest.ingest(viewer, [brings("l-visitor", deviceId("lone-2"))]);
      expect(new Set(await profilesOf("l-owner", "l-visitor")).size).toBe(1);
      await ingest.ingest(viewer, [brings("l-visitor", phone("+66811110002"))]);
      expect(new Set(await profilesOf("l-owner", "l-visitor")).size).toBe(2);
    });

    it("somebody else carries: who hangs together is held and loaded once", async () => {
      await ingest.ingest(viewer, [brings("c1", email("c1@example.com")), brings("c2", email("c2@example.com"))]);
      const statements = await statementsOf(brings("c1", email("c2@example.com")));
      expect(statements.filter((name) => /component/i.test(name))).toEqual(["identity.holdComponent"]);
      expect(new Set(await profilesOf("c1", "c2")).size).toBe(1);
    });

    it("somebody else carries: a join takes four round trips, the commit among them", async () => {
      await ingest.ingest(viewer, [brings("r1", email("r1@example.com")), brings("r2", email("r2@example.com"))]);
      const send = ClientTransaction.prototype.query;
      const trips: string[][] = [];
      let under: { answers: Promise<unknown>[]; names: string[]; over: Promise<unknown> } | null = null;
      const sent = jest.spyOn(ClientTransaction.prototype, "query").mockImplementation(function <Row>(
        this: ClientTransaction,
        ...asked: Parameters<ClientTransaction["query"]>
      ): Promise<Row[]> {
        const answer = send.call<ClientTransaction, Parameters<typeof send>, Promise<Row[]>>(this, ...asked);
        if (under === null) {
          const [answers, names]: [Promise<unknown>[], string[]] = [[], []];
          const all = nextTurn().then(() => Promise.allSettled(answers));
          const over = all.then(() => {
            under = null;
          });
          under = { answers, names, over };
          trips.push(names);
        }
        under.answers.push(answer);
        under.names.push(asked[0].name);
        // No answer before all of them: else it would hang on how fast they come how many trips it takes.
        return under.over.then(() => answer);
      });
      const allSent = jest.spyOn(ClientTransaction.prototype, "allSent");
      const wentAhead: (string | undefined)[] = [];
      const goAhead = jest.spyOn(ClientTransaction.prototype, "goAhead").mockImplementation(() => {
        wentAhead.push(trips.at(-1)!.at(-1));
      });
      await ingest.ingest(viewer, [brings("r1", email("r2@example.com"))]);
      goAhead.mockRestore();
      expect([trips.length, allSent.mock.calls.length]).toEqual([4, 1]);
      expect(wentAhead).toEqual(["identity.moveRecords"]);
      expect(trips[2]).toEqual(expect.arrayContaining(["identity.holdComponent", "timeline.appendInteractions"]));
      sent.mockRestore();
      allSent.mockRestore();
      expect(new Set(await profilesOf("r1", "r2")).size).toBe(1);
    });

    it("hundreds hang together by: those beyond are found at once, however long the chain", async () => {
      const link = (n: number) => email(`chain-${n}@example.com`);
      for (let n = 0; n < 8; n += 1)
        await ingest.ingest(viewer, [brings(`h${n}`, userId(`chain-${n}`), link(n), link(n + 1))]);
      expect(new Set(await profilesOf(...Array.from({ length: 8 }, (_, n) => `h${n}`))).size).toBe(8);
      const names = await statementsOf(brings("h8", link(0)));
      const first = names.filter((name) => /component|reached/i.test(name)).slice(0, 3);
      expect(first).toEqual(["identity.holdComponent", "identity.reachedRecords", "identity.component"]);
      expect(names.filter((name) => name === "identity.reachedRecords").length).toBeLessThanOrEqual(2);
    });

    it("somebody else carries: what another writer of theirs commits meanwhile is waited for, and has its say", async () => {
      const [one, other] = [email("d1@example.com"), email("d2@example.com")];
      await ingest.ingest(viewer, [brings("d1", one, userId("lone-d1")), brings("d2", other)]);
      const send = ClientTransaction.prototype.query;
      let letGo!: () => void;
      const released = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      let begin!: () => void;
      const isUnderWay = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const sent = jest.spyOn(ClientTransaction.prototype, "query").mockImplementation(async function <Row>(
        this: ClientTransaction,
        ...[statement, values]: Parameters<ClientTransaction["query"]>
      ): Promise<Row[]> {
        const rows = await send.call<ClientTransaction, Parameters<typeof send>, Promise<Row[]>>(
          this,
          statement,
          values,
        );
        if (statement.name === "feed.append") {
          begin();
          await released;
        }
        return rows;
      });
      const allSent = jest.spyOn(ClientTransaction.prototype, "allSent").mockReturnValue();
      const naming = ingest.ingest(viewer, [brings("d2", userId("lone-d2"))]);
      await isUnderWay;
      sent.mockRestore();
      allSent.mockRestore();
      const joining = ingest.ingest(viewer, [brings("d1", other)]);
      await untilSomebodyWaits();
      letGo();
      expect([await naming, await joining].flat().map(({ status }) => status)).toEqual(["ACCEPTED", "ACCEPTED"]);
      expect(new Set(await profilesOf("d1", "d2")).size).toBe(2);
    });

    it("that two bring in one batch joins them", async () => {
      await ingest.ingest(viewer, [brings("b1", email("b1@example.com")), brings("b2", email("b2@example.com"))]);
      await ingest.ingest(viewer, [brings("b1", phone("+66811110003")), brings("b2", phone("+66811110003"))]);
      expect(new Set(await profilesOf("b1", "b2")).size).toBe(1);
    });

    it("in one batch with a join changes nothing about the join, nor the join about it", async () => {
      await ingest.ingest(viewer, [
        brings("m1", email("m1@example.com")),
        brings("m2", email("m2@example.com")),
        brings("m3", email("m3@example.com")),
      ]);
      const results = await ingest.ingest(viewer, [
        brings("m1", deviceId("lone-3")),
        brings("m2", email("m3@example.com")),
        brings("m3", deviceId("lone-4")),
      ]);
      const [m1, m2, m3] = await profilesOf("m1", "m2", "m3");
      expect([m1 === m2, m2 === m3]).toEqual([false, true]);
      expect(results.map(({ profileId }) => profileId)).toEqual([m1, m2, m2]);
    });
  });

  it("upserts records idempotently, and detaches what a complete record no longer names", async () => {
    const one = record({
      key: "501",
      identifiers: [crmId("501"), email("dee@example.com")],
      attributes: { givenName: "Dee" },
    });
    const [first] = await ingest.upsertRecords(viewer, [one]);
    expect(first).toMatchObject({ status: "ACCEPTED", source: "hubspot", key: "501" });
    const before = await counts();
    expect(await ingest.upsertRecords(viewer, [one])).toMatchObject([
      { status: "DUPLICATE", recordId: first!.recordId },
    ]);
    expect(await counts()).toEqual(before);
    const [shop] = await ingest.ingest(viewer, [
      event({ source: "shop", subject: { key: "dee", identifiers: [email("dee@example.com")] } }),
    ]);
    expect(shop!.profileId).toBe(first!.profileId);
    await ingest.upsertRecords(viewer, [record({ key: "501", identifiers: [crmId("501")], complete: true })]);
    const rows = await db.ownerQuery<{ profile_id: string }>(
      "select profile_id from records where key in ('501', 'dee')",
    );
    expect(new Set(rows.map((row) => row.profile_id)).size).toBe(2);
    const past = await db.ownerQuery("select from_position < to_position as held from past_identifier_links");
    expect(past).toEqual([{ held: true }]);
  });

  it("lets an older observation that arrives late lose, by name", async () => {
    const at = (observedAt: string, name: string | null) =>
      record({ key: "late", observedAt, attributes: { displayName: name } });
    await ingest.upsertRecords(viewer, [at("2026-03-02T00:00:00.000Z", "New")]);
    await ingest.upsertRecords(viewer, [at("2026-03-01T00:00:00.000Z", "Old")]);
    const value = () =>
      db.ownerQuery(
        "select value, observed_at::text from attribute_observations a join records r using (tenant_id, record_id) where r.key = 'late'",
      );
    expect(await value()).toMatchObject([{ value: "New" }]);
    await ingest.upsertRecords(viewer, [at("2026-03-03T00:00:00.000Z", null)]);
    expect(await value()).toMatchObject([{ value: null }]);
  });

  it("keeps what a PUBLIC key says under a record's key in a record of its own, whichever comes first", async () => {
    const said = (key: string, givenName: string) => event({ subject: { key, attributes: { givenName } } });
    await ingest.ingest(viewer, [said("named-1", "Ann")]);
    await ingest.ingest(public_(), [said("named-1", "Mallory"), said("named-2", "Mallory"), said("named-2", "Eve")]);
    await ingest.ingest(viewer, [said("named-2", "Ann")]);
    const stored = await db.ownerQuery(
      `select key, claimed, profile_id = record_id as alone, json_agg(o.value) as said
       from records r join attribute_observations o using (tenant_id, record_id)
       where key like 'named-%' group by tenant_id, record_id order by key, claimed`,
    );
    expect(stored).toEqual([
      { key: "named-1", claimed: false, alone: true, said: ["Ann"] },
      { key: "named-1", claimed: true, alone: true, said: ["Mallory"] },
      { key: "named-2", claimed: false, alone: true, said: ["Ann"] },
      { key: "named-2", claimed: true, alone: true, said: ["Mallory"] },
    ]);
    const keys = await db.database.read(viewer.tenantId, (tx) => listRecordKeys(tx, "web", "named", 9));
    expect(keys.map(({ key }) => key).filter((key) => key.startsWith("named"))).toEqual(["named-1", "named-2"]);
  });

  it("answers a PUBLIC key without a word about what is stored, and keeps its claims as claims", async () => {
    const [result] = await ingest.ingest(public_(), [
      event({ messageId: "steal", subject: { key: "visitor", identifiers: [email("ann@example.com", "VERIFIED")] } }),
    ]);
    expect(result).toEqual({
      messageId: "steal",
      status: "ACCEPTED",
      code: null,
      message: null,
      interactionId: null,
      profileId: null,
    });
    const [link] = await db.ownerQuery(
      "select assurance from identifier_links l join records r using (tenant_id, record_id) where r.key = 'visitor'",
    );
    expect(link).toEqual({ assurance: 0 });
    const [trusted] = await ingest.ingest(viewer, [
      event({ messageId: "steal", text: "mine", subject: { key: "owner" } }),
    ]);
    expect(trusted).toMatchObject({ status: "ACCEPTED" });
  });

  it("gives every change the next position, and every position a change", async () => {
    const [row] = await db.ownerQuery(
      "select (select position from feeds) = count(*) as dense, count(*) = max(position) as from_one from changes",
    );
    expect(row).toEqual({ dense: true, from_one: true });
  });
});
