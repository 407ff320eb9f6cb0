import { z } from "zod";
import type { Adapter, Answer, Connection, Delivery, Item } from "../../pipeline/adapter";
import { hmac, isSignedBy, secretsOf } from "../../proof/hmac-signature";
import { readPayload } from "../../reading/payload";
import { readPart, unknownItem, unreadableItem } from "../../reading/read-parts";
import { readLinkedinNotifications } from "./linkedin-notifications";

const SCHEME = { hash: "sha256", encoding: "hex" } as const;
/** LinkedIn puts it before the body when it signs, and may put it before the signature as well. */
const PREFIX = "hmacsha256=";
/** A random UUID. Anybody can ask for its signature: nothing else is signed, or a forged delivery could be. */
const CHALLENGE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SOCIAL_ACTIONS = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS";

const push = z.object({ type: z.string(), notifications: z.array(z.unknown()).optional() });

/**
 * What members do with the posts of an organization on LinkedIn: comments, reactions, shares, mentions. LinkedIn asks every two hours
 * whether the address is still ours.
 * Format: https://learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-social-action-notifications
 * and https://learn.microsoft.com/linkedin/shared/api-guide/webhook-validation
 */
export const linkedinAdapter: Adapter = {
  system: "linkedin",
  credentialFields: [
    {
      name: "clientSecret",
      description: "LinkedIn Developer Portal, your app, Auth, Application credentials: Client Secret.",
      required: true,
    },
  ],

  handshake({ method, query }: Delivery, connection: Connection): Answer | null {
    const challengeCode = query.get("challengeCode");
    const [newest] = secretsOf(connection, "clientSecret");
    if (method !== "GET" || challengeCode === null || !CHALLENGE.test(challengeCode) || newest === undefined)
      return null;
    const body = JSON.stringify({ challengeCode, challengeResponse: hmac(newest, challengeCode, SCHEME) });
    return { status: 200, contentType: "application/json", body };
  },

  verify({ headers, rawBody }: Delivery, connection: Connection): string | null {
    const header = headers.get("x-li-signature");
    if (header === undefined) return "The signature is missing.";
    const signature = header.startsWith(PREFIX) ? header.slice(PREFIX.length) : header;
    const message = Buffer.concat([Buffer.from(PREFIX), rawBody]);
    return isSignedBy(secretsOf(connection, "clientSecret"), message, signature, SCHEME)
      ? null
      : "The signature does not match.";
  },

  read({ body }: Delivery, { source }: Connection): readonly Item[] {
    const { value, problem } = readPayload(body);
    if (problem !== null) return [unreadableItem(problem, value)];
    return readPart(value, push, ({ type, notifications }) => {
      if (type !== SOCIAL_ACTIONS || notifications === undefined) return unknownItem(type, value);
      return readLinkedinNotifications(notifications, source);
    });
  },
};
