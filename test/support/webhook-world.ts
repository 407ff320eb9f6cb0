import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { SecretBox } from "../../src/access/secret-box";
import { AddressGuard } from "../../src/connect/outbound/address-guard";
import { EndpointSettings, LoggedDelivery, WebhookService } from "../../src/connect/outbound/webhook.service";
import { WebhookRound } from "../../src/connect/outbound/webhook-round";
import { WebhookSender } from "../../src/connect/outbound/webhook-sender";
import { FeedService } from "../../src/feed/feed.service";
import { LiveServer } from "./live-server";
import { WebhookReceiver } from "./webhook-receiver";

/** Everything of jest's fake timers but the date: what waits for an answer still waits for it. */
const DATE_ALONE = {
  doNotFake: [
    ...([
      "nextTick",
      "setImmediate",
      "clearImmediate",
      "setTimeout",
      "clearTimeout",
      "setInterval",
      "clearInterval",
    ] as const),
    ...(["hrtime", "performance", "queueMicrotask"] as const),
  ],
};

/** Webhooks on a database of their own, served when the test says so, by a clock that the test moves. */
export class WebhookWorld {
  readonly service: WebhookService;
  readonly sender: WebhookSender;
  private readonly round: WebhookRound;
  private readonly receivers: WebhookReceiver[] = [];

  private constructor(readonly server: LiveServer) {
    const feed = new FeedService();
    const secrets = new SecretBox([randomBytes(32)]);
    const guard = new AddressGuard(["127.0.0.1"]);
    const log = pino({ level: "silent" });
    const { database } = server;
    this.sender = new WebhookSender(guard);
    this.service = new WebhookService(database, feed, secrets, guard, () => undefined);
    this.round = new WebhookRound({ database, feed, secrets, sender: this.sender, log, now: Date.now });
  }

  static async open(): Promise<WebhookWorld> {
    jest.useFakeTimers(DATE_ALONE);
    return new WebhookWorld(await LiveServer.open());
  }

  get tenantId(): string {
    return this.server.viewer.tenantId;
  }

  /** A receiver and an endpoint that leads to it. */
  async connect(settings: EndpointSettings = {}, library?: "svix" | "standardwebhooks") {
    const receiver = await WebhookReceiver.open(library);
    this.receivers.push(receiver);
    const { endpoint, secret } = await this.service.create(this.tenantId, { url: receiver.url, ...settings }, null);
    receiver.secret = secret;
    return { receiver, id: endpoint.id };
  }

  /** One server's turn at the endpoint. */
  serve(id: string): Promise<void> {
    return this.round.run(this.tenantId, id);
  }

  /** Serves the endpoint as often as it is due within so many hours. */
  async serveFor(id: string, hours: number): Promise<void> {
    const end = Date.now() + hours * 3_600_000;
    for (;;) {
      await this.serve(id);
      const due = await this.dueAt(id);
      if (due === null || due > end) break;
      jest.setSystemTime(Math.max(due, Date.now()));
    }
    jest.setSystemTime(end);
  }

  later(milliseconds: number): void {
    jest.setSystemTime(Date.now() + milliseconds);
  }

  async dueAt(id: string): Promise<number | null> {
    const [row] = await this.server.db.ownerQuery<{ due_at: Date | null }>(
      "select due_at from webhook_progress where endpoint_id = $1",
      [id],
    );
    return row!.due_at?.getTime() ?? null;
  }

  log(id: string): Promise<LoggedDelivery[]> {
    return this.service.listDeliveries(this.tenantId, id, null, null, 1_000);
  }

  async close(): Promise<void> {
    this.sender.close();
    await Promise.all(this.receivers.map((receiver) => receiver.kill()));
    await this.server.close();
    jest.useRealTimers();
  }
}
