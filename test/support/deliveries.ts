import { createHmac, randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { ConnectedSystem, connectSource } from "./connected-system";
import { Customers } from "./customers";
import { TestServer } from "./server";

/** A key for secrets, as ONEFOLD_SECRETS_KEY would hold it. */
export const SECRETS_KEY = Buffer.alloc(32, 7);

export function newSecret(): string {
  return `whsec_${randomBytes(24).toString("base64")}`;
}

let sent = 0;

/** Headers by the reference implementation of Standard Webhooks, over the text that is sent. */
export function signed(
  secret: string,
  body: string,
  at = new Date(),
  id = `delivery-${++sent}`,
): Record<string, string> {
  const signature = new Webhook(secret).sign(id, at, body);
  const seconds = String(Math.floor(at.getTime() / 1000));
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signature };
}

/** The same over bytes, which need not be UTF-8. */
export function signedBytes(secret: string, body: Buffer, at = new Date()): Record<string, string> {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const seconds = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac("sha256", key).update(`bytes.${seconds}.`).update(body).digest("base64");
  return { "webhook-id": "bytes", "webhook-timestamp": seconds, "webhook-signature": `v1,${signature}` };
}

/** A system of a tenant's own that signs what it sends. */
export class Sender extends ConnectedSystem {
  private constructor(
    server: TestServer,
    tenant: Customers,
    source: string,
    path: string,
    readonly secret: string,
  ) {
    super(server, tenant, source, path);
  }

  /** In a tenant of its own unless one is given. */
  static async open(server: TestServer, source = "pos", tenant?: Customers): Promise<Sender> {
    const owner = tenant ?? (await Customers.ofNewTenant(server));
    const secret = newSecret();
    return new Sender(server, owner, source, await connectSource(owner, source, "webhook", { secret }), secret);
  }

  /** Signs and sends. Answers with the status. */
  async send(payload: object, id?: string): Promise<number> {
    const body = JSON.stringify(payload);
    return (await this.post(body, signed(this.secret, body, new Date(), id))).status;
  }
}

/** An event of a person of the sender's own, as JSON. */
export function sale(messageId: string, key = "c-1", more: object = {}): object {
  return {
    ...{ messageId, channel: "IN_STORE", kind: "PURCHASE", occurredAt: "2026-01-01T09:00:00Z", text: "Tea" },
    ...{ subject: { key, identifiers: [{ kind: "LOYALTY_ID", value: key }] } },
    ...more,
  };
}
