import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GraphqlClient } from "../../../src/connect/commands/client";
import { readPollState } from "../../../src/connect/systems/youtube/poll-state";
import { type PollOptions, pollYoutube } from "../../../src/connect/systems/youtube/poll-youtube";
import { YoutubeApi } from "../../../src/connect/systems/youtube/youtube-api";
import { acceptAll, StandInServer } from "./stand-in-server";

const OWN = "UC_x5XG1OV2P6uZZ5FSM9Ttw";
const KEY = "AIza-test";

interface Comment {
  readonly id: string;
  readonly snippet: Record<string, unknown>;
}

const comment = (id: string, change: Record<string, unknown> = {}): Comment => ({
  id,
  snippet: {
    videoId: "UTVZ7IQ2Ggg",
    textDisplay: `ความเห็น ${id}`,
    authorDisplayName: "@ann-tea",
    authorChannelId: { value: "UCann" },
    likeCount: 3,
    publishedAt: "2026-02-01T10:00:00Z",
    updatedAt: "2026-02-01T10:00:00Z",
    ...change,
  },
});

interface Thread {
  readonly top: Comment;
  readonly answers?: Comment[];
}

/** The two lists of the YouTube Data API over threads that a test gives, two on a page. */
class StandInYoutube {
  calls: string[] = [];
  threads: Thread[] = [];
  fail: ((call: number) => { status: number; body: object } | undefined) | undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<StandInYoutube> {
    const server = createServer((request, response) => {
      const url = new URL(request.url!, "http://localhost");
      youtube.calls.push(`${url.pathname.split("/").at(-1)} ${url.searchParams.get("pageToken") ?? "top"}`);
      const refusal =
        request.headers["x-goog-api-key"] === KEY ? youtube.fail?.(youtube.calls.length) : { status: 403, body: {} };
      const body = refusal?.body ?? youtube.answer(url);
      response.writeHead(refusal?.status ?? 200, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const youtube = new StandInYoutube(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return youtube;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private answer({ pathname, searchParams }: URL): object {
    const start = Number(searchParams.get("pageToken") ?? 0);
    if (pathname.endsWith("/comments")) {
      const thread = this.threads.find(({ top }) => top.id === searchParams.get("parentId"))!;
      return { items: thread.answers };
    }
    const items = this.threads.slice(start, start + 2).map(({ top, answers = [] }) => ({
      id: top.id,
      snippet: { channelId: OWN, videoId: "UTVZ7IQ2Ggg", topLevelComment: top, totalReplyCount: answers.length },
      ...(answers.length > 0 && { replies: { comments: answers.slice(0, 2) } }),
    }));
    return { items, ...(start + 2 < this.threads.length && { nextPageToken: String(start + 2) }) };
  }
}

let youtube: StandInYoutube;
let server: StandInServer;
let folder: string;

beforeEach(async () => {
  youtube = await StandInYoutube.start();
  server = await StandInServer.start(acceptAll);
  folder = await mkdtemp(join(tmpdir(), "onefold-youtube-"));
});
afterEach(async () => {
  await Promise.all([youtube.stop(), server.stop(), rm(folder, { recursive: true })]);
});

/** Runs once, and answers with its outcome and the ids of what the server was sent. */
async function poll(change: Partial<PollOptions> & { key?: string } = {}) {
  youtube.calls = [];
  server.received = [];
  const signal = new AbortController().signal;
  const statePath = join(folder, "state.json");
  const outcome = await pollYoutube({
    api: new YoutubeApi({ baseUrl: youtube.url, key: change.key ?? KEY, signal, pause: async () => {} }),
    client: new GraphqlClient({ url: server.url, key: "k", attempts: 1 }),
    context: { source: "youtube", ownChannel: OWN },
    statePath,
    state: await readPollState(statePath, "target"),
    units: 50,
    pages: 1,
    signal,
    ...change,
  });
  return { ...outcome, ids: sent().map(({ messageId }) => messageId) };
}

const sent = () => server.received.flatMap(({ events }) => events) as unknown as Record<string, unknown>[];

describe("A look at the comments of a channel", () => {
  test("sends each as a public comment of its author", async () => {
    youtube.threads = [{ top: comment("a") }];
    await poll();
    expect(sent()).toEqual([
      {
        messageId: "a",
        source: "youtube",
        channel: "YOUTUBE",
        kind: "COMMENT",
        direction: "INBOUND",
        visibility: "PUBLIC",
        occurredAt: "2026-02-01T10:00:00.000Z",
        conversationKey: "youtube:a",
        text: "ความเห็น a",
        subject: {
          key: "UCann",
          identifiers: [{ kind: "YOUTUBE_ID", value: "UCann", namespace: null, assurance: "VERIFIED" }],
          attributes: { displayName: "@ann-tea" },
        },
        data: { type: "comment", videoId: "UTVZ7IQ2Ggg" },
      },
    ]);
  });

  test("sends what the channel answers to whoever began the thread", async () => {
    const answer = comment("a.1", { authorChannelId: { value: OWN }, parentId: "a" });
    youtube.threads = [
      { top: comment("a"), answers: [answer] },
      { top: comment("b", { authorChannelId: { value: OWN } }) },
    ];
    expect(await poll()).toMatchObject({ ids: ["a", "a.1"], passedOver: 1, refused: new Map() });
    expect(sent()[1]).toMatchObject({
      direction: "OUTBOUND",
      actor: OWN,
      subject: { key: "UCann" },
      conversationKey: "youtube:a",
    });
  });

  test("reads all pages the first time, and one the next time", async () => {
    youtube.threads = ["e", "d", "c", "b", "a"].map((id) => ({ top: comment(id) }));
    expect(await poll()).toMatchObject({ ids: ["e", "d", "c", "b", "a"], units: 3, moreToCome: false });
    expect(await poll()).toMatchObject({ ids: [], units: 1 });
    youtube.threads.unshift({ top: comment("f") });
    expect(await poll()).toMatchObject({ ids: ["f"], units: 2 });
  });

  test("asks for answers that a thread does not bring along", async () => {
    const answers = ["a.1", "a.2", "a.3"].map((id) => comment(id, { parentId: "a" }));
    youtube.threads = [{ top: comment("a"), answers }];
    expect(await poll()).toMatchObject({ ids: ["a", "a.1", "a.2", "a.3"] });
    expect(youtube.calls).toEqual(["commentThreads top", "comments top"]);
  });

  test("sends an edit as one more event, and a new answer with its thread", async () => {
    youtube.threads = [{ top: comment("a") }];
    await poll();
    youtube.threads = [{ top: comment("a", { textDisplay: "better", updatedAt: "2026-02-01T11:00:00Z" }) }];
    expect((await poll()).ids).toEqual(["a:edit:1769943600000"]);
    expect(sent()[0]).toMatchObject({ text: "better", data: { edits: "a" } });
    youtube.threads = [{ ...youtube.threads[0]!, answers: [comment("a.1", { parentId: "a" })] }];
    expect((await poll()).ids).toContain("a.1");
  });
});

describe("A run that may not go on", () => {
  test("stops at its units, and the next ones go on until every comment is sent once", async () => {
    youtube.threads = Array.from({ length: 11 }, (_, n) => ({ top: comment(`t${n}`) }));
    const seen: unknown[] = [];
    let runs = 0;
    for (let more = true; more; runs++) {
      const outcome = await poll({ units: 2 });
      expect(outcome.units).toBeLessThanOrEqual(2);
      seen.push(...outcome.ids);
      more = outcome.moreToCome;
      if (runs === 1) youtube.threads.unshift({ top: comment("new") });
    }
    expect([...new Set(seen)].sort()).toEqual(youtube.threads.map(({ top }) => top.id).sort());
    expect(runs).toBeLessThan(12);
  });

  test("leaves a thread for the next one when its answers cannot be asked for", async () => {
    const answers = ["a.1", "a.2", "a.3"].map((id) => comment(id, { parentId: "a" }));
    youtube.threads = [{ top: comment("a"), answers }];
    expect(await poll({ units: 1 })).toMatchObject({ ids: ["a"], units: 1 });
    expect((await poll({ units: 2 })).ids).toEqual(["a", "a.1", "a.2", "a.3"]);
  });

  test("says why YouTube refuses", async () => {
    const error = { errors: [{ reason: "quotaExceeded" }], message: "Quota exceeded." };
    youtube.fail = () => ({ status: 403, body: { error } });
    await expect(poll()).rejects.toThrow("YouTube refuses: Quota exceeded. (quotaExceeded)");
    youtube.fail = undefined;
    await expect(poll({ key: "wrong" })).rejects.toThrow("HTTP 403");
  });

  test("asks again when YouTube stumbles, and gives up in words", async () => {
    youtube.threads = [{ top: comment("a") }];
    youtube.fail = (call) => (call < 3 ? { status: 503, body: {} } : undefined);
    expect(await poll()).toMatchObject({ ids: ["a"], units: 3 });
    youtube.fail = () => ({ status: 500, body: {} });
    await expect(poll()).rejects.toThrow("No answer from YouTube: HTTP 500.");
  });

  test("goes on from the top when the place to go on from has grown too old", async () => {
    youtube.threads = Array.from({ length: 5 }, (_, n) => ({ top: comment(`t${n}`) }));
    expect(await poll({ units: 1 })).toMatchObject({ moreToCome: true });
    const error = { errors: [{ reason: "invalidPageToken" }] };
    youtube.fail = (call) => (call === 2 ? { status: 400, body: { error } } : undefined);
    expect(await poll({ units: 5 })).toMatchObject({ moreToCome: false });
  });

  test("keeps what the server took when the server is gone", async () => {
    youtube.threads = Array.from({ length: 4 }, (_, n) => ({ top: comment(`t${n}`) }));
    server.change((received, count) => (count > 1 ? "hang up" : acceptAll(received)));
    await expect(poll()).rejects.toThrow();
    server.change(acceptAll);
    expect((await poll()).ids).toEqual(["t2", "t3"]);
  });
});

describe("What is odd", () => {
  test("a thread that cannot be read costs no other", async () => {
    youtube.threads = [{ top: { id: "bad", snippet: {} } }, { top: comment("a") }];
    expect(await poll()).toMatchObject({ ids: ["a"], refused: new Map([["a thread that cannot be read", 1]]) });
  });

  test("a comment under its author's new name is known", async () => {
    youtube.threads = [{ top: comment("a") }];
    server.change(({ events }) => ({
      body: { data: { results: events.map(() => ({ status: "REJECTED", code: "CONFLICT", message: "" })) } },
    }));
    expect(await poll()).toMatchObject({ duplicates: 1, refused: new Map() });
  });

  test("a state of another target, or a broken one, counts as none", async () => {
    const path = join(folder, "state.json");
    youtube.threads = [{ top: comment("a") }];
    await poll();
    expect((await readPollState(path, "another")).threads.size).toBe(0);
    await writeFile(path, (await readFile(path, "utf8")).slice(0, 20));
    expect((await readPollState(path, "target")).threads.size).toBe(0);
  });
});
