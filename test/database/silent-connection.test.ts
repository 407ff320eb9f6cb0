import { Database } from "../../src/db/database";
import { statement } from "../../src/db/statement";
import { openTestDatabase, TestDatabase } from "../support/database";
import { Facts } from "../support/facts";

const ANSWERED_WITHIN_MS = 300;
const SLEEP = statement("test.sleep", "select pg_sleep(60)");
const WHICH = statement("test.which", "select pg_backend_pid() as pid");

let db: TestDatabase;
let database: Database;
let tenantId: string;

beforeAll(async () => {
  db = await openTestDatabase();
  database = await Database.open(db.url, { poolSize: 2, answeredWithinMs: ANSWERED_WITHIN_MS });
  ({ tenantId } = await Facts.ofNewTenant(db));
});
afterAll(async () => {
  await database.close();
  await db.close();
});

const pid = async () => (await database.read(tenantId, (tx) => tx.query<{ pid: number }>(WHICH, [])))[0]!.pid;

describe("a connection of the pool", () => {
  it("ends when what it is asked is not answered in time, and the next one takes its place", async () => {
    await expect(database.read(tenantId, (tx) => tx.query(SLEEP, []))).rejects.toThrow("Connection terminated");
    expect(await pid()).toEqual(expect.any(Number));
    // PostgreSQL itself hears of it when it has slept.
    await db.ownerQuery("select pg_terminate_backend(pid) from pg_stat_activity where query like '/* test.sleep%'");
  });

  it("stays while it is asked nothing", async () => {
    const before = await pid();
    await db.ownerQuery("select pg_sleep($1::double precision / 1000)", [3 * ANSWERED_WITHIN_MS]);
    expect(await pid()).toBe(before);
  });

  it("says who asked, where a statement fails", async () => {
    const wrong = statement("test.wrong", "select 1 / 0");
    const ask = async function whoAsked(): Promise<unknown> {
      return await database.read(tenantId, async (tx) => await tx.query(wrong, []));
    };
    const failure: Error = await ask().then(
      () => new Error("nothing failed"),
      (error: Error) => error,
    );
    expect(failure.message).toBe("division by zero");
    expect(failure.stack).toContain("send.ts");
  });
});
