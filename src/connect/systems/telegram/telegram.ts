import type { Adapter, Connection, Delivery, Item } from "../../pipeline/adapter";
import { secretsOf } from "../../proof/hmac-signature";
import { isOneOfSecrets } from "../../proof/is-one-of-secrets";
import { readPayload } from "../../reading/payload";
import { unreadableItem } from "../../reading/read-parts";
import { readTelegramUpdate } from "./telegram-update";

/**
 * A bot on Telegram, by itself or for a business account. Telegram signs nothing: it sends the secret that `setWebhook` was given. What the bot
 * itself says never comes back.
 * Format: https://core.telegram.org/bots/api#update
 */
export const telegramAdapter: Adapter = {
  system: "telegram",
  timesVary: true,
  credentialFields: [
    {
      name: "secretToken",
      description: "1 to 256 letters, digits, _ and - of your choice; give the same to setWebhook as secret_token.",
      required: true,
    },
  ],

  verify({ headers }: Delivery, connection: Connection): string | null {
    const token = headers.get("x-telegram-bot-api-secret-token");
    if (token === undefined) return "The secret token is missing.";
    return isOneOfSecrets(secretsOf(connection, "secretToken"), token) ? null : "The secret token does not match.";
  },

  read({ body, receivedAt }: Delivery, { source }: Connection): readonly Item[] {
    const { value, problem } = readPayload(body);
    return problem === null ? readTelegramUpdate(value, { source, receivedAt }) : [unreadableItem(problem, value)];
  },
};
