import { SecretBox } from "../../access/secret-box";
import { Database } from "../../db/database";
import { FeedService } from "../../feed/feed.service";
import { FeedTail } from "../../feed/feed-tail";
import { Log } from "../../log";
import { AddressGuard } from "./address-guard";
import { WebhookService } from "./webhook.service";
import { WebhookDispatcher } from "./webhook-dispatcher";
import { WebhookQueue } from "./webhook-queue";
import { WebhookRound } from "./webhook-round";
import { WebhookSender } from "./webhook-sender";

export interface OutboundParts {
  readonly database: Database;
  readonly feed: FeedService;
  readonly tail: FeedTail;
  readonly secrets: SecretBox;
  readonly allow: readonly string[];
  readonly log: Log;
}

/**
 * Every change out: the webhooks of all tenants, put together.
 *
 *   feed -> WebhookDispatcher (which endpoints are due?) -> WebhookQueue (which server?) -> WebhookRound (what, in order?)
 *        -> WebhookSender (over AddressGuard) -> the endpoint
 */
export class Outbound {
  readonly webhooks: WebhookService;
  private readonly sender: WebhookSender;
  private readonly dispatcher: WebhookDispatcher;

  constructor({ database, feed, tail, secrets, allow, log }: OutboundParts) {
    const now = Date.now;
    const guard = new AddressGuard(allow);
    this.sender = new WebhookSender(guard);
    const queue = new WebhookQueue(database, log);
    const round = new WebhookRound({ database, feed, secrets, sender: this.sender, log, now });
    this.dispatcher = new WebhookDispatcher({ database, tail, queue, round, log, now });
    this.webhooks = new WebhookService(database, feed, secrets, guard, () => this.dispatcher.wake());
  }

  start(): Promise<void> {
    return this.dispatcher.start();
  }

  /** Waits for answers to what was sent, which takes at most as long as an answer may. */
  async stop(): Promise<void> {
    await this.dispatcher.stop();
    this.sender.close();
  }
}
