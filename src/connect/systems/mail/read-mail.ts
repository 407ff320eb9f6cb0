import PostalMime, { type Email } from "postal-mime";
import type { Instant } from "../../../db/column-types";
import { Channel, Direction, InteractionKind } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, type EventDraft, eventItem } from "../../reading/event-item";
import { htmlText } from "../../reading/html-text";
import { storableText } from "../../reading/payload";
import { unknownItem, unreadableItem } from "../../reading/read-parts";
import { isOwn, type Party, partiesOf } from "./mailbox";
import { newWords } from "./new-words";
import { sentAt } from "./sent-at";
import { conversationOf, messageIds } from "./threading";

/** What is known of a message beside itself. */
export interface MailContext {
  readonly source: string;
  /** The company's own addresses and domains, in lower case: what comes from them goes out to customers. */
  readonly own: readonly string[];
  readonly receivedAt: Instant;
  /** Whether the domain of the From is proven to have sent it. */
  isProven(domain: string, mail: Email): boolean;
}

/** Beyond these a message is an attack, not a letter. */
const LIMITS = { maxNestingDepth: 40, maxHeadersSize: 512 * 1024, maxRfc822NestingDepth: 3 };
const SHOWN_MAX = 2_000;
const ATTACHMENTS_MAX = 50;
const RECIPIENTS_MAX = 50;
const NAME_MAX = 500;

/**
 * An e-mail as it went over the wire (RFC 5322, MIME), as events: one of whoever wrote to the company, or one of each
 * customer to whom the company wrote. Never throws.
 *
 * What a From says is CLAIMED until its domain is proven. A claimed message belongs to a record of its own, so that a
 * forger's letter never gets into the record of whom it names, and its name is not taken for theirs.
 */
export async function readMail(raw: Buffer, context: MailContext): Promise<readonly Item[]> {
  const shown = { message: storableText(raw.toString("utf8", 0, SHOWN_MAX)) };
  let mail: Email;
  try {
    mail = await PostalMime.parse(raw, LIMITS);
  } catch {
    return [unreadableItem("It is no e-mail that can be read.", shown)];
  }
  return itemsOf(mail, context, shown);
}

function itemsOf(mail: Email, context: MailContext, shown: object): readonly Item[] {
  const [from] = partiesOf(mail.from ? [mail.from] : []);
  if (from === undefined) return [unreadableItem("Its From holds no address.", shown)];
  const occurredAt = sentAt(mail, context.receivedAt);
  if (occurredAt === null) return [unreadableItem("Neither its Date nor a Received says when it was sent.", shown)];
  // A report about another message says nothing that a customer said.
  if (headersOf(mail, "content-type").some((type) => /^\s*multipart\/report/i.test(type))) {
    return [unknownItem("delivery report", shown)];
  }
  const isProven = hasOneFrom(mail) && context.isProven(from.domain, mail);
  const isOutbound = isOwn(from, context.own);
  const customers = isOutbound ? recipientsOf(mail, context.own) : [from];
  if (customers.length === 0) return [unknownItem("mail within the company", shown)];
  const draft = {
    ...wordsOf(mail),
    source: context.source,
    channel: Channel.EMAIL,
    direction: isOutbound ? Direction.OUTBOUND : Direction.INBOUND,
    occurredAt,
    actor: isOutbound ? from.address : null,
    data: dataOf(mail, isProven),
  };
  const id = messageIds(mail.messageId)[0] ?? compositeId("mail", from.address, occurredAt, draft.text ?? "");
  return customers.map((customer) =>
    eventItem(
      {
        ...draft,
        messageId: isOutbound ? compositeId(id, customer.address) : compositeId(id),
        conversationKey: conversationOf(mail, id),
        subject: subjectOf(customer, isProven, isOutbound),
      },
      shown,
    ),
  );
}

/** With two of them, the one that was proven may not be the one that is read. */
function hasOneFrom(mail: Email): boolean {
  return headersOf(mail, "from").length === 1 && mail.from?.group === undefined;
}

function recipientsOf({ to = [], cc = [] }: Email, own: readonly string[]): Party[] {
  const recipients = new Map(partiesOf([...to, ...cc]).map((party) => [party.address, party]));
  return [...recipients.values()].filter((party) => !isOwn(party, own)).slice(0, RECIPIENTS_MAX);
}

/** Whom the company writes to, it knows; who writes to it is who the proof says. */
function subjectOf({ address, name }: Party, isProven: boolean, isOutbound: boolean): EventDraft["subject"] {
  const assurance = !isProven ? "CLAIMED" : isOutbound ? "ASSERTED" : "VERIFIED";
  return {
    key: isProven ? address : compositeId("claimed", address),
    identifiers: [{ kind: "EMAIL", value: address, namespace: null, assurance }],
    attributes: isProven && name !== "" && name !== address ? { displayName: name.slice(0, NAME_MAX) } : null,
  };
}

/** The subject is new only in the first message of a thread. */
function wordsOf(mail: Email): Pick<EventDraft, "kind" | "text"> {
  const subject = storableText(mail.subject ?? "").trim();
  const body = storableText(mail.text || (mail.html ? htmlText(mail.html) : ""));
  const isAnswer = messageIds(mail.references).length + messageIds(mail.inReplyTo).length > 0;
  const words = newWords(body, subject);
  const text = [isAnswer ? "" : subject, words].filter((part) => part !== "").join("\n\n");
  return { kind: InteractionKind.MESSAGE, text: text === "" ? null : text };
}

function dataOf(mail: Email, isProven: boolean): object {
  const written = ({ address, name }: Party): string => (name === "" ? address : `${name} <${address}>`);
  const autoSubmitted = headersOf(mail, "auto-submitted")[0]?.trim().toLowerCase() ?? "no";
  return {
    subject: storableText(mail.subject ?? "").slice(0, SHOWN_MAX),
    from: partiesOf(mail.from ? [mail.from] : []).map(written),
    to: partiesOf(mail.to ?? [])
      .slice(0, RECIPIENTS_MAX)
      .map(written),
    cc: partiesOf(mail.cc ?? [])
      .slice(0, RECIPIENTS_MAX)
      .map(written),
    replyTo: partiesOf(mail.replyTo ?? [])
      .slice(0, RECIPIENTS_MAX)
      .map(written),
    isProven,
    isAutomatic: !autoSubmitted.startsWith("no"),
    attachments: mail.attachments.slice(0, ATTACHMENTS_MAX).map(({ filename, mimeType, content }) => ({
      name: filename === null ? null : storableText(filename).slice(0, NAME_MAX),
      type: storableText(mimeType).slice(0, NAME_MAX),
      bytes: typeof content === "string" ? content.length : content.byteLength,
    })),
  };
}

function headersOf(mail: Email, key: string): string[] {
  return mail.headers.filter((header) => header.key === key).map(({ value }) => value);
}
