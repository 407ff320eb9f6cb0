import { once } from "node:events";
import { get, IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { Figure, tell } from "./figure";
import { loadCustomers } from "./load-customers";
import { loadInteractions } from "./load-interactions";
import { median, rounded } from "./median";
import { NodeProcess } from "./node-process";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

const MEGABYTE = 2 ** 20;
/** How often the resident memory is looked at. */
const LOOKED_AT_EVERY_MS = 100;

/**
 * What an export of all interactions takes in the server: the highest resident memory while it is streamed, looked at ten
 * times a second and without a forced collection, less that at rest, after one small export and a forced collection.
 */
export async function measureExport(stage: Stage, sizes: Sizes): Promise<Figure> {
  const { exported, rounds } = sizes;
  const customers = Math.max(1, Math.floor(exported / 50));
  tell(`export: ${exported} interactions`);
  const url = await stage.fresh("export", async (client) => {
    await loadCustomers(client, customers);
    await loadInteractions(client, [{ firstCustomer: 1, customers, each: Math.ceil(exported / customers) }]);
  });
  const differences: number[] = [];
  const speeds: number[] = [];
  let lines = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const taken = await measureOnce(stage, url);
    lines = taken.lines;
    differences.push((taken.peak - taken.rest) / MEGABYTE);
    speeds.push((taken.lines * 1000) / taken.ms);
    tell(
      `export: round ${round} of ${rounds}: ${differences.at(-1)!.toFixed(1)} MB, ${speeds.at(-1)!.toFixed(0)} rows/s`,
    );
  }
  return {
    figure: "export",
    means: "megabytes of resident memory at the most while interactions are exported, less those at rest",
    value: median(differences),
    target: { atMost: 60 },
    measured: { rowsPerSecond: rounded(median(speeds)), rows: lines, megabytesOfEach: differences.map(rounded) },
    sizes: { exported, rounds },
  };
}

/** A process of its own for each time, since memory that was needed once is not all given back. */
async function measureOnce(stage: Stage, url: string) {
  const onefold = await stage.onefold(url, true);
  try {
    await readExport(onefold, stage.adminKey, "profiles", 2 * MEGABYTE);
    const rest = await onefold.memory();
    const done = new AbortController();
    const peak = highest(onefold, done.signal);
    const began = performance.now();
    const lines = await readExport(onefold, stage.adminKey, "interactions", Number.POSITIVE_INFINITY);
    const ms = performance.now() - began;
    done.abort();
    return { rest, peak: await peak, lines, ms };
  } finally {
    await onefold.stop();
  }
}

async function highest(onefold: NodeProcess, done: AbortSignal): Promise<number> {
  let peak = 0;
  while (!done.aborted) {
    peak = Math.max(peak, await onefold.resident());
    await pause(LOOKED_AT_EVERY_MS);
  }
  return peak;
}

/** Reads an export up to so many bytes. Answers with the number of its lines that are no marks. */
async function readExport({ url }: NodeProcess, key: string, sections: string, bytes: number): Promise<number> {
  const request = get(`${url}/export?sections=${sections}`, { headers: { authorization: `Bearer ${key}` } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`the export was answered with ${response.statusCode}`);
  let read = 0;
  let lines = 0;
  let end = Buffer.alloc(0);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    read += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
    end = Buffer.concat([end, chunk]).subarray(-1_000);
    if (read > bytes) {
      response.destroy();
      return lines;
    }
  }
  const last = end.toString().trimEnd().split("\n").at(-1)!;
  const { counts } = JSON.parse(last) as { counts: Record<string, number> };
  const counted = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (lines < counted + 2) throw new Error("the export ended before its end");
  return counted;
}
