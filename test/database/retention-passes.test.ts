import { pino } from "pino";
import { ExportRequest, ExportService } from "../../src/connect/export/export.service";
import { EXPORT_SECTIONS } from "../../src/connect/export/export-section";
import { FeedService } from "../../src/feed/feed.service";
import { FeedRetention } from "../../src/feed/feed-retention";
import { RulesService } from "../../src/identity/rules/rules.service";
import { codeOf, positionsOf } from "../support/live-server";
import { WebhookWorld } from "../support/webhook-world";

const DAY_MS = 24 * 3_600_000;

let world: WebhookWorld;

beforeAll(async () => {
  world = await WebhookWorld.open();
});
afterAll(() => world.close());

const page = (after: string) => world.server.live.listChanges(world.tenantId, after, null);

/** Time goes by until the feed holds nothing of what has happened so far, but the one thing that happens then. */
async function retentionPasses(): Promise<{ profileId: string }> {
  world.later(31 * DAY_MS);
  const last = await world.server.happens();
  const log = pino({ level: "silent" });
  const retention = new FeedRetention(world.server.database, log, 30, { rest: async () => undefined });
  await retention.settle(world.tenantId);
  return last;
}

describe("an endpoint that retention passes while it is paused", () => {
  it("has what it was still to be told among the dead, is told of the gap once, and goes on", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    receiver.answer = (_, response) => void response.writeHead(500).end();
    const told = await world.server.happens();
    await world.serve(id);
    await world.service.setActive(world.tenantId, id, false);
    await world.server.happensOften(told.key, 3);
    const { profileId } = await retentionPasses();
    receiver.answer = (_, response) => void response.writeHead(200).end();
    await world.service.setActive(world.tenantId, id, true);
    await world.serve(id);
    await world.server.happens(told.key);
    await world.serveFor(id, 1);
    const ofGap = receiver.taken.filter(({ type }) => type === "feed.gap");
    expect(ofGap).toHaveLength(1);
    expect(receiver.taken.filter(({ type }) => type !== "feed.gap").map(({ data }) => data.profileId)).toEqual([
      profileId,
      told.profileId,
    ]);
    const log = (await world.log(id)).reverse();
    expect(log.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      "INTERACTION_ADDED DEAD",
      "FEED_GAP DELIVERED",
      "INTERACTION_ADDED DELIVERED",
      "INTERACTION_ADDED DELIVERED",
    ]);
    expect(log[0]!.lastError).toBe("The feed no longer holds this change.");
    // What the receiver reads anew, it can follow from the message's cursor on.
    expect((await page(ofGap[0]!.data.cursor)).changes.map((change) => change.profileId)).toContain(told.profileId);
  });
});

describe("an export that retention passes while it runs", () => {
  const all: ExportRequest = { sections: EXPORT_SECTIONS, resume: null };
  let exports: ExportService;

  beforeAll(() => {
    exports = new ExportService(world.server.database, new FeedService(), new RulesService(world.server.database));
  });

  interface Exported {
    readonly types: readonly string[];
    readonly cursor: string;
    readonly place: string;
  }

  /** Takes an export, doing something else after its first piece. */
  async function take(meanwhile: () => Promise<unknown>): Promise<Exported> {
    const lines: { type: string; cursor: string; place: string }[] = [];
    await exports.run(world.tenantId, all, async (text) => {
      if (lines.length === 1) await meanwhile();
      for (const line of text.split("\n").slice(0, -1)) lines.push(JSON.parse(line));
    });
    const place = lines.find(({ type }) => type === "place")!.place;
    return { types: lines.map(({ type }) => type), cursor: lines[0]!.cursor, place };
  }

  it("is whole, and is followed from its cursor where that is the last entry that was taken", async () => {
    const { types, cursor } = await take(retentionPasses);
    expect(types.at(-1)).toBe("end");
    const position = await world.server.newestPosition();
    expect(positionsOf((await page(cursor)).changes)).toEqual([position - 1, position]);
  });

  it("is whole, and says from its cursor on that it has to be made anew, cut off as well", async () => {
    const { types, cursor, place } = await take(async () => {
      await world.server.happens();
      await retentionPasses();
    });
    expect(types.at(-1)).toBe("end");
    const again: ExportRequest = { sections: EXPORT_SECTIONS, resume: { place, cursor } };
    expect(await codeOf(page(cursor))).toBe("CURSOR_EXPIRED");
    expect(await codeOf(exports.run(world.tenantId, again, async () => undefined))).toBe("CURSOR_EXPIRED");
  });
});
