import { Customers } from "./customers";
import { TestServer } from "./server";

export interface Tracked {
  readonly messageId: string;
  readonly source: string;
  readonly channel: string;
  readonly kind: string;
  readonly direction: string;
  readonly occurredAt: string;
  readonly conversationKey: string | null;
  readonly actor: string | null;
  readonly text: string | null;
  readonly data: { event?: string; properties?: object; context?: object };
}

export interface TrackedProfile {
  readonly id: string;
  readonly displayName: string | null;
  readonly identifiers: { kind: string; value: string; assurance: string }[];
  readonly attributes: { name: string; value: unknown }[];
  readonly records: { source: string; key: string }[];
  readonly timeline: { nodes: Tracked[] };
}

const PROFILE = `query ($kind: IdentifierKind!, $value: String!) { profile(identifier: { kind: $kind, value: $value }) {
  id displayName identifiers { kind value assurance } attributes { name value } records { source key }
  timeline(first: 50) { nodes {
    messageId source channel kind direction occurredAt conversationKey actor text data } } } }`;

/** A company that tracks, with the write key of one of its servers or of its pages. */
export class Tracker {
  private constructor(
    readonly server: TestServer,
    readonly tenant: Customers,
    readonly writeKey: string,
  ) {}

  /** In a tenant of its own unless one is given. */
  static async of(server: TestServer, role = "INTEGRATION", tenant?: Customers): Promise<Tracker> {
    const owner = tenant ?? (await Customers.ofNewTenant(server));
    const { secret } = await server.makeKey(role, owner.key);
    return new Tracker(server, owner, secret);
  }

  get authorization(): string {
    return `Basic ${Buffer.from(`${this.writeKey}:`).toString("base64")}`;
  }

  /** Sends a body as it is. */
  async post(path: string, body: string | Buffer, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.server.url}/v1/${path}`, {
      method: "POST",
      headers: { authorization: this.authorization, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : new Uint8Array(body),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async call(path: string, message: object): Promise<number> {
    return (await this.post(path, JSON.stringify(message))).status;
  }

  async find(kind: string, value: string): Promise<TrackedProfile | null> {
    return (await this.tenant.ask<{ profile: TrackedProfile | null }>(PROFILE, { kind, value })).profile;
  }

  /** The profile of a user. @throws Error when there is none */
  async user(value: string): Promise<TrackedProfile> {
    const profile = await this.find("USER_ID", value);
    if (profile === null) throw new Error(`there is no user ${value}`);
    return profile;
  }
}
