import { AnyAdapter } from "./adapter";
import { hubspotAdapter } from "./hubspot/hubspot";
import { instagramAdapter } from "./instagram/instagram";
import { intercomAdapter } from "./intercom/intercom";
import { lineAdapter } from "./line/line";
import { linkedinAdapter } from "./linkedin/linkedin";
import { mailAdapter } from "./mail/mail";
import { messengerAdapter } from "./messenger/messenger";
import { salesforceAdapter } from "./salesforce/salesforce";
import { sendgridAdapter } from "./sendgrid/sendgrid";
import { telegramAdapter } from "./telegram/telegram";
import { twilioAdapter } from "./twilio/twilio";
import { webhookAdapter } from "./webhook/webhook";
import { whatsappAdapter } from "./whatsapp/whatsapp";
import { xAdapter } from "./x/x";
import { youtubeAdapter } from "./youtube/youtube";
import { zendeskAdapter } from "./zendesk/zendesk";

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
