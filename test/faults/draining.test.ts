import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { openTestDatabase, TestDatabase } from "../support/database";
import type { Drained } from "../support/drain-feed";
import { FULL, report, scale } from "../support/faults";
import { HeldMemory, MEASURED } from "../support/held-memory";
import { OnefoldProcess } from "../support/onefold-process";

const ENTRIES = scale(1_000_000, 60_000);
const ONE_IN = 250;
const MEGABYTE = 2 ** 20;
/** What the server may hold beyond what it held before, and the poller take beyond what it works with once it is warm. */
const MORE_MEGABYTES = 100;

const PROGRAM = join(__dirname, "../support/drain-feed.ts");
const TYPESCRIPT = join(__dirname, "../../bin/typescript.js");
const ADMIN_KEY = "operator-of-the-draining-test";

jest.setTimeout(FULL ? 1_200_000 : 120_000);

let database: TestDatabase;
let onefold: OnefoldProcess;
let origin: string;
let memory: HeldMemory;

beforeAll(async () => {
  database = await openTestDatabase();
  onefold = OnefoldProcess.run("serve", {
    DATABASE_URL: database.url,
    ONEFOLD_ADMIN_KEY: ADMIN_KEY,
    ONEFOLD_LOG_LEVEL: "warn",
    ...MEASURED,
  });
  origin = `http://127.0.0.1:${(await onefold.ready()).port}`;
  memory = new HeldMemory(onefold);
  await database.ownerQuery(
    `insert into changes (tenant_id, position, tag, at, kind, profile_id, related_ids, record_id, interaction_id, channel)
     select f.tenant_id, n, n, f.at, 'INTERACTION_ADDED', gen_random_uuid(), '{}', gen_random_uuid(), gen_random_uuid(),
       case when n % $2 = 0 then 'LINE' else 'WEB' end
     from feeds f, generate_series(1, $1::integer) n`,
    [ENTRIES, ONE_IN],
  );
  await database.ownerQuery("update feeds set position = $1::integer, tag = $1::integer", [ENTRIES]);
  await database.ownerQuery("analyze changes");
});
afterAll(async () => {
  onefold.signal("SIGTERM");
  await onefold.exit();
  await database.close();
});

/** A poller in a process of its own. */
async function drain(filter: object | null): Promise<Drained> {
  const args = ["-r", TYPESCRIPT, PROGRAM, origin, ADMIN_KEY, JSON.stringify(filter)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Drained;
}

describe("a poller that asks for a thousand at a time", () => {
  it.each([
    ["all", null, ENTRIES, ENTRIES],
    ["one channel", { channels: ["LINE"] }, ENTRIES / ONE_IN, ENTRIES],
  ] as const)(
    "drains %s of a long feed in bounded memory, its own and the server's",
    async (what, filter, count, last) => {
      const before = await memory.now();
      const drained = await memory.mostDuring(drain(filter));
      const { entries, outOfOrder, lastPosition, pages, afterWarmUp, most, seconds, held } = drained;
      const took = (side: "server" | "client") =>
        `${side} ${megabytes(afterWarmUp[side])} to ${megabytes(most[side])} MB`;
      report(`draining: ${what}: ${entries} of ${ENTRIES} entries, ${pages} pages, ${seconds.toFixed(1)} s`);
      report(`draining: ${what}: ${took("server")} resident, ${took("client")}`);
      report(`draining: ${what}: server ${megabytes(before)} to ${megabytes(held)} MB held`);
      expect({ entries, outOfOrder, lastPosition }).toEqual({ entries: count, outOfOrder: 0, lastPosition: last });
      expect(megabytes(held - before)).toBeLessThan(MORE_MEGABYTES);
      expect(megabytes(most.client - afterWarmUp.client)).toBeLessThan(MORE_MEGABYTES);
    },
  );
});

function megabytes(bytes: number): number {
  return Math.round(bytes / MEGABYTE);
}
