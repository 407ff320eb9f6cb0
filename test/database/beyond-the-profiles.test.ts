import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { Statement } from "../../src/db/statement";
import { ClientTransaction } from "../../src/db/transaction";
import { FeedSignal } from "../../src/feed/feed-signal";
import { resolve } from "../../src/identity/resolve/resolve";
import { getRules } from "../../src/identity/rules/rules.repository";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { openTestDatabase, TestDatabase } from "../support/database";
import { email, event, userId } from "../support/events";
import { partitionOf } from "../support/resolved-anew";
import { storedFacts, storedPartition } from "../support/stored-facts";
import { makeViewer } from "../support/tenant";

const LOADED = "identity.component";
const HELD = "identity.lockMoreRecords";

/* Two who share an address and are kept apart by their user ids: the one who is not named hangs on by that alone. */
describe("a record that hangs together with those of a message, in another profile", () => {
  let db: TestDatabase;
  let ingest: IngestService;
  let viewer: Viewer;
  let named: string;
  let apart: string;

  beforeEach(async () => {
    db = await openTestDatabase();
    viewer = await makeViewer(db.database);
    const signal = new FeedSignal(db.database, pino({ level: "silent" }));
    ingest = new IngestService(db.database, new RulesService(db.database), signal);
    await says("mobile", [email("mobile@example.com")]);
    named = await says("named", [email("shared@example.com"), userId("one")]);
    apart = await says("apart", [email("shared@example.com"), userId("two")]);
    expect(apart).not.toBe(named);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await db.close();
  });

  async function says(key: string, identifiers: ReturnType<typeof email>[]): Promise<string> {
    const [result] = await ingest.ingest(viewer, [event({ source: "shop", subject: { key, identifiers } })]);
    expect(result!.status).toBe("ACCEPTED");
    return result!.profileId!;
  }

  /** The named one brings another's address; once the first statement of that name is answered, something happens. */
  async function sentWhile(name: string, happens: () => Promise<void>): Promise<string[]> {
    const send = ClientTransaction.prototype.query;
    const names: string[] = [];
    const sent = jest.spyOn(ClientTransaction.prototype, "query").mockImplementation(async function <Row>(
      this: ClientTransaction,
      statement: Statement,
      values: readonly unknown[],
    ): Promise<Row[]> {
      const isFirst = statement.name === name && !names.includes(name);
      names.push(statement.name);
      const rows = await send.call<ClientTransaction, Parameters<typeof send>, Promise<Row[]>>(this, statement, values);
      if (isFirst) await happens();
      return rows;
    });
    await says("named", [email("mobile@example.com")]);
    sent.mockRestore();
    expect(names).toContain(name);
    return names.filter((one) => /component|reached|lockMore/i.test(one));
  }

  async function expectResolved(): Promise<void> {
    const rules = await db.database.read(viewer.tenantId, getRules);
    const { clusters } = resolve(await storedFacts(db, rules), rules);
    expect(await storedPartition(db)).toEqual(partitionOf(clusters));
  }

  it("is loaded once and held until the message is committed", async () => {
    let free: unknown[] = [];
    const names = await sentWhile(HELD, async () => {
      free = await db.ownerQuery("select from records where record_id = $1 for update skip locked", [apart]);
    });
    expect(names).toEqual(["identity.holdComponent", "identity.reachedRecords", LOADED, HELD]);
    expect(free).toEqual([]);
    await expectResolved();
  });

  it("is loaded again where something was committed before it was held", async () => {
    await sentWhile(LOADED, async () => {
      await db.ownerQuery(
        `delete from identifier_links l using identifiers i
         where l.record_id = $1 and i.identifier_id = l.identifier_id and i.kind = 'USER_ID'`,
        [apart],
      );
      await db.ownerQuery("update feeds set position = position");
    });
    const profiles = await db.ownerQuery("select distinct profile_id from records");
    expect(profiles).toHaveLength(1);
    await expectResolved();
  });
});
