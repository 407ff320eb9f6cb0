import { open } from "node:fs/promises";
import type { GraphqlClient } from "../commands/client";
import { type Batch, batches } from "../import/batches";
import type { Counts } from "../import/import-state";
import type { LineCheck } from "../import/line-check";
import type { NumberedLine } from "../import/numbered-lines";
import type { Progress } from "../import/progress";

/** As many as the server looks at together: only those know of each other. */
const ROWS_AT_ONCE = 5_000;
const BYTES_AT_ONCE = 8_000_000;

/** What an import would do, summed up. */
export interface Forecast {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
  /** New or changed records that would be one customer with a profile that exists and is not theirs. */
  readonly joining: number;
  readonly profilesMerged: number;
  readonly profilesSplit: number;
  /** In how many pieces the server was asked: of more than one, rows of different pieces do not know of each other. */
  readonly pieces: number;
}

interface Told {
  readonly effect: "CREATED" | "UPDATED" | "UNCHANGED" | "REFUSED";
  readonly code: string | null;
  readonly message: string | null;
  readonly profileId: string | null;
  readonly joinsProfiles: readonly string[];
  readonly joinsRecords: readonly object[];
}

interface Answer {
  readonly previewRecords: {
    readonly records: readonly Told[];
    readonly profilesMerged: number;
    readonly profilesSplit: number;
  };
}

const PREVIEW = `query DryRun($records: [RecordInput!]!) { previewRecords(records: $records) {
  profilesMerged profilesSplit
  records { effect code message profileId joinsProfiles joinsRecords { source key } } } }`;

const NOTHING: Forecast = {
  created: 0,
  updated: 0,
  unchanged: 0,
  refused: 0,
  joining: 0,
  profilesMerged: 0,
  profilesSplit: 0,
  pieces: 0,
};

export interface DryRun {
  readonly client: GraphqlClient;
  readonly lines: AsyncIterable<NumberedLine>;
  readonly check: LineCheck;
  /** Where each row is listed with what would become of it, one JSON object a line. */
  readonly listPath: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Asks the server what an import would do, row by row. Writes to nothing but the list. */
export async function dryRun({ client, lines, check, listPath, progress, signal }: DryRun): Promise<Forecast> {
  const list = await open(listPath, "w", 0o600);
  let forecast = NOTHING;
  try {
    for await (const batch of batches(lines, check, { lines: ROWS_AT_ONCE, bytes: BYTES_AT_ONCE })) {
      const answer = await ask(client, batch, signal);
      const told = entriesOf(batch, answer.records);
      await list.write(told.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
      const { profilesMerged, profilesSplit } = answer;
      forecast = added(forecast, batch, { ...answer, profilesMerged, profilesSplit });
      progress.update(countsOf(forecast), batch.end.offset);
    }
  } finally {
    progress.stop();
    await list.close();
  }
  return forecast;
}

async function ask(client: GraphqlClient, batch: Batch, signal: AbortSignal): Promise<Answer["previewRecords"]> {
  if (batch.lines.length === 0) return { records: [], profilesMerged: 0, profilesSplit: 0 };
  const records = batch.lines.map((line) => line.text).join(",");
  const body = `{"query":${JSON.stringify(PREVIEW)},"variables":{"records":[${records}]}}`;
  return (await client.send<Answer>(body, signal)).previewRecords;
}

function entriesOf(batch: Batch, told: readonly Told[]): { readonly line: number }[] {
  const judged = batch.lines.map((line, place) => ({
    line: line.number,
    key: (JSON.parse(line.text) as { key: string }).key,
    ...told[place]!,
  }));
  const refused = batch.refused.map(({ line, code, message, text }) => ({
    line,
    effect: "REFUSED",
    code,
    message,
    text,
  }));
  return [...judged, ...refused].sort((a, b) => a.line - b.line);
}

function added(sum: Forecast, batch: Batch, answer: Answer["previewRecords"]): Forecast {
  const count = (effect: Told["effect"]): number => answer.records.filter((one) => one.effect === effect).length;
  return {
    created: sum.created + count("CREATED"),
    updated: sum.updated + count("UPDATED"),
    unchanged: sum.unchanged + count("UNCHANGED"),
    refused: sum.refused + count("REFUSED") + batch.refused.length,
    joining: sum.joining + answer.records.filter(({ joinsProfiles }) => joinsProfiles.length > 0).length,
    profilesMerged: sum.profilesMerged + answer.profilesMerged,
    profilesSplit: sum.profilesSplit + answer.profilesSplit,
    pieces: sum.pieces + 1,
  };
}

function countsOf({ created, updated, unchanged, refused }: Forecast): Counts {
  const known = created + updated + unchanged;
  return { lines: known + refused, accepted: created + updated, duplicates: unchanged, refused };
}

/** How far a dry run is, while it goes on. */
export function lookedAt({ lines, refused }: Counts): string {
  return `${lines.toLocaleString("en-US")} looked at, ${refused.toLocaleString("en-US")} to be refused`;
}

export function forecastInWords(forecast: Forecast): string {
  const count = (n: number, one: string, many = one): string => `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
  const { pieces } = forecast;
  return [
    `${count(forecast.created, "created")}, ${count(forecast.updated, "updated")}, ` +
      `${count(forecast.unchanged, "unchanged")}, ${count(forecast.refused, "refused")}`,
    `${count(forecast.joining, "record", "records")} would join customers that exist`,
    `${count(forecast.profilesMerged, "customer", "customers")} would take others in, ` +
      `${count(forecast.profilesSplit, "customer", "customers")} would come apart`,
    ...(pieces > 1 ? [`asked in ${pieces} pieces: joins between rows of different pieces are not counted`] : []),
  ].join("\n  ");
}
