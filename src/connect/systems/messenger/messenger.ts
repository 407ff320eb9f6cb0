import { Channel } from "../../../timeline/interaction.type";
import type { Adapter } from "../../pipeline/adapter";
import { readMessaging } from "../meta/meta-messaging";
import { META_CREDENTIALS, metaHandshake, readMeta, verifyMeta } from "../meta/meta-webhook";
import { readPageChanges } from "./page-changes";

/**
 * A Facebook page: Messenger, comments, visitors' posts, mentions and reviews.
 * Format: https://developers.facebook.com/docs/messenger-platform/webhooks and
 * https://developers.facebook.com/docs/graph-api/webhooks/reference/page
 */
export const messengerAdapter: Adapter = {
  system: "messenger",
  credentialFields: META_CREDENTIALS,
  handshake: metaHandshake,
  verify: verifyMeta,
  read: (delivery, { source }) =>
    readMeta(delivery, "page", (entry) => [
      ...readMessaging(entry, { source, channel: Channel.FACEBOOK, idKind: "FACEBOOK_ID" }),
      ...readPageChanges(entry, source),
    ]),
};
