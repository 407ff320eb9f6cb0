import { setTimeout as sleep } from "node:timers/promises";
import { Refused, Unreachable } from "../commands/client";
import { ExportSection } from "./export-section";

/** What is read of an export at once: the lines up to one place, which hold together. */
export interface ExportPiece {
  /** Whole lines with their ends, by section. */
  readonly lines: ReadonlyMap<ExportSection, readonly string[]>;
  /** Where an export that is cut off behind these lines goes on; null behind the last. */
  readonly place: string | null;
}

export interface ExportSource {
  /** The address of the server's export. */
  readonly url: string;
  readonly key: string;
  readonly sections: readonly ExportSection[];
  /** Where to begin; null: at the beginning. */
  readonly resume: { readonly place: string; readonly cursor: string } | null;
  readonly signal: AbortSignal;
  /** Called with the cursor of the export, before its first piece. */
  readonly onCursor: (cursor: string) => void;
  /** Called before each repetition. */
  readonly onRetry: (reason: string, pauseMs: number) => void;
  /** Waits; replaced in tests. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Attempts in a row that bring nothing before it is given up: about a minute of trying. */
const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

const SECTION_OF: Readonly<Record<string, ExportSection>> = {
  profile: "profiles",
  record: "records",
  identifier: "identifiers",
  interaction: "interactions",
};

/**
 * The pieces of an export, each once: where the connection is cut, or the server restarts, it goes on behind the last whole
 * piece, and lines behind that are thrown away. @throws Refused, Unreachable
 */
export async function* exportPieces(source: ExportSource): AsyncGenerator<ExportPiece> {
  let resume = source.resume;
  for (let attempt = 1; ; attempt += 1) {
    let reason: string;
    try {
      for await (const read of attemptAt(source, resume)) {
        if ("cursor" in read) {
          if (resume === null) source.onCursor(read.cursor);
          resume ??= { place: "", cursor: read.cursor };
          continue;
        }
        attempt = 0;
        yield read;
        if (read.place === null) return;
        resume = { place: read.place, cursor: resume!.cursor };
      }
      reason = "the connection was cut off";
    } catch (error) {
      if (error instanceof Refused || source.signal.aborted) throw error;
      reason = error instanceof Retry ? error.message : "the connection was cut off";
    }
    // A first piece that did not come through whole is asked for anew, as a new export.
    if (resume?.place === "") resume = null;
    if (attempt >= ATTEMPTS) throw new Unreachable(reason);
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    source.onRetry(reason, pause);
    await (source.pause ?? pauseFor)(pause, source.signal);
  }
}

class Retry extends Error {}

async function* attemptAt(
  { url, key, sections, signal }: ExportSource,
  resume: ExportSource["resume"],
): AsyncGenerator<ExportPiece | { readonly cursor: string }> {
  const query = new URLSearchParams({ sections: sections.join(",") });
  if (resume !== null && resume.place !== "") {
    query.set("after", resume.place);
    query.set("cursor", resume.cursor);
  }
  const response = await fetch(`${url}?${query}`, { headers: { authorization: `Bearer ${key}` }, signal });
  if (response.status !== 200) await refuse(response);
  let lines = new Map<ExportSection, string[]>();
  for await (const line of linesOf(response)) {
    const type = typeOf(line);
    const section = SECTION_OF[type];
    if (section !== undefined) {
      const known = lines.get(section);
      if (known === undefined) lines.set(section, [line]);
      else known.push(line);
    } else if (type === "start") {
      yield { cursor: (JSON.parse(line) as { cursor: string }).cursor };
    } else if (type === "place" || type === "end") {
      yield { lines, place: (JSON.parse(line) as { place?: string }).place ?? null };
      if (type === "end") return;
      lines = new Map();
    }
  }
}

/** @throws Refused where asking again changes nothing, Retry otherwise */
async function refuse(response: Response): Promise<never> {
  const answer = (await response.json().catch(() => undefined)) as
    | { errors?: { message?: string; extensions?: { code?: string } }[] }
    | undefined;
  const { message, extensions } = answer?.errors?.[0] ?? {};
  if (response.status === 429 || response.status >= 500) throw new Retry(`the server answered ${response.status}`);
  if (extensions?.code === "CURSOR_EXPIRED") {
    throw new Refused("CURSOR_EXPIRED", "this export was cut off too long ago to go on; begin again with --restart");
  }
  throw new Refused(
    extensions?.code ?? `HTTP_${response.status}`,
    message ?? "what answers there is no Onefold server",
  );
}

/** Lines with their ends. What follows the last end is no line. */
async function* linesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", from)) {
      yield rest.slice(from, end + 1);
      from = end + 1;
    }
    rest = rest.slice(from);
  }
}

function typeOf(line: string): string {
  return /^\{"type":"([a-z]+)"/.exec(line)?.[1] ?? "";
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms * (0.75 + Math.random() / 2), undefined, { signal });
}
