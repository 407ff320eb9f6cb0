import { Instant } from "../../db/column-types";
import { EventInput } from "../../ingest/event-input.type";
import { RecordInput } from "../../ingest/record-input.type";

/**
 * What every system that sends deliveries has in common.
 *
 *   raw body -> handshake? -> verify -> read -> items -> the same ingest as everything else
 *
 * An adapter is pure: no input or output, no clock. It says what a delivery means; the pipeline does it. It never throws,
 * whatever it is given: what it cannot read is an UNREADABLE item, and a delivery that is not what the system sends at all
 * is one UNREADABLE item.
 */
export interface Adapter<Read extends Items | Promise<Items> = Items> {
  /** The name under which a tenant connects it, such as "line". */
  readonly system: string;
  /** Some of what it sends has no time but that of its arrival, so that times do not tell two payloads of one message apart. */
  readonly timesVary?: boolean;
  /** What the tenant has to hand over; each is kept encrypted and never shown again. */
  readonly credentialFields: readonly CredentialField[];
  /** What is wrong with credentials that are all there, such as a key that is none; null when nothing is. */
  findCredentialProblem?(credentials: Readonly<Record<string, string>>): string | null;
  /** The answer to a request by which the system asks whether this address is ours; null when it is no such request. */
  handshake?(delivery: Delivery, connection: Connection): Answer | null;
  /** Whether the delivery comes from the system and is fresh: null, or why not, in words that give nothing away. */
  verify(delivery: Delivery, connection: Connection): string | null;
  /** What a verified delivery says. */
  read(delivery: Delivery, connection: Connection): Read;
  /** What the system wants to hear once everything is kept; 200 and no body when left out. */
  acknowledgement?(delivery: Delivery): Answer;
}

/** One whose format can only be read by waiting, such as MIME. */
export type WaitingAdapter = Adapter<Promise<Items>>;

export type AnyAdapter = Adapter | WaitingAdapter;

export interface CredentialField {
  /** In camelCase, such as "channelSecret". */
  readonly name: string;
  /** Where the tenant finds it. */
  readonly description: string;
  readonly required: boolean;
}

/** One HTTP request from a system. */
export interface Delivery {
  readonly method: string;
  /** The public address it was sent to, with scheme, host and query: some systems sign it. */
  readonly url: string;
  /** What follows the source in the path, without a slash in front; empty when nothing does. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** As it came: what is signed. */
  readonly rawBody: Buffer;
  /** With its content encoding undone, which is bounded. The same buffer where there was none. */
  readonly body: Buffer;
  readonly receivedAt: Instant;
}

/** A tenant's connection to one system. */
export interface Connection {
  /** The `source` of everything that comes in by it. */
  readonly source: string;
  /** Those valid now, the newest first: while they are rotated there are two. By the names of the credential fields. */
  readonly credentials: readonly Readonly<Record<string, string>>[];
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export type Items = readonly Item[];

/** One thing that a delivery says. */
export type Item =
  | { readonly kind: "EVENT"; readonly event: EventInput }
  | { readonly kind: "RECORD"; readonly record: RecordInput }
  /** The system deleted a person: the source record goes, with what only it said. */
  | { readonly kind: "RECORD_REMOVED"; readonly source: string; readonly key: string; readonly at: Instant }
  /** The system made one person of several: both ids are kept, and joined. */
  | {
      readonly kind: "RECORDS_MERGED";
      readonly source: string;
      readonly survivorKey: string;
      readonly mergedKeys: readonly string[];
      readonly at: Instant;
    }
  /** Of a type that is not known yet: accepted, counted and kept. */
  | { readonly kind: "UNKNOWN"; readonly type: string; readonly payload: unknown }
  /** It should have been readable, and was not: it goes to the dead letters, with the reason. */
  | { readonly kind: "UNREADABLE"; readonly reason: string; readonly payload: unknown };
