import { ExportRequest, ExportService } from "../../src/connect/export/export.service";
import { EXPORT_SECTIONS } from "../../src/connect/export/export-section";
import { FeedService } from "../../src/feed/feed.service";
import { RulesService } from "../../src/identity/rules/rules.service";
import { InteractionAdded } from "../../src/live/change.type";
import { crmId, email, event, record } from "../support/events";
import { codeOf, LiveServer } from "../support/live-server";

interface Line {
  readonly type: string;
  readonly id: string;
  readonly profileId: string;
  readonly recordId: string;
  readonly value: string;
  readonly cursor: string;
  readonly place: string;
  readonly data: unknown;
}

let server: LiveServer;
let exports: ExportService;

beforeAll(async () => {
  server = await LiveServer.open();
  exports = new ExportService(server.database, new FeedService(), new RulesService(server.database));
  // More than one page of each section, and customers of several records among them.
  const persons = Array.from({ length: 1_100 }, (_, n) => n);
  for (const source of ["crm", "shop"]) {
    const records = persons
      .slice(0, 600)
      .map((n) => record({ source, key: `p${n}`, identifiers: [email(`p${n}@example.com`)] }));
    await server.ingest.upsertRecords(server.viewer, records);
  }
  const events = (from: number) =>
    Array.from({ length: 1_000 }, (_, n) =>
      event({
        source: "web",
        subject: { key: `w${from + n}` },
        data: { n, text: "a\u2028b\nc", deep: { list: [1, null, "é"] } },
      }),
    );
  for (const from of [0, 1_000]) await server.ingest.ingest(server.viewer, events(from));
}, 60_000);
afterAll(() => server.close());

const ALL: ExportRequest = { sections: EXPORT_SECTIONS, resume: null };

/** Takes an export, calling `between` after each piece of it. */
async function take(
  request: ExportRequest = ALL,
  between: () => Promise<void> = async () => undefined,
): Promise<Line[]> {
  const texts: string[] = [];
  await exports.run(server.viewer.tenantId, request, async (text) => {
    texts.push(text);
    await between();
  });
  return linesOf(texts);
}

function linesOf(texts: readonly string[]): Line[] {
  return texts
    .flatMap((text) => text.split("\n").filter((line) => line !== ""))
    .map((line) => JSON.parse(line) as Line);
}

const of = (lines: readonly Line[], type: string): Line[] => lines.filter((line) => line.type === type);

/** What the tables hold: interactions, and the profile of each record. */
async function stored() {
  const { tenantId } = server.viewer;
  const interactions = await server.db.ownerQuery<{ id: string }>(
    "select interaction_id as id from interactions where tenant_id = $1 order by 1",
    [tenantId],
  );
  const records = await server.db.ownerQuery<{ id: string; profileId: string }>(
    `select record_id as id, profile_id as "profileId" from records where tenant_id = $1 order by 1`,
    [tenantId],
  );
  return {
    interactions: interactions.map(({ id }) => id),
    records: records.map(({ id, profileId }) => `${id} ${profileId}`),
  };
}

function told(lines: readonly Line[]) {
  return {
    interactions: of(lines, "interaction").map(({ id }) => id),
    records: of(lines, "record").map(({ id, profileId }) => `${id} ${profileId}`),
  };
}

let steps = 0;

/** One more message, one more customer, a merge and a split. */
async function somethingHappens(): Promise<void> {
  steps += 1;
  const [one, other] = [crmId(`a${steps}`), crmId(`b${steps}`)];
  await server.ingest.upsertRecords(server.viewer, [
    record({ source: "hubspot", key: `a${steps}`, identifiers: [one] }),
    record({ source: "hubspot", key: `b${steps}`, identifiers: [other] }),
  ]);
  await server.knows(`joins ${steps % 3}`, [`p${(steps * 7) % 600}@example.com`, `p${(steps * 13) % 600}@example.com`]);
  await server.happens(`w${(steps * 31) % 2_000}`);
}

describe("an export in one piece", () => {
  it("is the state of its cursor, whatever is written meanwhile", async () => {
    const before = await stored();
    const lines = await take(ALL, somethingHappens);
    expect(told(lines)).toEqual(before);
    expect((await stored()).interactions.length).toBeGreaterThan(before.interactions.length + 5);
    expect(of(lines, "profile").map(({ id }) => id)).toEqual(
      [...new Set(before.records.map((text) => text.split(" ")[1]))].sort(),
    );
    const [start] = of(lines, "start");
    const { changes } = await server.live.listChanges(server.viewer.tenantId, start!.cursor, 1_000);
    const known = new Set(before.interactions);
    const added = changes.flatMap((change) => (change instanceof InteractionAdded ? [change.interactionId] : []));
    expect(added.filter((id) => known.has(id))).toEqual([]);
    expect([...known, ...added].sort()).toEqual((await stored()).interactions);
    expect(lines.at(-1)).toMatchObject({
      type: "end",
      counts: { interactions: before.interactions.length, records: before.records.length },
    });
  });

  it("shows what is known as the API shows it, and hands data on as it came", async () => {
    const lines = await take();
    const [interaction] = of(lines, "interaction").filter(({ data }) => data !== null);
    expect(interaction).toMatchObject({
      source: "web",
      channel: "WEB",
      occurredAt: "2026-01-01T09:00:00.000Z",
      data: { text: "a\u2028b\nc", deep: { list: [1, null, "é"] } },
    });
    const identifiers = of(lines, "identifier").filter(({ value }) => value === "p5@example.com");
    expect(identifiers.length).toBeGreaterThanOrEqual(2);
    expect(identifiers[0]).toMatchObject({ kind: "EMAIL", namespace: null, assurance: "ASSERTED", status: "LIVE" });
  });

  it("of some sections holds these alone", async () => {
    const lines = await take({ sections: ["identifiers"], resume: null });
    expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(["start", "identifier", "place", "end"]));
  });

  it("of another tenant is not begun with this one's places", async () => {
    const resume = { place: "bm90IGEgcGxhY2U", cursor: "x" };
    expect(await codeOf(take({ sections: EXPORT_SECTIONS, resume }))).toBe("BAD_CURSOR");
  });
});

describe("an export that was cut off", () => {
  it.each([2, 7])(
    "after piece %i goes on behind it, and is whole with the changes after its cursor",
    async (cutAfter) => {
      const texts: string[] = [];
      await exports
        .run(server.viewer.tenantId, ALL, async (text) => {
          if (texts.length === cutAfter) throw new Error("cut off");
          texts.push(text);
          await somethingHappens();
        })
        .catch(() => undefined);
      const first = linesOf(texts);
      const [{ cursor }] = of(first, "start") as [Line];
      const { place } = of(first, "place").at(-1)!;
      const lines = [
        ...first,
        ...(await take({ sections: EXPORT_SECTIONS, resume: { place, cursor } }, somethingHappens)),
      ];
      for (const type of ["profile", "record", "interaction"]) {
        const ids = of(lines, type).map(({ id }) => id);
        expect(ids).toEqual([...new Set(ids)].sort());
      }
      const now = await stored();
      const interactions = new Set(of(lines, "interaction").map(({ id }) => id));
      const moved = new Set<string>();
      for (let after = cursor; ; ) {
        const page = await server.live.listChanges(server.viewer.tenantId, after, 1_000);
        for (const change of page.changes) {
          if (change instanceof InteractionAdded) interactions.add(change.interactionId);
          for (const id of [change.profileId, ...Object.values(change).flat()])
            if (typeof id === "string") moved.add(id);
        }
        if (!page.hasMore) break;
        after = page.cursor;
      }
      expect([...interactions].sort()).toEqual(now.interactions);
      const profileOf = new Map(of(lines, "record").map(({ id, profileId }) => [id, profileId]));
      const stale = now.records.filter((text) => {
        const [id, profileId] = text.split(" ") as [string, string];
        return profileOf.get(id) !== profileId && !moved.has(profileId);
      });
      expect(stale).toEqual([]);
    },
  );

  it("cannot go on when the feed no longer holds its cursor", async () => {
    const { tenantId } = server.viewer;
    const lines = await take();
    const [{ cursor }] = of(lines, "start") as [Line];
    const { place } = of(lines, "place").at(-1)!;
    await somethingHappens();
    await server.db.ownerQuery(
      "delete from changes where tenant_id = $1 and position < (select position from feeds where tenant_id = $1)",
      [tenantId],
    );
    expect(await codeOf(take({ sections: EXPORT_SECTIONS, resume: { place, cursor } }))).toBe("CURSOR_EXPIRED");
  });
});

describe("exports on one server", () => {
  it("are two at a time", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = [take(ALL, () => held), take(ALL, () => held)];
    expect(await codeOf(take())).toBe("LIMIT_EXCEEDED");
    release();
    await Promise.all(running);
    expect(await codeOf(take())).toBe("not refused");
  });
});
