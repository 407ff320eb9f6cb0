import { Database } from "../../src/db/database";
import { SharedSnapshots } from "../../src/db/shared-snapshots";
import { statement } from "../../src/db/statement";
import { Transaction } from "../../src/db/transaction";
import { openTestDatabase, TestDatabase } from "../support/database";
import { LiveServer } from "../support/live-server";
import { makeViewer } from "../support/tenant";

const POSITION = statement("test.position", "select position from feeds where tenant_id = $1");
const BROKEN = statement("test.broken", "select 1 / 0");

let db: TestDatabase;
let server: LiveServer;
let tenantId: string;
/** Snapshots that were begun, how many at once at most, and what the next one fails with. */
let opened: { begun: number; open: number; most: number; failure: Error | undefined };
let snapshots: SharedSnapshots;

beforeAll(async () => {
  db = await openTestDatabase();
  const viewer = await makeViewer(db.database);
  tenantId = viewer.tenantId;
  server = new LiveServer(db, viewer);
});

beforeEach(() => {
  opened = { begun: 0, open: 0, most: 0, failure: undefined };
  const snapshot: Database["snapshot"] = async (tenant, work) => {
    const { failure } = opened;
    opened.failure = undefined;
    if (failure !== undefined) throw failure;
    opened.begun += 1;
    opened.open += 1;
    opened.most = Math.max(opened.most, opened.open);
    return db.database.snapshot(tenant, work).finally(() => {
      opened.open -= 1;
    });
  };
  snapshots = new SharedSnapshots({ snapshot });
});

afterAll(() => server.close());

const position = async (tx: Transaction): Promise<number> =>
  (await tx.query<{ position: number }>(POSITION, [tx.tenantId]))[0]!.position;

const crowd = <T>(count: number, read: (tx: Transaction) => Promise<T>): Promise<T>[] =>
  Array.from({ length: count }, () => snapshots.run(tenantId, read));

describe("readings that share snapshots", () => {
  it("take two connections at once, and few snapshots, however many they are", async () => {
    const positions = await Promise.all(crowd(400, position));
    expect(new Set(positions).size).toBe(1);
    expect(opened.most).toBeLessThanOrEqual(2);
    expect(opened.begun).toBeLessThanOrEqual(10);
  });

  it("see all that was committed before they asked", async () => {
    for (let n = 0; n < 20; n += 1) {
      const [others] = [Promise.all(crowd(5, position)), await server.happens("ann")];
      const newest = await server.newestPosition();
      expect(await snapshots.run(tenantId, position)).toBe(newest);
      await others;
    }
  });

  it("fail each by itself for what they find wrong by themselves", async () => {
    const refused = snapshots.run(tenantId, async () => Promise.reject(new Error("there is no such profile")));
    const others = crowd(10, position);
    await expect(refused).rejects.toThrow("there is no such profile");
    expect(await Promise.all(others)).toHaveLength(10);
  });

  it("fail together where the database does, and the next ones begin anew", async () => {
    const broken = [...crowd(1, (tx) => tx.query(BROKEN, [])), ...crowd(3, position)];
    const settled = await Promise.allSettled(broken);
    expect(settled[0]!.status).toBe("rejected");
    opened.failure = new Error("no connection");
    const without = await Promise.allSettled(crowd(3, position));
    expect(without.map(({ status }) => status)).toContain("rejected");
    expect(await snapshots.run(tenantId, position)).toBe(await server.newestPosition());
  });
});
