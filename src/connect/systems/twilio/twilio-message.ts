import { z } from "zod";
import { Direction, InteractionKind } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, eventItem } from "../../reading/event-item";
import { displayName, id, personId, text } from "../../reading/payload-fields";
import { readPart, unknownItem } from "../../reading/read-parts";
import { partyOf, type TwilioContext, type TwilioForm } from "./twilio-party";

const message = z
  .object({
    MessageSid: id.optional(),
    SmsSid: id.optional(),
    From: personId,
    To: personId,
    Body: text,
    ProfileName: displayName,
    MessageStatus: z.string().optional(),
    ErrorCode: text,
    ButtonPayload: text,
    Latitude: text,
    Longitude: text,
    OriginalRepliedMessageSid: text,
    OptOutType: text,
  })
  .refine((form) => (form.MessageSid ?? form.SmsSid) !== undefined, "has no MessageSid");

type Message = z.output<typeof message>;

const NEVER_ARRIVED: ReadonlySet<string> = new Set(["failed", "undelivered"]);
const MEDIA_MAX = 20;

/** A message of a customer, or how one of the company's fared: of those only what never arrived is told. */
export function readTwilioMessage(form: TwilioForm, context: TwilioContext): readonly Item[] {
  return readPart(form, message, (said) => {
    if (said.MessageStatus !== undefined && said.MessageStatus !== "received") return failureOf(said, form, context);
    const party = partyOf(said.From);
    if (party === null) return unknownItem("message without a sender", form);
    return eventItem(
      {
        messageId: sidOf(said),
        source: context.source,
        channel: party.channel,
        occurredAt: context.receivedAt,
        conversationKey: compositeId("twilio", said.To, said.From),
        text: said.Body,
        subject: {
          ...party.subject,
          attributes: said.ProfileName === undefined ? undefined : { displayName: said.ProfileName },
        },
        data: {
          type: "message",
          to: said.To,
          attachments: mediaOf(form),
          buttonPayload: said.ButtonPayload,
          repliesTo: said.OriginalRepliedMessageSid,
          optOut: said.OptOutType,
          latitude: said.Latitude,
          longitude: said.Longitude,
        },
      },
      form,
    );
  });
}

function failureOf(said: Message, form: TwilioForm, context: TwilioContext): Item | readonly Item[] {
  if (!NEVER_ARRIVED.has(said.MessageStatus ?? "")) return [];
  const party = partyOf(said.To);
  if (party === null) return unknownItem("failed message without a recipient", form);
  const { channel, subject } = party;
  return eventItem(
    {
      messageId: compositeId(sidOf(said), said.MessageStatus ?? ""),
      source: context.source,
      channel,
      kind: InteractionKind.STATUS_CHANGE,
      direction: Direction.OUTBOUND,
      occurredAt: context.receivedAt,
      conversationKey: compositeId("twilio", said.From, said.To),
      actor: said.From,
      subject,
      data: { type: "failed", failed: sidOf(said), status: said.MessageStatus, errorCode: said.ErrorCode },
    },
    form,
  );
}

function sidOf({ MessageSid, SmsSid }: Message): string {
  return MessageSid ?? SmsSid ?? "";
}

/** Addresses and types; Twilio gives the files out to whoever has the account's credentials. */
function mediaOf(form: TwilioForm): object[] | undefined {
  const media: object[] = [];
  for (let place = 0; place < MEDIA_MAX && form[`MediaUrl${place}`] !== undefined; place++) {
    media.push({ url: form[`MediaUrl${place}`], type: form[`MediaContentType${place}`] });
  }
  return media.length === 0 ? undefined : media;
}
