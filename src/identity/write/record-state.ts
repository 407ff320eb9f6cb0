import { Instant } from "../../db/column-types";
import { Assurance } from "../identifier-kind";
import { RecordName } from "./sighting";

/** What is stored of a link. */
export interface LinkState {
  readonly assurance: Assurance;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
}

/** What is stored of an attribute: its JSON text and when its source saw it so. */
export interface AttributeState {
  readonly value: string;
  readonly observedAt: Instant;
  /** Whether records of the customer say, or once said, different things of it. */
  readonly contested: boolean;
}

/** A source record as it is stored. */
export interface RecordState extends RecordName {
  readonly recordId: string;
  readonly profileId: string;
  /** By identifier id. */
  readonly links: ReadonlyMap<string, LinkState>;
  /** By `attributeKey`. */
  readonly attributes: ReadonlyMap<string, AttributeState>;
}

/** Whether both tell the same of the same records; where rows come in another order, no. */
export function areSameStates(
  some: ReadonlyMap<string, RecordState>,
  others: ReadonlyMap<string, RecordState>,
): boolean {
  return some.size === others.size && [...some].every(([handle, state]) => told(state) === told(others.get(handle)));
}

function told(state: RecordState | undefined): string {
  return state ? JSON.stringify([state.recordId, state.profileId, [...state.links], [...state.attributes]]) : "";
}

/** Trusted and untrusted observations of one name stand beside each other and never touch. */
export function attributeKey(name: string, trusted: boolean): string {
  return `${trusted ? "t" : "u"}${name}`;
}

export function isTrustedKey(key: string): boolean {
  return key.startsWith("t");
}

export function nameOfKey(key: string): string {
  return key.slice(1);
}
