import { Adapter } from "./adapter";
import { instagramAdapter } from "./instagram/instagram";
import { lineAdapter } from "./line/line";
import { linkedinAdapter } from "./linkedin/linkedin";
import { messengerAdapter } from "./messenger/messenger";
import { telegramAdapter } from "./telegram/telegram";
import { twilioAdapter } from "./twilio/twilio";
import { webhookAdapter } from "./webhook/webhook";
import { whatsappAdapter } from "./whatsapp/whatsapp";
import { xAdapter } from "./x/x";
import { youtubeAdapter } from "./youtube/youtube";

/** Every system that can be connected. */
export const ADAPTERS: readonly Adapter[] = [
  ...[messengerAdapter, instagramAdapter, whatsappAdapter, xAdapter, lineAdapter, linkedinAdapter],
  ...[youtubeAdapter, telegramAdapter, twilioAdapter, webhookAdapter],
];

export function findAdapter(system: string): Adapter | null {
  return ADAPTERS.find((adapter) => adapter.system === system) ?? null;
}
