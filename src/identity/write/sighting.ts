import { Instant } from "../../db/column-types";
import { Assurance } from "../identifier-kind";
import { NormalizedIdentifier } from "../normalize/normalize-identifier";

export interface SightedIdentifier {
  readonly identifier: NormalizedIdentifier;
  readonly assurance: Assurance;
}

/** A person as one message of a source shows them: the facts that one event or one record brings. */
export interface Sighting {
  readonly source: string;
  readonly key: string;
  readonly identifiers: readonly SightedIdentifier[];
  /** Name to JSON text; `null` clears. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly at: Instant;
  /** False for what a PUBLIC key sent: it never counts against what a trusted sender said. */
  readonly trusted: boolean;
  /** The identifiers are all there are: what was last seen before and is missing here is detached. */
  readonly complete: boolean;
  readonly messageId: string | null;
  /** Whether seeing the same again is worth noting: true when the sender said when it was seen. */
  readonly timed: boolean;
}

/**
 * A record as it is told from all others. What PUBLIC keys say under a source and a key is a record of its own: whoever
 * reads or guesses the key of one of the company's records must not be able to add to it, or to say whose it is.
 */
export interface RecordName {
  readonly source: string;
  readonly key: string;
  readonly claimed: boolean;
}

export function nameOf({ source, key, trusted }: Pick<Sighting, "source" | "key" | "trusted">): RecordName {
  return { source, key, claimed: !trusted };
}

/** The name under which a source's person is kept while a batch is worked on. */
export function recordHandle({ source, key, claimed }: RecordName): string {
  return `${claimed ? "claimed" : "sent"}\n${source}\n${key}`;
}
