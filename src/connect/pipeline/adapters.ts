import { hubspotAdapter } from "../systems/hubspot/hubspot";
import { instagramAdapter } from "../systems/instagram/instagram";
import { intercomAdapter } from "../systems/intercom/intercom";
import { lineAdapter } from "../systems/line/line";
import { linkedinAdapter } from "../systems/linkedin/linkedin";
import { mailAdapter } from "../systems/mail/mail";
import { messengerAdapter } from "../systems/messenger/messenger";
import { salesforceAdapter } from "../systems/salesforce/salesforce";
import { sendgridAdapter } from "../systems/sendgrid/sendgrid";
import { telegramAdapter } from "../systems/telegram/telegram";
import { twilioAdapter } from "../systems/twilio/twilio";
import { webhookAdapter } from "../systems/webhook/webhook";
import { whatsappAdapter } from "../systems/whatsapp/whatsapp";
import { xAdapter } from "../systems/x/x";
import { youtubeAdapter } from "../systems/youtube/youtube";
import { zendeskAdapter } from "../systems/zendesk/zendesk";
import { AnyAdapter } from "./adapter";

/** Every system that can be connected. */
export const ADAPTERS: readonly AnyAdapter[] = [
  ...[messengerAdapter, instagramAdapter, whatsappAdapter, xAdapter, lineAdapter, linkedinAdapter],
  ...[youtubeAdapter, telegramAdapter, twilioAdapter, webhookAdapter],
  ...[hubspotAdapter, salesforceAdapter, zendeskAdapter, intercomAdapter],
  ...[sendgridAdapter, mailAdapter],
];

export function findAdapter(system: string): AnyAdapter | null {
  return ADAPTERS.find((adapter) => adapter.system === system) ?? null;
}
