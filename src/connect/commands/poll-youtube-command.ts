import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { targetOf } from "../import/import-state";
import { readPollState } from "../systems/youtube/poll-state";
import type { PollOutcome } from "../systems/youtube/poll-youtube";
import { YoutubeApi } from "../systems/youtube/youtube-api";
import { failureInWords, GraphqlClient } from "./client";
import { findTarget } from "./target";

interface Flags {
  readonly url?: string;
  readonly key?: string;
  readonly source: string;
  readonly units: number;
  readonly pages: number;
  readonly youtubeUrl: string;
}

const EXIT = { ALL_TAKEN: 0, FAILED: 1, SOME_REFUSED: 2, INTERRUPTED: 130 } as const;

const NOTES = `
The key of the YouTube Data API is read from YOUTUBE_API_KEY. Run it every few minutes, by cron or a timer: a run that
finds nothing new takes --pages units of the day's quota, which is 10,000 unless Google grants more.

Exit code: 0 everything is taken, 2 some comments were refused, 1 the run failed, 130 it was interrupted.`;

/** `onefold poll-youtube`: asks YouTube for new comments and sends them to a server. */
export function pollYoutubeCommand(): Command {
  return new Command("poll-youtube")
    .description("send new comments on a YouTube channel's videos to a server")
    .argument("<channel>", "id of your channel, such as UC_x5XG1OV2P6uZZ5FSM9Ttw")
    .option("--url <url>", "address of the server (default: http://127.0.0.1:4000, or the port in PORT)")
    .option("--key <key>", "API key; otherwise the one in ONEFOLD_KEY, or of the server on this machine")
    .option("--source <name>", "the source of the comments", "youtube")
    .option("--units <units>", "units of YouTube's quota that one run may use", count, 50)
    .option("--pages <pages>", "pages of 100 threads that are looked over for new answers", count, 2)
    .option("--youtube-url <url>", "address of the YouTube Data API", "https://www.googleapis.com")
    .addHelpText("after", NOTES)
    .action(async (channel: string, flags: Flags) => {
      process.exitCode = await poll(channel, flags).catch((error: unknown) => {
        process.stderr.write(`${failureInWords(error)}\n`);
        return EXIT.FAILED;
      });
    });
}

async function poll(channel: string, flags: Flags): Promise<number> {
  const youtubeKey = process.env.YOUTUBE_API_KEY?.trim();
  if (!youtubeKey) throw new Error("There is no key for YouTube. Give one in YOUTUBE_API_KEY.");
  const { pollYoutube } =
    require("../systems/youtube/poll-youtube") as typeof import("../systems/youtube/poll-youtube");
  const target = await findTarget(flags, process.env);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    const from = `${targetOf(target.graphql, target.key)} ${flags.source} ${channel} ${flags.youtubeUrl}`;
    await mkdir(target.dataDir, { recursive: true });
    const name = createHash("sha256").update(from).digest("hex").slice(0, 16);
    const statePath = join(target.dataDir, `poll-youtube-${name}.json`);
    const outcome = await pollYoutube({
      api: new YoutubeApi({ baseUrl: flags.youtubeUrl, key: youtubeKey, signal: stop.signal }),
      client: new GraphqlClient({ url: target.graphql, key: target.key }),
      context: { source: flags.source, ownChannel: channel },
      statePath,
      state: await readPollState(statePath, from),
      units: flags.units,
      pages: flags.pages,
      signal: stop.signal,
    });
    tell(outcome);
    return outcome.refused.size > 0 ? EXIT.SOME_REFUSED : EXIT.ALL_TAKEN;
  } catch (error) {
    if (stop.signal.aborted) return EXIT.INTERRUPTED;
    throw error;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

function tell({ accepted, duplicates, refused, units, moreToCome }: PollOutcome): void {
  const more = moreToCome ? "; older comments follow with the next run" : "";
  process.stdout.write(`${accepted} new, ${duplicates} known, ${units} units${more}\n`);
  for (const [reason, times] of refused) process.stderr.write(`${times} times not taken: ${reason}\n`);
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new InvalidArgumentError("Give 1 to 10000.");
  return number;
}
