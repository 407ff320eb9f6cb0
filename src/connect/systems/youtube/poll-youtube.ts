import "reflect-metadata";

/**
 * One look at the comments of a channel: what is new there becomes events of a server.
 *
 * It promises: what the server has taken is written down page by page, so a run that is cut off costs nothing but its
 * last page, and a comment that is sent again is a duplicate. It asks for no more units than it may, and goes on with
 * older threads at the next run where it stopped. It trusts that YouTube lists threads by time, the newest first, as it
 * says. A new answer to a thread that lies deeper than it looks is not seen before the thread comes up again.
 */

import type { GraphqlClient } from "../../commands/client";
import { sendBatch } from "../../import/send-batch";
import type { Item } from "../../pipeline/adapter";
import { type PollState, savePollState } from "./poll-state";
import { type YoutubeApi, YoutubeRefused } from "./youtube-api";
import {
  type CommentContext,
  readAnswers,
  readPage,
  readThread,
  readTopComment,
  type Thread,
  versionOf,
} from "./youtube-comments";

export interface PollOptions {
  readonly api: YoutubeApi;
  readonly client: GraphqlClient;
  readonly context: CommentContext;
  readonly statePath: string;
  readonly state: PollState;
  /** Units of the day's quota that this run may use. */
  readonly units: number;
  /** Pages of 100 threads that are looked over for new answers, even where every thread is known. */
  readonly pages: number;
  readonly signal: AbortSignal;
}

export interface PollOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  /** Comments of the channel itself to nobody, and of people whose account is gone. */
  readonly passedOver: number;
  /** Why others did not become events, each reason once with its number. */
  readonly refused: ReadonlyMap<string, number>;
  readonly units: number;
  /** Whether older threads are left for the next run. */
  readonly moreToCome: boolean;
}

const BATCH = 500;
const PAGE = { maxResults: "100", textFormat: "plainText" };

/** Throws YoutubeRefused, and Refused and Unreachable of the client; what was taken before is written down. */
export async function pollYoutube(options: PollOptions): Promise<PollOutcome> {
  const poll = new Poll(options);
  await poll.lookAtNewest();
  await poll.goOnWithOlder();
  return poll.outcome();
}

interface PageTaken {
  readonly next: string | undefined;
  /** Whether anything on it was new. */
  readonly changed: boolean;
  /** False when the units ran out before all answers were asked for. */
  readonly complete: boolean;
}

class Poll {
  private readonly threads: Map<string, string>;
  private resumeAt: string | undefined;
  private accepted = 0;
  private duplicates = 0;
  private passedOver = 0;
  private readonly refused = new Map<string, number>();

  constructor(private readonly options: PollOptions) {
    this.threads = new Map(options.state.threads);
    this.resumeAt = options.state.resumeAt;
  }

  outcome(): PollOutcome {
    const { accepted, duplicates, passedOver, refused, resumeAt } = this;
    const units = this.options.api.units;
    return { accepted, duplicates, passedOver, refused, units, moreToCome: resumeAt !== undefined };
  }

  /**
   * From the top, until pages hold nothing new. Should it end before, what lies between there and the threads known
   * before is reached from there.
   */
  async lookAtNewest(): Promise<void> {
    const older = this.resumeAt;
    let token: string | undefined;
    for (let page = 1; !this.isSpent(); page++) {
      const { next, changed, complete } = await this.takePage(token);
      if (!complete) break;
      const isDone = next === undefined || (!changed && page >= this.options.pages);
      this.resumeAt = isDone ? next && older : next;
      token = next;
      await this.save();
      if (isDone) return;
    }
    await this.save();
  }

  async goOnWithOlder(): Promise<void> {
    while (this.resumeAt !== undefined && !this.isSpent()) {
      const { next, complete } = await this.takeOlderPage(this.resumeAt);
      if (complete) this.resumeAt = next;
      await this.save();
    }
  }

  private isSpent(): boolean {
    this.options.signal.throwIfAborted();
    return this.options.api.units >= this.options.units;
  }

  /** A token that has grown too old is dropped: the threads behind it are found from the top. */
  private async takeOlderPage(token: string): Promise<PageTaken> {
    try {
      return await this.takePage(token);
    } catch (error) {
      if (!(error instanceof YoutubeRefused) || error.reason !== "invalidPageToken") throw error;
      return { next: undefined, changed: false, complete: true };
    }
  }

  private async takePage(token: string | undefined): Promise<PageTaken> {
    const { api, context } = this.options;
    const which = { part: "snippet,replies", allThreadsRelatedToChannelId: context.ownChannel, order: "time" };
    const page = readPage(await api.list("commentThreads", { ...which, ...PAGE, ...(token && { pageToken: token }) }));
    if (page === null) throw new YoutubeRefused("unreadable", "What answers there is not the YouTube Data API.");
    const items: Item[] = [];
    const versions = new Map<string, string>();
    let complete = true;
    for (const payload of page.items) {
      const thread = readThread(payload);
      if (thread === null) this.count("a thread that cannot be read");
      if (thread === null || this.threads.get(thread.id) === versionOf(thread)) continue;
      const answers = await this.answersOf(thread);
      complete &&= answers !== null;
      items.push(readTopComment(thread, context), ...(answers ?? []));
      if (answers !== null) versions.set(thread.id, versionOf(thread));
    }
    await this.send(items);
    for (const [id, version] of versions) this.threads.set(id, version);
    return { next: page.nextPageToken, changed: versions.size > 0 || !complete, complete };
  }

  /** A thread brings a few of its answers; for all of them one has to ask. Null when there are no units to ask with. */
  private async answersOf(thread: Thread): Promise<Item[] | null> {
    const { api, context } = this.options;
    const brought = thread.replies?.comments ?? [];
    if ((thread.snippet.totalReplyCount ?? 0) <= brought.length) return readAnswers(brought, thread, context);
    if (this.isSpent()) return null;
    const answers: unknown[] = [];
    let token: string | undefined;
    do {
      const which = { part: "snippet", parentId: thread.id };
      const page = readPage(await api.list("comments", { ...which, ...PAGE, ...(token && { pageToken: token }) }));
      if (page === null) throw new YoutubeRefused("unreadable", "What answers there is not the YouTube Data API.");
      answers.push(...page.items);
      token = page.nextPageToken;
    } while (token !== undefined);
    return readAnswers(answers, thread, context);
  }

  private async send(items: readonly Item[]): Promise<void> {
    for (const item of items) {
      if (item.kind === "UNREADABLE") this.count(item.reason);
      if (item.kind === "UNKNOWN") this.passedOver += 1;
    }
    const events = items.flatMap((item) => (item.kind === "EVENT" ? [item.event] : []));
    const lines = events.map((event, place) => ({ number: place + 1, text: JSON.stringify(event) }));
    for (let start = 0; start < lines.length; start += BATCH) {
      const sent = await sendBatch(
        this.options.client,
        "events",
        lines.slice(start, start + BATCH),
        this.options.signal,
      );
      this.accepted += sent.accepted;
      this.duplicates += sent.duplicates;
      for (const { code } of sent.refused) {
        // The id and the time of the edit tell comments apart: another payload is the same comment under a new name.
        if (code === "CONFLICT") this.duplicates += 1;
        else this.count(`refused by the server (${code})`);
      }
    }
  }

  private count(reason: string): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  private async save(): Promise<void> {
    const { statePath, state } = this.options;
    await savePollState(statePath, { target: state.target, threads: this.threads, resumeAt: this.resumeAt });
  }
}
