import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { Statement } from "../../src/db/statement";
import { ClientTransaction } from "../../src/db/transaction";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { RemovalService } from "../../src/profile/removal.service";
import { openTestDatabase, TestDatabase } from "../support/database";
import { email, event } from "../support/events";
import { makeViewer } from "../support/tenant";

/* Nothing is held between what an event reads first and what it writes of a record of which it says nothing new. */
describe("what is committed between an event's first look and its write", () => {
  let db: TestDatabase;
  let ingest: IngestService;
  let removal: RemovalService;
  let viewer: Viewer;

  beforeAll(async () => {
    db = await openTestDatabase();
    viewer = await makeViewer(db.database);
    const rules = new RulesService(db.database);
    const signal = new FeedSignal(db.database, pino({ level: "silent" }));
    ingest = new IngestService(db.database, rules, signal);
    removal = new RemovalService(db.database, rules, signal);
  });
  afterAll(() => db.close());

  const says = (key: string, day: number, more: object) =>
    event({ source: "shop", occurredAt: `2027-01-0${day}T00:00:00Z`, subject: { key, ...more } });

  /** Ingests the event; once it has looked at the record, something happens, and what it has seen is no longer so. */
  async function ingestWhile(one: ReturnType<typeof event>, happens: () => Promise<unknown>): Promise<void> {
    const send = ClientTransaction.prototype.query;
    let looks = 0;
    const sent = jest.spyOn(ClientTransaction.prototype, "query").mockImplementation(async function <Row>(
      this: ClientTransaction,
      statement: Statement,
      values: readonly unknown[],
    ): Promise<Row[]> {
      const isLook = statement.name.startsWith("identity.findRecords");
      const isFirstLook = isLook && ++looks === 1;
      const rows = await send.call<ClientTransaction, Parameters<typeof send>, Promise<Row[]>>(this, statement, values);
      if (isFirstLook) await happens();
      return rows;
    });
    const [result] = await ingest.ingest(viewer, [one]);
    sent.mockRestore();
    expect(result!.status).toBe("ACCEPTED");
    expect(looks).toBeGreaterThan(1);
  }

  it("a link that is taken away is there again: it was seen since", async () => {
    const identifiers = [email("taken-away@example.com")];
    const [first] = await ingest.ingest(viewer, [says("link", 1, { identifiers })]);
    const links = () => db.ownerQuery("select 1 from identifier_links where record_id = $1", [first!.profileId]);
    await ingestWhile(says("link", 2, { identifiers }), () =>
      db.ownerQuery("delete from identifier_links where record_id = $1", [first!.profileId]),
    );
    expect(await links()).toHaveLength(1);
  });

  it.each([[""], [", of which others of the customer say something else"]])(
    "a value that becomes another one%s is what was said last",
    async (others) => {
      const key = `value ${others}`;
      const [first] = await ingest.ingest(viewer, [says(key, 1, { attributes: { city: "Bern" } })]);
      const ofIt = [first!.profileId];
      if (others !== "") await db.ownerQuery("update records set contested = '{city}' where record_id = $1", ofIt);
      await ingestWhile(says(key, 3, { attributes: { city: "Bern" } }), () =>
        db.ownerQuery(
          `update attribute_observations set value = '"Basel"', observed_at = '2027-01-02' where record_id = $1`,
          ofIt,
        ),
      );
      const rows = await db.ownerQuery("select value from attribute_observations where record_id = $1", ofIt);
      expect(rows).toEqual([{ value: "Bern" }]);
    },
  );

  it("a value that is said of a later time stays, though who the record is changes as well", async () => {
    const [known, added] = [email("known@example.com"), email("added@example.com")];
    await ingest.ingest(viewer, [says("another", 1, { identifiers: [added] })]);
    const stored = says("later", 1, { attributes: { city: "Basel" }, identifiers: [known] });
    const [first] = await ingest.ingest(viewer, [stored]);
    const changed = says("later", 2, { attributes: { city: "Bern" }, identifiers: [added] });
    await ingestWhile(changed, () =>
      db.ownerQuery(
        `update attribute_observations set value = '"Genf"', observed_at = '2027-01-03' where record_id = $1`,
        [first!.profileId],
      ),
    );
    const rows = await db.ownerQuery("select value from attribute_observations where record_id = $1", [
      first!.profileId,
    ]);
    expect(rows).toEqual([{ value: "Genf" }]);
  });

  it("a record that is removed takes nothing along that comes behind: the event makes another one", async () => {
    const [first] = await ingest.ingest(viewer, [says("removed", 1, { identifiers: [email("before@example.com")] })]);
    const decision = { tenantId: viewer.tenantId, actor: "an agent", reason: "imported twice" };
    await ingestWhile(says("removed", 2, { identifiers: [email("behind@example.com")] }), () =>
      removal.removeRecord(decision, first!.profileId!),
    );
    const rows = await db.ownerQuery<{ key: string | null; isFirst: boolean }>(
      `select r.key, i.record_id = $1 as "isFirst" from interactions i left join records r using (tenant_id, record_id)
       where i.record_id = $1 or r.key = 'removed'`,
      [first!.profileId],
    );
    expect(rows).toEqual([{ key: "removed", isFirst: false }]);
  });
});
