import { SingleBar } from "cli-progress";
import type { PreviewStep } from "./preview-rules";

const IN_WORDS: Readonly<Record<string, string>> = {
  WAITING: "waiting for another preview",
  READING: "reading",
  DESCRIBING: "reading names, birth dates, addresses",
  COMPARING: "comparing persons",
  RESOLVING: "deciding who is who",
};

export interface PreviewView {
  show(step: PreviewStep): void;
  stop(): void;
}

/** Shows how far a preview is: a bar on a terminal, otherwise a line when a phase begins. */
export function previewView(stream: NodeJS.WriteStream): PreviewView {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): PreviewView {
  const single = new SingleBar({
    stream,
    format: "{bar} {percentage}% | {value} of {total} records | {phase}",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  single.start(1, 0, { phase: IN_WORDS.READING });
  return {
    show({ phase, done, total }) {
      single.setTotal(Math.max(total, 1));
      single.update(done, { phase: inWords(phase) });
    },
    stop: () => single.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): PreviewView {
  let last = "";
  return {
    show({ phase }) {
      if (phase !== last) stream.write(`${inWords(phase)} …\n`);
      last = phase;
    },
    stop: () => undefined,
  };
}

function inWords(phase: string): string {
  return IN_WORDS[phase] ?? phase.toLowerCase();
}
