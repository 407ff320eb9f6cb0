import { DEFAULT_TENANT_ID } from "../../src/access/secret";
import { Database } from "../../src/db/database";
import { statement } from "../../src/db/statement";
import { openTestDatabase } from "../support/database";
import { makeViewer } from "../support/tenant";

const HOLD = statement("test.hold", "select position from feeds where tenant_id = $1 for update");

it("a transaction that is told nothing more is ended by PostgreSQL, and keeps its locks from nobody", async () => {
  const db = await openTestDatabase();
  await makeViewer(db.database);
  const swallowed = await Database.open(db.url, { poolSize: 1, abandonedAfterMs: 500 });
  let leave: () => void = () => undefined;
  const silence = new Promise<void>((resolve) => {
    leave = resolve;
  });
  let held: () => void = () => undefined;
  const holding = new Promise<void>((resolve) => {
    held = resolve;
  });
  const abandoned = swallowed.write(DEFAULT_TENANT_ID, async (tx) => {
    await tx.query(HOLD, [tx.tenantId]);
    held();
    await silence;
  });
  abandoned.catch(() => undefined);
  await holding;
  expect(await db.database.write(DEFAULT_TENANT_ID, (tx) => tx.query(HOLD, [tx.tenantId]))).toHaveLength(1);
  leave();
  await expect(abandoned).rejects.toThrow();
  await swallowed.close();
  await db.close();
});
