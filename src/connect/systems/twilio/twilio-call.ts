import { z } from "zod";
import { Channel, Direction, InteractionKind } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, eventItem } from "../../reading/event-item";
import { dateText, id, text } from "../../reading/payload-fields";
import { readPart, unknownItem } from "../../reading/read-parts";
import { callerOf, type TwilioContext, type TwilioForm } from "./twilio-party";

const call = z.object({
  CallSid: id,
  From: z.string(),
  To: z.string(),
  CallStatus: z.string(),
  Direction: z.string().optional(),
  /** In seconds. */
  CallDuration: z
    .string()
    .regex(/^[0-9]{1,9}$/)
    .transform(Number)
    .optional()
    .catch(undefined),
  /** When this status was reached. */
  Timestamp: dateText.optional().catch(undefined),
  StirVerstat: text,
  RecordingSid: text,
});

const ENDED: ReadonlySet<string> = new Set(["completed", "busy", "no-answer", "failed", "canceled"]);
/** The carrier vouches that the caller may use this number: attestation A of STIR/SHAKEN. */
const PROVEN = "TN-Validation-Passed-A";

/**
 * A call is told once, when it has ended. The number shown by a telephone is easily made up, so it is proven only where
 * the carriers vouch for it. A leg to an agent of the company is no call of a customer.
 */
export function readTwilioCall(form: TwilioForm, context: TwilioContext): readonly Item[] {
  return readPart(form, call, (told) => {
    if (told.Direction === "outbound-dial") return unknownItem("call leg", form);
    if (!ENDED.has(told.CallStatus)) return [];
    const outbound = told.Direction?.startsWith("outbound") ?? false;
    const subject = outbound ? callerOf(told.To, true) : callerOf(told.From, told.StirVerstat === PROVEN);
    if (subject === null) return unknownItem("call without a number", form);
    return eventItem(
      {
        messageId: told.CallSid,
        source: context.source,
        channel: Channel.PHONE,
        kind: InteractionKind.CALL,
        direction: outbound ? Direction.OUTBOUND : Direction.INBOUND,
        occurredAt: told.Timestamp ?? context.receivedAt,
        conversationKey: compositeId("twilio", outbound ? told.From : told.To, outbound ? told.To : told.From),
        actor: outbound ? told.From.slice(0, 200) : undefined,
        subject,
        data: {
          type: "call",
          status: told.CallStatus,
          durationSeconds: told.CallDuration,
          recordingSid: told.RecordingSid,
        },
      },
      form,
    );
  });
}
