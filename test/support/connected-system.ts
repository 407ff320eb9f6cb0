import { Customers } from "./customers";
import { TestServer } from "./server";

const CONNECT = `mutation ($source: String!, $system: String!, $credentials: JSON!) {
  connectSource(source: $source, system: $system, credentials: $credentials) { path } }`;
const LETTERS = `query ($source: String) { deadLetters(first: 100, source: $source) { nodes { kind code reason } } }`;
const PROFILE = `query ($identifier: IdentifierInput!) { profile(identifier: $identifier) {
  id records { source key } identifiers { kind namespace value assurance }
  attributes { name value }
  timeline(first: 20) { nodes { messageId channel kind direction text actor conversationKey data } } } }`;

export interface ProfileSeen {
  readonly id: string;
  readonly records: readonly { readonly source: string; readonly key: string }[];
  readonly identifiers: readonly { readonly kind: string; readonly value: string; readonly assurance: string }[];
  readonly attributes: readonly { readonly name: string; readonly value: unknown }[];
  readonly timeline: { readonly nodes: readonly Readonly<Record<string, unknown>>[] };
}

/** A system that a new tenant has connected, and what the tenant sees of what the system sent. */
export class ConnectedSystem {
  private constructor(
    private readonly server: TestServer,
    readonly tenant: Customers,
    readonly source: string,
    /** Where its deliveries go. */
    readonly url: string,
  ) {}

  /** Under the name of the system itself. */
  static async connect(server: TestServer, system: string, credentials: object): Promise<ConnectedSystem> {
    const tenant = await Customers.ofNewTenant(server);
    const { connectSource } = await tenant.ask<{ connectSource: { path: string } }>(CONNECT, {
      ...{ source: system, system, credentials },
    });
    return new ConnectedSystem(server, tenant, system, server.url + connectSource.path);
  }

  /** @param under what follows the address of the connection */
  async post(
    body: string | Buffer,
    headers: Record<string, string>,
    under = "",
  ): Promise<{ status: number; text: string }> {
    const content = typeof body === "string" ? body : new Uint8Array(body);
    const response = await fetch(this.url + under, { method: "POST", headers, body: content });
    return { status: response.status, text: await response.text() };
  }

  async profile(kind: string, value: string, namespace: string | null = null): Promise<ProfileSeen | null> {
    const variables = { identifier: { kind, value, namespace } };
    return (await this.tenant.ask<{ profile: ProfileSeen | null }>(PROFILE, variables)).profile;
  }

  /** By the id in the CRM. */
  ofCrm(key: string): Promise<ProfileSeen | null> {
    return this.profile("CRM_ID", key, this.source);
  }

  async letters(): Promise<{ kind: string; code: string; reason: string }[]> {
    const { deadLetters } = await this.tenant.ask<{
      deadLetters: { nodes: { kind: string; code: string; reason: string }[] };
    }>(LETTERS, { source: this.source });
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
