/**
 * Plays a script on a server and tells what the feed says of it.
 *
 * It promises: steps are sent one after the other, in the order of the clock, and each is told when the server has
 * taken it. A step that is refused is told and does not stop the day. It trusts the feed for everything about joins:
 * nothing is computed here. When the server stays away the play ends with the error of the client.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { GraphqlClient } from "../commands/client";
import { Audience } from "./audience";
import type { Screen } from "./screen";
import type { Step } from "./script";
import { cursorOfNow, watchFeed } from "./watch-feed";

export interface PlayOptions {
  readonly client: GraphqlClient;
  readonly socket: string;
  readonly key: string;
  readonly screen: Screen;
  /** Times as fast as life; Infinity waits for nothing. */
  readonly speed: number;
  /** Ends the play at once, which then rejects. */
  readonly signal: AbortSignal;
}

export interface Played {
  readonly accepted: number;
  readonly refused: number;
  /** Source records that had an interaction. */
  readonly recordIds: readonly string[];
}

interface WriteResult {
  readonly status: "ACCEPTED" | "DUPLICATE" | "REJECTED";
  readonly code: string | null;
  readonly message: string | null;
  readonly profileId: string | null;
}

const INGEST =
  "mutation Play($events: [EventInput!]!) { results: ingest(events: $events) { status code message profileId } }";
const UPSERT =
  "mutation Play($records: [RecordInput!]!) { results: upsertRecords(records: $records) { status code message profileId } }";

/** How long a step waits for the feed to show it, so that a join is told right below the step that caused it. */
const SHOWN_WITHIN_MS = 3_000;

export async function play(steps: readonly Step[], options: PlayOptions): Promise<Played> {
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const after = await cursorOfNow(options.client, signal);
  const audience = new Audience(watchFeed({ socket: options.socket, key: options.key, after }, signal));
  const counts = { accepted: 0, refused: 0 };
  try {
    const began = Date.now() - (steps[0]?.at ?? 0) / options.speed;
    for (const step of steps) {
      const wait = began + step.at / options.speed - Date.now();
      if (wait > 0) await sleep(wait, undefined, { signal });
      await perform(step, options, audience, counts);
    }
  } finally {
    over.abort();
    await audience.end();
  }
  return { ...counts, recordIds: audience.recordIds };
}

async function perform(
  step: Step,
  { client, screen, signal }: PlayOptions,
  audience: Audience,
  counts: { accepted: number; refused: number },
): Promise<void> {
  for (const text of audience.takeNews()) screen.join(text);
  const since = audience.heard;
  const result = (await send(step, client, signal)).results[0]!;
  screen.step(step);
  if (result.status === "REJECTED") {
    counts.refused++;
    screen.problem(`refused: ${result.message} (${result.code})`);
    return;
  }
  counts.accepted++;
  if ("event" in step) await audience.hasSeen({ messageId: step.event.messageId }, SHOWN_WITHIN_MS);
  else if (result.status === "ACCEPTED" && result.profileId !== null) {
    await audience.hasSeen({ profileId: result.profileId, since }, SHOWN_WITHIN_MS);
    audience.met(result.profileId, "CRM");
  }
  for (const text of audience.takeNews()) screen.join(text);
}

function send(step: Step, client: GraphqlClient, signal: AbortSignal): Promise<{ results: readonly WriteResult[] }> {
  return "event" in step
    ? client.request(INGEST, { events: [step.event] }, signal)
    : client.request(UPSERT, { records: [step.record] }, signal);
}
