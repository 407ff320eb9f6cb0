import { Client } from "pg";
import { flush, send, streamOf } from "../../src/db/send";
import { statement } from "../../src/db/statement";
import { Transaction } from "../../src/db/transaction";
import { DEFAULT_RULES } from "../../src/identity/resolve/resolution-rules";
import { advanceByRules } from "../../src/identity/rules/advance-by-rules";
import { StaleRules } from "../../src/identity/rules/rules.service";
import { openTestDatabase, TestDatabase } from "../support/database";
import { makeViewer } from "../support/tenant";

const RENAME = statement("test.rename", "update tenants set name = $2 where tenant_id = $1");
const FAIL = statement("test.fail", "select sqrt($1::integer)");

describe("a write that says that all was sent", () => {
  let db: TestDatabase;
  let tenantId: string;

  beforeAll(async () => {
    db = await openTestDatabase();
    ({ tenantId } = await makeViewer(db.database));
  });
  afterAll(() => db.close());

  const name = async () =>
    (await db.ownerQuery<{ name: string }>("select name from tenants where tenant_id = $1", [tenantId]))[0]!.name;

  it("is committed with its last statements: nobody has to wait for their answers first", async () => {
    let seen: string | null = null;
    await db.database.write(tenantId, async (tx) => {
      const renamed = tx.query(RENAME, [tenantId, "committed"]);
      tx.allSent();
      await renamed;
      while (seen !== "committed") seen = await name();
    });
    expect(seen).toBe("committed");
  });

  it("leaves as one, but for what is to go ahead", async () => {
    const client = new Client({ connectionString: db.url });
    await client.connect();
    const stream = streamOf(client);
    const first = send(client, RENAME, [tenantId, "ahead"]);
    expect(stream.writableCorked).toBeGreaterThan(0);
    flush(client);
    expect(stream.writableCorked).toBe(0);
    const second = send(client, RENAME, [tenantId, "behind"]);
    expect(stream.writableCorked).toBeGreaterThan(0);
    expect((await Promise.all([first, second])).map(({ command }) => command)).toEqual(["UPDATE", "UPDATE"]);
    await client.end();
  });

  it("leaves nothing when one of them fails, and fails with it", async () => {
    const before = await name();
    const write = db.database.write(tenantId, async (tx) => {
      const sent = [tx.query(RENAME, [tenantId, "half done"]), tx.query(FAIL, [-1])];
      tx.allSent();
      await Promise.all(sent);
    });
    await expect(write).rejects.toThrow("cannot take square root of a negative number");
    expect(await name()).toBe(before);
  });

  it("leaves nothing where the rules are no longer those by which it was worked out", async () => {
    const before = await name();
    const write = db.database.write(tenantId, async (tx) => {
      const advanced = advanceByRules(tx, 1, { ...DEFAULT_RULES, version: 2 }, "2027-01-01T00:00:00.000Z");
      const renamed = tx.query(RENAME, [tenantId, "by other rules"]);
      tx.allSent();
      await advanced;
      await renamed;
    });
    await expect(write).rejects.toThrow(StaleRules);
    expect(await name()).toBe(before);
  });

  it("leaves nothing where it is only rehearsed", async () => {
    const before = await name();
    const rename = async (tx: Transaction) => {
      const renamed = tx.query(RENAME, [tenantId, "rehearsed"]);
      tx.allSent();
      await renamed;
      return "said";
    };
    expect(await db.database.rehearse(tenantId, rename)).toBe("said");
    expect(await name()).toBe(before);
  });
});
