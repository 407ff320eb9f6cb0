import { Customers } from "./customers";
import { TestServer } from "./server";

const CONNECT = `mutation ($source: String!, $system: String!, $credentials: JSON!) {
  connectSource(source: $source, system: $system, credentials: $credentials) { path } }`;
const ROTATE = `mutation ($source: String!, $credentials: JSON!) {
  rotateCredentials(source: $source, credentials: $credentials) { source } }`;
const RETIRE = "mutation ($source: String!) { retireCredentials(source: $source) { source } }";
const CONNECTIONS = `{ connections { source path credentials { fields since until } lastDeliveryAt deliveries accepted
  duplicates unknown refused } }`;
const LETTERS = `query ($source: String) { deadLetters(first: 100, source: $source) {
  nodes { id source kind code reason item times } } }`;
const PROFILE = `query ($identifier: IdentifierInput!, $filter: TimelineFilter) { profile(identifier: $identifier) {
  id records { source key } identifiers { kind namespace value assurance }
  attributes { name value }
  timeline(first: 20, filter: $filter) { nodes {
    messageId channel kind direction visibility text actor conversationKey data } } } }`;

export interface Letter {
  readonly id: string;
  readonly kind: string;
  readonly code: string;
  readonly reason: string;
  readonly item: unknown;
  readonly times: number;
}

export interface ConnectionSeen {
  readonly source: string;
  readonly path: string;
  readonly credentials: { fields: string[]; until: string | null }[];
  readonly deliveries: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly unknown: number;
  readonly refused: number;
  readonly lastDeliveryAt: string | null;
}

export interface ProfileSeen {
  readonly id: string;
  readonly records: readonly { readonly source: string; readonly key: string }[];
  readonly identifiers: readonly { readonly kind: string; readonly value: string; readonly assurance: string }[];
  readonly attributes: readonly { readonly name: string; readonly value: unknown }[];
  readonly timeline: { readonly nodes: readonly Readonly<Record<string, unknown>>[] };
}

export interface Posted {
  readonly status: number;
  readonly text: string;
}

/** A system that a tenant has connected, and what the tenant sees of what the system sent. */
export class ConnectedSystem {
  protected constructor(
    protected readonly server: TestServer,
    readonly tenant: Customers,
    readonly source: string,
    /** Below the address of the server. */
    readonly path: string,
  ) {}

  /** Under the name of the system itself, in a tenant of its own. */
  static async connect(server: TestServer, system: string, credentials: object): Promise<ConnectedSystem> {
    const tenant = await Customers.ofNewTenant(server);
    return new ConnectedSystem(server, tenant, system, await connectSource(tenant, system, system, credentials));
  }

  /** Where its deliveries go. */
  get url(): string {
    return this.server.url + this.path;
  }

  /**
   * Sends a body as it is, with these headers.
   *
   * @param under what follows the address of the connection
   */
  async post(body: string | Buffer, headers: Record<string, string>, under = ""): Promise<Posted> {
    const content = typeof body === "string" ? body : new Uint8Array(body);
    const response = await fetch(this.url + under, { method: "POST", headers, body: content });
    return { status: response.status, text: await response.text() };
  }

  /** Asks as a system does that wants to know whether the address is ours. */
  async ask(query: string): Promise<Posted & { readonly type: string | null }> {
    const response = await fetch(`${this.url}?${query}`);
    return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
  }

  /** New credentials beside those of before. */
  async rotate(credentials: object): Promise<void> {
    await this.tenant.ask(ROTATE, { source: this.source, credentials });
  }

  /** The end of all credentials but the newest. */
  async retire(): Promise<void> {
    await this.tenant.ask(RETIRE, { source: this.source });
  }

  /** What came of its deliveries so far. */
  async seen(): Promise<ConnectionSeen> {
    const { connections } = await this.tenant.ask<{ connections: ConnectionSeen[] }>(CONNECTIONS);
    return connections.find(({ source }) => source === this.source)!;
  }

  /** @param filter of the timeline */
  async profile(
    kind: string,
    value: string,
    namespace: string | null = null,
    filter: object | null = null,
  ): Promise<ProfileSeen | null> {
    const variables = { identifier: { kind, value, namespace }, filter };
    return (await this.tenant.ask<{ profile: ProfileSeen | null }>(PROFILE, variables)).profile;
  }

  /** By the id in the CRM. */
  ofCrm(key: string): Promise<ProfileSeen | null> {
    return this.profile("CRM_ID", key, this.source);
  }

  async letters(): Promise<Letter[]> {
    const { deadLetters } = await this.tenant.ask<{ deadLetters: { nodes: Letter[] } }>(LETTERS, {
      source: this.source,
    });
    return deadLetters.nodes;
  }

  /** How much the whole server holds. */
  async stored(): Promise<Record<string, number>> {
    const [row] = await this.server.testDatabase.ownerQuery<Record<string, number>>(
      `select (select count(*)::int from interactions) as interactions, (select count(*)::int from records) as records,
         (select count(*)::int from dead_letters) as letters, (select count(*)::int from kept_deliveries) as kept`,
    );
    return row!;
  }
}

/** Answers with the path to send to. */
export async function connectSource(
  tenant: Customers,
  source: string,
  system: string,
  credentials: object,
): Promise<string> {
  const variables = { source, system, credentials };
  return (await tenant.ask<{ connectSource: { path: string } }>(CONNECT, variables)).connectSource.path;
}
