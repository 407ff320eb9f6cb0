import { pino } from "pino";
import { AccessService } from "../../src/access/access.service";
import { KeyWatch } from "../../src/access/key-watch";
import { Viewer } from "../../src/access/viewer";
import { Statement, statement } from "../../src/db/statement";
import { Transaction } from "../../src/db/transaction";
import { openTestDatabase, TestDatabase } from "../support/database";
import { makeViewer } from "../support/tenant";

const NOW = statement("test.now", "select now()");
const log = pino({ level: "silent" });

let db: TestDatabase;
let operator: Viewer;
let access: AccessService;
let watch: KeyWatch;

beforeAll(async () => {
  db = await openTestDatabase();
  operator = await makeViewer(db.database, "OPERATOR");
  access = new AccessService(db.database, log);
  watch = new KeyWatch(db.database, log);
});
afterAll(async () => {
  access.close();
  watch.stop();
  await db.close();
});

async function newcomer(): Promise<Viewer> {
  const { secret } = await access.createApiKey(operator, "agent", "AGENT", null);
  return (await access.authenticate(secret))!;
}

/** What is held open for the viewer, and whether it still is. */
function hold(viewer: Viewer): { isOpen: boolean } {
  const held = { isOpen: true };
  watch.hold(viewer, () => {
    held.isOpen = false;
  });
  return held;
}

async function takeBack({ keyId }: Viewer): Promise<void> {
  await db.ownerQuery("update api_keys set revoked_at = now() where key_id = $1", [keyId]);
  await db.ownerQuery("update tenants set access_version = access_version + 1");
}

/** The same transaction; something happens before the statement is sent. */
function interrupted(tx: Transaction, name: string, happens: () => Promise<void>): Transaction {
  return {
    tenantId: tx.tenantId,
    beganAt: tx.beganAt,
    goAhead: () => tx.goAhead(),
    allSent: () => tx.allSent(),
    query: async <Row>(sent: Statement, values: readonly unknown[]) => {
      if (sent.name === name) await happens();
      return tx.query<Row>(sent, values);
    },
  };
}

describe("who came in", () => {
  afterEach(() => jest.restoreAllMocks());

  it("is let in no longer in a role that its key has lost", async () => {
    const { secret } = await access.createApiKey(operator, "agent", "AGENT", null);
    const viewer = (await access.authenticate(secret))!;
    expect(await access.stillOpens(viewer)).toBe(true);
    await db.ownerQuery("update api_keys set role = 'PUBLIC' where key_id = $1", [viewer.keyId]);
    while ((await access.authenticate(secret))!.role === "AGENT");
    expect(await access.stillOpens(viewer)).toBe(false);
  });

  it("is let in no longer than its key says", async () => {
    const { secret } = await access.createApiKey(operator, "agent", "AGENT", "2100-01-01T00:00:00.000Z");
    const viewer = (await access.authenticate(secret))!;
    expect(await access.stillOpens(viewer)).toBe(true);
    jest.spyOn(Date, "now").mockReturnValue(Date.parse("2100-01-01T00:00:00.000Z"));
    expect(await access.stillOpens(viewer)).toBe(false);
  });

  it("is not who came in elsewhere", async () => {
    expect(await access.stillOpens(operator)).toBe(false);
  });
});

describe("what is read in a snapshot", () => {
  it("ends nobody whose key was made after it began", async () => {
    const held = await db.database.snapshot(operator.tenantId, async (tx) => {
      await tx.query(NOW, []);
      const opened = hold(await newcomer());
      await watch.confirm(tx);
      return opened;
    });
    expect(held.isOpen).toBe(true);
  });

  it("is told to no newcomer whose key was revoked on the way in, though all others were looked at since", async () => {
    const [viewer, other] = [await newcomer(), hold(await newcomer())];
    await takeBack(viewer);
    await db.database.snapshot(operator.tenantId, (tx) => watch.confirm(tx));
    const held = hold(viewer);
    await db.database.snapshot(operator.tenantId, (tx) => watch.confirm(tx));
    expect([held.isOpen, other.isOpen]).toEqual([false, true]);
  });

  const confirm = () => db.database.snapshot(operator.tenantId, (tx) => watch.confirm(tx));

  it("is told to nobody who was too young for a look at all others, once they were revoked", async () => {
    const held = await db.database.read(operator.tenantId, async (older) => {
      await older.query(NOW, []);
      const viewer = await newcomer();
      const opened = hold(viewer);
      await confirm();
      await takeBack(viewer);
      await watch.confirm(older);
      return opened;
    });
    await confirm();
    expect(held.isOpen).toBe(false);
  });

  it("is told to nobody who was looked at as of before, while all others were looked at as of now", async () => {
    await confirm();
    const held = await db.database.read(operator.tenantId, async (older) => {
      await older.query(NOW, []);
      const viewer = await newcomer();
      const opened = hold(viewer);
      await db.database.snapshot(operator.tenantId, async (tx) => {
        await tx.query(NOW, []);
        await watch.confirm(
          interrupted(tx, "access.stillOpen", async () => {
            await takeBack(viewer);
            await watch.confirm(older);
          }),
        );
      });
      return opened;
    });
    expect(held.isOpen).toBe(true);
    await confirm();
    expect(held.isOpen).toBe(false);
  });

  it("is told to nobody whose key was revoked before it began", async () => {
    const viewer = await newcomer();
    const [held, other] = [hold(viewer), hold(await newcomer())];
    await takeBack(viewer);
    await db.database.snapshot(operator.tenantId, (tx) => watch.confirm(tx));
    expect([held.isOpen, other.isOpen]).toEqual([false, true]);
  });
});
