import "reflect-metadata";
import { lineCheck, releasedSchema } from "../../import/line-check";
import type { NumberedLine, Place } from "../../import/numbered-lines";
import { type ImportOptions, type ImportOutcome, runImport } from "../../import/run-import";
import { isAuthenticated } from "./authentication-results";
import { entriesOf } from "./mailbox";
import { type MboxMessage, MESSAGE_MAX, mboxMessages } from "./mbox";
import { type MailContext, readMail } from "./read-mail";

export interface MailImportFlags {
  readonly source: string;
  /** The company's own addresses and domains, as a list. */
  readonly own: string;
  readonly authenticationServers: string;
}

type Setup = Omit<ImportOptions, "check" | "kind" | "lines" | "manner">;

/** Sends the messages of an mbox or .eml file as events. */
export function importMail(
  setup: Setup,
  { source, own, authenticationServers }: MailImportFlags,
): Promise<ImportOutcome> {
  const servers = entriesOf(authenticationServers);
  const context: MailContext = {
    source,
    own: entriesOf(own),
    receivedAt: new Date().toISOString(),
    isProven: (domain, mail) => isAuthenticated(mail, servers, domain),
  };
  return runImport({
    ...setup,
    lines: (from, signal) => mailLines(setup.source.read(from.offset, signal), from, context),
    manner: JSON.stringify([source, own, authenticationServers]),
    check: lineCheck(releasedSchema()),
  });
}

/** Each message as one line of JSON, or as several: one for each customer that it went to. */
async function* mailLines(
  bytes: AsyncIterable<Buffer>,
  from: Place,
  context: MailContext,
): AsyncGenerator<NumberedLine> {
  let number = from.line;
  for await (const message of mboxMessages(bytes, from.offset)) {
    number += 1;
    const lines = await linesOf(message, context);
    for (const [place, line] of lines.entries()) {
      // After all of them the message is done; before, it has to be read again.
      const isLast = place === lines.length - 1;
      yield { number, end: isLast ? message.end : message.start, ...line };
    }
  }
}

type Line = Pick<NumberedLine, "text" | "problem" | "reason">;

async function linesOf({ raw, isTooLarge }: MboxMessage, context: MailContext): Promise<Line[]> {
  if (isTooLarge) return [notTaken(raw, `A message has at most ${MESSAGE_MAX} bytes.`)];
  return (await readMail(raw, context)).map((item): Line => {
    switch (item.kind) {
      case "EVENT":
        return { text: JSON.stringify(item.event) };
      case "UNKNOWN":
        return notTaken(raw, `It is a ${item.type}, and says nothing of a customer.`);
      case "UNREADABLE":
        return notTaken(raw, item.reason);
      default:
        throw new Error(`An e-mail said what none does: ${item.kind}`);
    }
  });
}

const SHOWN = 500;

function notTaken(raw: Buffer, reason: string): Line {
  return { text: raw.toString("utf8", 0, SHOWN), problem: "NOT_TAKEN", reason };
}
