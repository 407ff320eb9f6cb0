import type { Adapter, Connection, Delivery, Item } from "../../pipeline/adapter";
import { secretsOf } from "../../proof/hmac-signature";
import { decode, storableText } from "../../reading/payload";
import { unknownItem, unreadableItem } from "../../reading/read-parts";
import { readTwilioCall } from "./twilio-call";
import { readTwilioMessage } from "./twilio-message";
import { isSignedByTwilio } from "./twilio-signature";

/**
 * Twilio's messages by SMS, WhatsApp and Messenger, and the status of its calls. Messages come without a time: theirs is that of their
 * arrival. An answer without instructions keeps Twilio from replying to the customer.
 * Format: https://www.twilio.com/docs/messaging/guides/webhook-request and
 * https://www.twilio.com/docs/voice/api/call-resource#statuscallback
 */
export const twilioAdapter: Adapter = {
  system: "twilio",
  timesVary: true,
  credentialFields: [
    {
      name: "authToken",
      description: "Twilio Console, Account Dashboard, Account info: Auth Token (the primary or the secondary one).",
      required: true,
    },
  ],

  verify(delivery: Delivery, connection: Connection): string | null {
    const signature = delivery.headers.get("x-twilio-signature");
    if (signature === undefined) return "The signature is missing.";
    return isSignedByTwilio(delivery, signature, secretsOf(connection, "authToken"))
      ? null
      : "The signature does not match.";
  },

  read({ body, receivedAt }: Delivery, { source }: Connection): readonly Item[] {
    const text = decode(body);
    if (text === null) return [unreadableItem("The body is not UTF-8.", storableText(body.toString("utf8")))];
    const form = Object.fromEntries(
      [...new URLSearchParams(text)].map(([name, value]) => [storableText(name), storableText(value)]),
    );
    if ("CallSid" in form) return readTwilioCall(form, { source, receivedAt });
    if ("MessageSid" in form || "SmsSid" in form) return readTwilioMessage(form, { source, receivedAt });
    return [unknownItem(form.EventType ?? "form", form)];
  },

  acknowledgement: () => ({ status: 200, contentType: "text/xml; charset=utf-8", body: "<Response/>" }),
};
