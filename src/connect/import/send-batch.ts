import { type GraphqlClient, Refused } from "../commands/client";
import type { CheckedLine } from "./line-check";
import type { Refusal } from "./refusal";

export interface BatchOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: readonly Refusal[];
}

interface Answer {
  readonly results: readonly {
    readonly status: "ACCEPTED" | "DUPLICATE" | "REJECTED";
    readonly code: string | null;
    readonly message: string | null;
  }[];
}

/** What the lines of an import are: by which mutation they are sent. */
export const MUTATIONS = {
  events: "mutation Import($lines: [EventInput!]!) { results: ingest(events: $lines) { status code message } }",
  records:
    "mutation Import($lines: [RecordInput!]!) { results: upsertRecords(records: $lines) { status code message } }",
} as const;

export type ImportKind = keyof typeof MUTATIONS;

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
  kind: ImportKind,
  lines: readonly CheckedLine[],
  signal: AbortSignal,
): Promise<BatchOutcome> {
  if (lines.length === 0) return { accepted: 0, duplicates: 0, refused: [] };
  try {
    const texts = lines.map((line) => line.text).join(",");
    const query = JSON.stringify(MUTATIONS[kind]);
    const answer = await client.send<Answer>(`{"query":${query},"variables":{"lines":[${texts}]}}`, signal);
    return outcomeOf(lines, answer);
  } catch (error) {
    if (!(error instanceof Refused) || !ABOUT_THE_EVENTS.has(error.code)) throw error;
    if (lines.length === 1) return { accepted: 0, duplicates: 0, refused: [refusal(lines[0]!, error)] };
    const middle = Math.ceil(lines.length / 2);
    const left = await sendBatch(client, kind, lines.slice(0, middle), signal);
    const right = await sendBatch(client, kind, lines.slice(middle), signal);
    return {
      accepted: left.accepted + right.accepted,
      duplicates: left.duplicates + right.duplicates,
      refused: [...left.refused, ...right.refused],
    };
  }
}

function outcomeOf(lines: readonly CheckedLine[], answer: Answer): BatchOutcome {
  if (answer.results.length !== lines.length) throw new Error("The server answered for another number of lines");
  const refused: Refusal[] = [];
  let accepted = 0;
  let duplicates = 0;
  for (const [index, result] of answer.results.entries()) {
    if (result.status === "ACCEPTED") accepted++;
    else if (result.status === "DUPLICATE") duplicates++;
    else refused.push(refusal(lines[index]!, { code: result.code ?? "REJECTED", message: result.message ?? "" }));
  }
  return { accepted, duplicates, refused };
}

function refusal(line: CheckedLine, why: { readonly code: string; readonly message: string }): Refusal {
  return { line: line.number, code: why.code, message: why.message, text: line.text };
}
