import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { Database } from "../../src/db/database";
import { FeedSignal } from "../../src/feed/feed-signal";
import { Change, InteractionAdded } from "../../src/live/change.type";
import { openTestDatabase } from "../support/database";
import { report, scale, seeded } from "../support/faults";
import { LiveServer, positionsOf, take, takeUntil } from "../support/live-server";
import { makeViewer, makeViewerElsewhere } from "../support/tenant";
import { jittered, UnreliableWriter } from "../support/unreliable-writer";

const WRITERS = 24;
const WRITING_MS = scale(60_000, 8_000);
const LONG_TRANSACTION_MS = scale(10_000, 2_000);
const CUSTOMERS = 40;

jest.setTimeout(WRITING_MS + 60_000);

const interactionsOf = (changes: readonly Change[]): string[] =>
  changes.flatMap((change) => (change instanceof InteractionAdded ? change.interactionId : []));

describe("24 writers whose commits take as long as they like, and of which some come to nothing", () => {
  it("are told whole, once and in order, on any server, and one long transaction holds up its own tenant alone", async () => {
    const random = seeded("writers");
    const db = await openTestDatabase({ poolSize: WRITERS + 4 });
    const viewer = await makeViewer(db.database);
    const elsewhere = await makeViewerElsewhere(db.database, viewer);
    const signal = new FeedSignal(db.database, pino({ level: "silent" }));
    const database = await Database.open(db.url, { poolSize: 4 });
    const server = new LiveServer(db, viewer, database);
    const neighbour = new LiveServer(db, elsewhere, database);
    let end = Number.POSITIVE_INFINITY;
    const everything = takeUntil(await server.watchAll(), () => end);

    const until = Date.now() + WRITING_MS;
    let rolledBack = 0;
    const writers = Array.from({ length: WRITERS }, async () => {
      const writer = new UnreliableWriter(db.database, viewer, signal, jittered(random, 8, 5));
      const written: string[] = [];
      while (Date.now() < until) {
        await pause(random() * 20);
        const id = await writer.write(`customer ${Math.floor(random() * CUSTOMERS)}`);
        if (id === null) rolledBack += 1;
        else written.push(id);
      }
      return written;
    });

    await pause(WRITING_MS / 3);
    const neighbourly = await neighbour.watchAll();
    let committed = false;
    const holding = waiting();
    const long = new UnreliableWriter(db.database, viewer, signal, async () => {
      holding.resolve();
      await pause(LONG_TRANSACTION_MS);
      committed = true;
      return "COMMIT";
    });
    const longWrite = long.write("customer 0");
    await holding.promise;
    for (let n = 0; n < 10; n += 1) {
      const { interactionId } = await neighbour.happens("the neighbour's");
      const told = await take(neighbourly, n === 0 ? 2 : 1);
      expect(interactionsOf(told)).toEqual([interactionId]);
    }
    expect(committed).toBe(false);
    const longId = await longWrite;

    const acknowledged = await Promise.all(writers);
    end = await server.newestPosition();
    await server.happens();
    const told = await everything;
    report(`writers: ${told.length} entries, ${rolledBack} transactions rolled back`);
    expect(rolledBack).toBeGreaterThan(0);
    expect(positionsOf(told)).toEqual(Array.from({ length: end }, (_, n) => n + 1));
    const ids = interactionsOf(told);
    expect([...ids].sort()).toEqual([...acknowledged.flat(), longId].sort());
    const places = new Map(ids.map((id, place) => [id, place]));
    for (const own of acknowledged) {
      const order = own.map((id) => places.get(id)!);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
    const again = await takeUntil(await server.watchAll(told[0]!.cursor), () => end);
    expect(again).toEqual(told.slice(1));

    await neighbourly.return();
    await Promise.all([server.stop(), neighbour.stop()]);
    await database.close();
    await db.close();
  });
});

function waiting(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
