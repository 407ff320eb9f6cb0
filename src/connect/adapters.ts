import { AnyAdapter } from "./adapter";
import { hubspotAdapter } from "./hubspot/hubspot";
import { intercomAdapter } from "./intercom/intercom";
import { mailAdapter } from "./mail/mail";
import { salesforceAdapter } from "./salesforce/salesforce";
import { sendgridAdapter } from "./sendgrid/sendgrid";
import { webhookAdapter } from "./webhook/webhook";
import { zendeskAdapter } from "./zendesk/zendesk";

/** Every system that can be connected. */
export const ADAPTERS: readonly AnyAdapter[] = [
  webhookAdapter,
  hubspotAdapter,
  salesforceAdapter,
  zendeskAdapter,
  intercomAdapter,
  sendgridAdapter,
  mailAdapter,
];

export function findAdapter(system: string): AnyAdapter | null {
  return ADAPTERS.find((adapter) => adapter.system === system) ?? null;
}
