import { type Options, SingleBar } from "cli-progress";
import type { Counts } from "./import-state";

/** Shows how far an import is. What it writes is for eyes only and goes to standard error. */
export interface Progress {
  update(counts: Counts, offset: number): void;
  /** Says something on a line of its own, such as why the import is waiting. */
  say(text: string): void;
  stop(): void;
}

export interface ProgressView {
  readonly stream: NodeJS.WriteStream;
  /** Bytes of the input, or undefined when nobody knows (standard input). */
  readonly total: number | undefined;
  /** What an earlier run had done already: it is shown, but it does not count for the speed. */
  readonly start: { readonly counts: Counts; readonly offset: number };
  /** What the counts are told as. */
  readonly words?: CountsInWords;
}

export type CountsInWords = (counts: Counts) => string;

const PLAIN_LINE_EVERY_MS = 5_000;

/** A bar on a terminal when the size is known; otherwise a plain line every five seconds. */
export function progressOn(view: ProgressView): Progress {
  return view.stream.isTTY && view.total !== undefined ? bar(view, view.total) : plainLines(view);
}

export const SILENT: Progress = { update: () => undefined, say: () => undefined, stop: () => undefined };

function bar(view: ProgressView, total: number): Progress {
  const began = Date.now();
  const options: Options = {
    stream: view.stream,
    format: "{bar} {percentage}% | {counts}",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    noTTYOutput: false,
  };
  const single = new SingleBar(options);
  const shown = (counts: Counts): { counts: string } => ({ counts: inWords(counts, view, began) });
  single.start(Math.max(total, 1), view.start.offset, shown(view.start.counts));
  return {
    update: (counts, offset) => single.update(Math.min(offset, total), shown(counts)),
    say: (text) => view.stream.write(`\r\u001b[K${text}\n`),
    stop: () => single.stop(),
  };
}

function plainLines(view: ProgressView): Progress {
  const began = Date.now();
  let last = began;
  return {
    update: (counts, offset) => {
      if (Date.now() - last < PLAIN_LINE_EVERY_MS) return;
      last = Date.now();
      const share = view.total === undefined ? "" : `${Math.floor((100 * offset) / Math.max(view.total, 1))}% | `;
      view.stream.write(`${share}${inWords(counts, view, began)}\n`);
    },
    say: (text) => view.stream.write(`${text}\n`),
    stop: () => undefined,
  };
}

function inWords(counts: Counts, { start, words = outcomeInWords }: ProgressView, began: number): string {
  return `${words(counts)} | ${linesPerSecond(counts.lines - start.counts.lines, Date.now() - began)} lines/s`;
}

export function outcomeInWords(counts: Counts): string {
  const count = (n: number): string => n.toLocaleString("en-US");
  return `${count(counts.accepted)} accepted, ${count(counts.duplicates)} duplicate, ${count(counts.refused)} refused`;
}

export function linesPerSecond(lines: number, ms: number): string {
  return Math.round((lines * 1000) / Math.max(ms, 1)).toLocaleString("en-US");
}
