import { TestServer } from "./server";

export interface Identifier {
  readonly kind: string;
  readonly value: string;
  readonly namespace?: string;
  readonly assurance?: string;
}

export interface Written {
  readonly status: string;
  readonly interactionId: string | null;
  readonly recordId: string | null;
  readonly profileId: string | null;
}

export const emailOf = (value: string, assurance?: string): Identifier => ({ kind: "EMAIL", value, assurance });
export const phoneOf = (value: string): Identifier => ({ kind: "PHONE", value });

const INGEST = `mutation ($events: [EventInput!]!) {
  ingest(events: $events) { status code message interactionId profileId } }`;
const UPSERT = `mutation ($records: [RecordInput!]!) {
  upsertRecords(records: $records) { status code message recordId profileId } }`;

/** What one tenant sends and asks of a server, one thing at a time. */
export class Customers {
  private messages = 0;

  constructor(
    private readonly server: TestServer,
    readonly key: string,
  ) {}

  static async ofNewTenant(server: TestServer): Promise<Customers> {
    return new Customers(server, await server.makeTenant());
  }

  /** An event of a person of the web; its message id is new unless one is given. */
  async event(
    key: string,
    identifiers: readonly Identifier[] = [],
    more: Record<string, unknown> = {},
    attributes: object | null = null,
  ) {
    this.messages += 1;
    const event = {
      ...{ messageId: `m${this.messages}`, source: "web", channel: "WEB", occurredAt: "2026-01-01T09:00:00Z" },
      ...{ subject: { key, identifiers, attributes } },
      ...more,
    };
    const { ingest } = await this.server.data<{ ingest: Written[] }>(INGEST, { events: [event] }, this.key);
    return { event, ...ingest[0]! };
  }

  async send(event: object): Promise<Written> {
    return (await this.server.data<{ ingest: Written[] }>(INGEST, { events: [event] }, this.key)).ingest[0]!;
  }

  /** A person as the CRM holds one. Answers with the record's id. */
  async upsert(key: string, identifiers: readonly Identifier[], more: Record<string, unknown> = {}): Promise<string> {
    const records = [{ source: "crm", key, identifiers, ...more }];
    const { upsertRecords } = await this.server.data<{ upsertRecords: Written[] }>(UPSERT, { records }, this.key);
    if (upsertRecords[0]!.recordId === null) throw new Error(JSON.stringify(upsertRecords));
    return upsertRecords[0]!.recordId;
  }

  async ask<Data = Record<string, unknown>>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    return this.server.data<Data>(query, variables, this.key);
  }

  /** The code with which an operation is refused. */
  async codeOf(query: string, variables: Record<string, unknown> = {}): Promise<string | undefined> {
    return (await this.server.graphql(query, variables, this.key)).errors?.[0]?.extensions.code;
  }
}
