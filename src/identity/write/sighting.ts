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

/** The name under which a source's person is kept while a batch is worked on. */
export function recordHandle(source: string, key: string): string {
  return `${source}\n${key}`;
}
