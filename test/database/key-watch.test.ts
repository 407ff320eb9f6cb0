import { pino } from "pino";
import { AccessService } from "../../src/access/access.service";
import { KeyWatch } from "../../src/access/key-watch";
import { Viewer } from "../../src/access/viewer";
import { statement } from "../../src/db/statement";
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

  it("is told to nobody whose key was revoked before it began", async () => {
    const viewer = await newcomer();
    const [held, other] = [hold(viewer), hold(await newcomer())];
    await takeBack(viewer);
    await db.database.snapshot(operator.tenantId, (tx) => watch.confirm(tx));
    expect([held.isOpen, other.isOpen]).toEqual([false, true]);
  });
});
