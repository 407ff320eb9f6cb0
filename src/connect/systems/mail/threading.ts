import type { Email } from "postal-mime";
import { compositeId } from "../../reading/event-item";
import { storableText } from "../../reading/payload";

const ID = /<([^<>\s]{1,998})>/g;
const IDS_MAX = 1_000;

/** The ids of messages that a header names, in its order, without their angle brackets (RFC 5322, 3.6.4). */
export function messageIds(header: string | undefined): string[] {
  const ids: string[] = [];
  for (const [, id] of storableText(header ?? "")
    .slice(0, 100_000)
    .matchAll(ID)) {
    if (ids.push(id!) === IDS_MAX) break;
  }
  return ids;
}

/**
 * The thread of a message: the message with which it began. That is the first one of References; a program that writes
 * none names in In-Reply-To the message that was answered, which began the thread unless it was an answer itself.
 */
export function conversationOf({ references, inReplyTo }: Email, ownId: string): string {
  return compositeId("mail", messageIds(references)[0] ?? messageIds(inReplyTo)[0] ?? ownId);
}
