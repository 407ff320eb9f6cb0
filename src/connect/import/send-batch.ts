import { type GraphqlClient, Refused } from "../client";
import type { CheckedLine } from "./line-check";
import type { Refusal } from "./refusal";

export interface BatchOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: readonly Refusal[];
}

interface IngestAnswer {
  readonly ingest: readonly {
    readonly status: "ACCEPTED" | "DUPLICATE" | "REJECTED";
    readonly code: string | null;
    readonly message: string | null;
  }[];
}

const INGEST = "mutation Import($events: [EventInput!]!) { ingest(events: $events) { status code message } }";

/** Answers that speak of what was sent, not of who sent it: halves of the batch may fare better. */
const ABOUT_THE_EVENTS: ReadonlySet<string> = new Set(["BAD_USER_INPUT", "LIMIT_EXCEEDED", "BAD_REQUEST"]);

/**
 * Sends lines in one request. When the server refuses the request as a whole although every line passed the check (a
 * newer server, say), the batch is halved until the line it stumbles over stands alone and is refused by itself.
 *
 * Throws Unreachable, and Refused when the refusal is not about the lines.
 */
export async function sendBatch(
  client: GraphqlClient,
  lines: readonly CheckedLine[],
  signal: AbortSignal,
): Promise<BatchOutcome> {
  if (lines.length === 0) return { accepted: 0, duplicates: 0, refused: [] };
  try {
    const events = lines.map((line) => line.text).join(",");
    const answer = await client.send<IngestAnswer>(
      `{"query":${JSON.stringify(INGEST)},"variables":{"events":[${events}]}}`,
      signal,
    );
    return outcomeOf(lines, answer);
  } catch (error) {
    if (!(error instanceof Refused) || !ABOUT_THE_EVENTS.has(error.code)) throw error;
    if (lines.length === 1) return { accepted: 0, duplicates: 0, refused: [refusal(lines[0]!, error)] };
    const middle = Math.ceil(lines.length / 2);
    const left = await sendBatch(client, lines.slice(0, middle), signal);
    const right = await sendBatch(client, lines.slice(middle), signal);
    return {
      accepted: left.accepted + right.accepted,
      duplicates: left.duplicates + right.duplicates,
      refused: [...left.refused, ...right.refused],
    };
  }
}

function outcomeOf(lines: readonly CheckedLine[], answer: IngestAnswer): BatchOutcome {
  if (answer.ingest.length !== lines.length) throw new Error("The server answered for another number of events");
  const refused: Refusal[] = [];
  let accepted = 0;
  let duplicates = 0;
  for (const [index, result] of answer.ingest.entries()) {
    if (result.status === "ACCEPTED") accepted++;
    else if (result.status === "DUPLICATE") duplicates++;
    else refused.push(refusal(lines[index]!, { code: result.code ?? "REJECTED", message: result.message ?? "" }));
  }
  return { accepted, duplicates, refused };
}

function refusal(line: CheckedLine, why: { readonly code: string; readonly message: string }): Refusal {
  return { line: line.number, code: why.code, message: why.message, text: line.text };
}
