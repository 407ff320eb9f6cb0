import { Instant } from "../db/column-types";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { SightedIdentifier } from "../identity/write/sighting";
import { EventInput } from "./event-input.type";
import { keyedId, payloadHash } from "./payload-hash";
import { isRejection, PreparedEvent, PreparedRecord, Rejection } from "./prepared";
import { RecordInput } from "./record-input.type";
import { KEY_MAX, readAttributes, readIdentifiers, subjectKey } from "./subject";
import { findJsonProblem, findTextProblem } from "./text-rules";

export const SOURCE_MAX = 100;
export const MESSAGE_ID_MAX = 512;
export const TEXT_MAX = 100_000;
export const DATA_MAX = 262_144;

/** What preparing needs to know about the sender and the tenant. */
export interface Sender {
  /** False for PUBLIC keys. */
  readonly trusted: boolean;
  readonly rules: ResolutionRules;
  /** The tenant's key for digests of message ids. */
  readonly hashKey: Buffer;
  readonly receivedAt: Instant;
  /** Whether the times of its events are no part of what tells their payloads apart. */
  readonly timesVary: boolean;
}

/**
 * Judges one event by itself: what may be stored, or why not. Pure.
 *
 * Message ids of PUBLIC keys have a space of their own in the ledger: a page that anyone can read must neither take the
 * ids of a trusted sender's messages nor learn which of them are known.
 */
export function prepareEvent(input: EventInput, sender: Sender): PreparedEvent | Rejection {
  const problem =
    findProblem("messageId", input.messageId, 1, MESSAGE_ID_MAX) ??
    findProblem("source", input.source, 1, SOURCE_MAX) ??
    findProblem("conversationKey", input.conversationKey, 0, KEY_MAX) ??
    findProblem("actor", input.actor, 0, KEY_MAX) ??
    findProblem("text", input.text, 0, TEXT_MAX);
  if (problem) return problem;
  const data = readData(input.data);
  if (data !== null && typeof data !== "string") return data;
  const subject = prepareSubject(input.subject, sender);
  if (isRejection(subject)) return subject;
  const { key, identifiers, attributes } = subject;
  return {
    messageId: input.messageId,
    deliveryId: keyedId(sender.hashKey, sender.trusted ? "trusted" : "public", input.source, input.messageId),
    payloadHash: payloadHash(canonicalEvent(input, sender.timesVary)),
    sighting: {
      source: input.source,
      key,
      identifiers,
      attributes,
      at: input.occurredAt,
      trusted: sender.trusted,
      complete: false,
      messageId: input.messageId,
      timed: true,
    },
    interaction: {
      source: input.source,
      messageId: input.messageId,
      channel: input.channel,
      kind: input.kind,
      direction: input.direction,
      visibility: input.visibility,
      occurredAt: input.occurredAt,
      receivedAt: sender.receivedAt,
      conversationKey: input.conversationKey ?? null,
      actor: input.actor ?? null,
      text: input.text ?? null,
      data,
    },
  };
}

/** Judges one record by itself. Pure. */
export function prepareRecord(input: RecordInput, sender: Sender): PreparedRecord | Rejection {
  const problem = findProblem("source", input.source, 1, SOURCE_MAX);
  if (problem) return problem;
  const subject = prepareSubject({ ...input, key: input.key }, sender, []);
  if (isRejection(subject)) return subject;
  return {
    sighting: {
      source: input.source,
      ...subject,
      at: input.observedAt ?? sender.receivedAt,
      trusted: sender.trusted,
      complete: input.complete,
      messageId: null,
      timed: input.observedAt !== null && input.observedAt !== undefined,
    },
  };
}

interface Subject {
  readonly key: string;
  readonly identifiers: SightedIdentifier[];
  readonly attributes: Map<string, string>;
}

/** @param standIns the identifiers that may stand in for a missing key; all of them, when left out */
function prepareSubject(
  input: { key?: string | null; identifiers: EventInput["subject"]["identifiers"]; attributes?: unknown },
  sender: Sender,
  standIns?: SightedIdentifier[],
): Subject | Rejection {
  const identifiers = readIdentifiers(input.identifiers, sender.trusted, sender.rules);
  if ("code" in identifiers) return identifiers;
  const attributes = readAttributes(input.attributes);
  if ("code" in attributes) return attributes;
  const key = subjectKey(input.key, standIns ?? identifiers);
  if (typeof key !== "string") return key;
  return { key, identifiers, attributes };
}

/** The event as it is compared: defaults filled in, times in UTC, what is left out and null alike. */
function canonicalEvent(input: EventInput, timesVary: boolean): object {
  const { messageId, source, channel, kind, direction, visibility, occurredAt, subject } = input;
  return {
    messageId,
    source,
    channel,
    kind,
    direction,
    visibility,
    occurredAt: timesVary ? undefined : occurredAt,
    conversationKey: input.conversationKey ?? undefined,
    actor: input.actor ?? undefined,
    text: input.text ?? undefined,
    data: input.data ?? undefined,
    subject: {
      key: subject.key ?? undefined,
      identifiers: subject.identifiers.map((one) => ({
        kind: one.kind,
        value: one.value,
        namespace: one.namespace ?? undefined,
        assurance: one.assurance ?? undefined,
      })),
      attributes: subject.attributes ?? undefined,
    },
  };
}

function findProblem(field: string, value: string | null | undefined, least: number, most: number): Rejection | null {
  if (value === null || value === undefined) return null;
  if (value.length > most) return { code: "TOO_LONG", message: `${field} may have ${most} characters at most.` };
  if (value.trim().length < least) return { code: "INVALID_TEXT", message: `${field} must not be empty.` };
  const problem = findTextProblem(value);
  return problem ? { code: "INVALID_TEXT", message: `${field} ${problem}.` } : null;
}

/** The JSON text to keep, or why it cannot be kept. */
function readData(data: unknown): string | null | Rejection {
  if (data === null || data === undefined) return null;
  const problem = findJsonProblem(data);
  if (problem) return { code: "INVALID_JSON", message: `data ${problem}.` };
  const text = JSON.stringify(data);
  if (text.length <= DATA_MAX) return text;
  return { code: "TOO_LONG", message: `data may have ${DATA_MAX} characters of JSON at most.` };
}
