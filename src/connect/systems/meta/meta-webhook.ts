/**
 * What Meta's webhooks have in common, whatever they speak of.
 *
 * Meta signs the bytes it sends with the secret of the app, and retries for up to 36 hours what was not answered with 200. One delivery
 * holds up to 1,000 entries, each of one page, account or number.
 * Format: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */

import { z } from "zod";
import type { Instant } from "../../../db/column-types";
import type { Answer, Connection, CredentialField, Delivery, Item } from "../../pipeline/adapter";
import { isSignedBy, secretsOf } from "../../proof/hmac-signature";
import { isOneOfSecrets } from "../../proof/is-one-of-secrets";
import { readPayload } from "../../reading/payload";
import { epochMilliseconds, epochSeconds, id, parts } from "../../reading/payload-fields";
import { readPart, readParts, unknownItem, unreadableItem } from "../../reading/read-parts";

const SCHEME = { hash: "sha256", encoding: "hex" } as const;
const PREFIX = "sha256=";
/** Messages count milliseconds, comments seconds; a number of seconds this large lies beyond the year 5000. */
const MILLISECONDS_FROM = 1e11;

export const META_CREDENTIALS: readonly CredentialField[] = [
  { name: "appSecret", description: "Meta for Developers, your app, App settings, Basic: App secret.", required: true },
  {
    name: "verifyToken",
    description: "A word of your choice; give the same to Meta where you enter the callback address.",
    required: true,
  },
];

/** One entry: what happened at one page, account or number of the company. */
export interface MetaEntry {
  readonly id: string;
  /** When Meta sent it: the only time that some changes have. */
  readonly time?: Instant;
  readonly changes: readonly unknown[];
  readonly messaging: readonly unknown[];
}

const envelope = z.object({ object: z.string(), entry: z.array(z.unknown()) });

const time = z.unknown().transform((value, context) => {
  const shape = Number(value) >= MILLISECONDS_FROM ? epochMilliseconds : epochSeconds;
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  context.addIssue({ code: "custom", message: "is no time" });
  return z.NEVER;
});

const entry = z.object({
  id,
  time: time.optional().catch(undefined),
  changes: parts,
  messaging: parts,
  /** Messages that another app of the company is answering. */
  standby: parts,
});

/** Null when Meta asks nothing; 403 when somebody else does. */
export function metaHandshake({ method, query }: Delivery, connection: Connection): Answer | null {
  const challenge = query.get("hub.challenge");
  if (method !== "GET" || query.get("hub.mode") !== "subscribe" || challenge === null) return null;
  const known = isOneOfSecrets(secretsOf(connection, "verifyToken"), query.get("hub.verify_token") ?? "");
  return known
    ? { status: 200, contentType: "text/plain; charset=utf-8", body: challenge }
    : { status: 403, contentType: "text/plain; charset=utf-8", body: "The verify token does not match." };
}

export function verifyMeta({ headers, rawBody }: Delivery, connection: Connection): string | null {
  const header = headers.get("x-hub-signature-256");
  if (!header?.startsWith(PREFIX)) return "The signature is missing.";
  return isSignedBy(secretsOf(connection, "appSecret"), rawBody, header.slice(PREFIX.length), SCHEME)
    ? null
    : "The signature does not match.";
}

/** Entries by themselves, of the one kind of object that the adapter reads. */
export function readMeta(
  { body }: Delivery,
  object: string,
  read: (entry: MetaEntry) => readonly Item[],
): readonly Item[] {
  const { value, problem } = readPayload(body);
  if (problem !== null) return [unreadableItem(problem, value)];
  return readPart(value, envelope, (whole) => {
    if (whole.object !== object) return unknownItem(`object ${whole.object}`, value);
    return readParts(whole.entry, entry, ({ changes = [], messaging = [], standby = [], ...about }) =>
      read({ ...about, changes, messaging: [...messaging, ...standby] }),
    );
  });
}
