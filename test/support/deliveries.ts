import { createHmac, randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
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

export interface Letter {
  readonly id: string;
  readonly kind: string;
  readonly code: string;
  readonly reason: string;
  readonly item: unknown;
  readonly times: number;
}

interface Connected {
  readonly path: string;
  readonly credentials: { fields: string[]; until: string | null }[];
  readonly deliveries: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly unknown: number;
  readonly refused: number;
  readonly lastDeliveryAt: string | null;
}

const CONNECT = `mutation ($source: String!, $system: String!, $credentials: JSON!) {
  connectSource(source: $source, system: $system, credentials: $credentials) { path } }`;
const CONNECTIONS = `{ connections { source path credentials { fields since until } lastDeliveryAt deliveries accepted
  duplicates unknown refused } }`;
const LETTERS = `query ($source: String) { deadLetters(first: 100, source: $source) {
  nodes { id source kind code reason item times } } }`;

/** A system of a tenant's own that signs what it sends, and the tenant that looks at what came of it. */
export class Sender {
  private constructor(
    private readonly server: TestServer,
    readonly tenant: Customers,
    readonly source: string,
    readonly path: string,
    readonly secret: string,
  ) {}

  /** In a tenant of its own unless one is given. */
  static async connect(server: TestServer, source = "pos", tenant?: Customers): Promise<Sender> {
    const owner = tenant ?? (await Customers.ofNewTenant(server));
    const secret = newSecret();
    const credentials = { secret };
    const { connectSource } = await owner.ask<{ connectSource: { path: string } }>(CONNECT, {
      ...{ source, system: "webhook", credentials },
    });
    return new Sender(server, owner, source, connectSource.path, secret);
  }

  /** Sends a body as it is, with these headers. */
  async post(body: string | Buffer, headers: Record<string, string>): Promise<{ status: number; text: string }> {
    const response = await fetch(this.server.url + this.path, {
      method: "POST",
      headers,
      body: typeof body === "string" ? body : new Uint8Array(body),
    });
    return { status: response.status, text: await response.text() };
  }

  /** Signs and sends. Answers with the status. */
  async send(payload: object, id?: string): Promise<number> {
    const body = JSON.stringify(payload);
    return (await this.post(body, signed(this.secret, body, new Date(), id))).status;
  }

  async seen(): Promise<Connected> {
    const { connections } = await this.tenant.ask<{ connections: (Connected & { source: string })[] }>(CONNECTIONS);
    return connections.find(({ source }) => source === this.source)!;
  }

  async letters(): Promise<Letter[]> {
    const { deadLetters } = await this.tenant.ask<{ deadLetters: { nodes: Letter[] } }>(LETTERS, {
      source: this.source,
    });
    return deadLetters.nodes;
  }

  /** How many interactions, records and dead letters the whole server holds. */
  async stored(): Promise<Record<string, number>> {
    const [row] = await this.server.testDatabase.ownerQuery<Record<string, number>>(
      `select (select count(*)::int from interactions) as interactions, (select count(*)::int from records) as records,
         (select count(*)::int from dead_letters) as letters, (select count(*)::int from kept_deliveries) as kept`,
    );
    return row!;
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
