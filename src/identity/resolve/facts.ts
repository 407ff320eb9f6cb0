import { Assurance, IdentifierKind } from "../identifier-kind";
import type { PersonProfile } from "../similarity/person-profile";
import type { SimilarPair } from "../similarity/similar-pair";

/**
 * What `resolve` is given: facts as they were stored, never what was derived from them.
 *
 * A value's status is itself a function of facts (how many records of one source carry it) and is kept beside the
 * value, because a shared value has too many carriers to load them with every component that touches it.
 */

/**
 * LIVE: joins. CLAIMS_SHARED: over its limit once CLAIMED links are counted, so it still joins trusted carriers but no
 * claim. SHARED: over its limit by trusted links alone, or ruled shared, so it joins nobody. UNUSABLE: a placeholder or unreadable.
 */
export type ValueStatus = "LIVE" | "CLAIMS_SHARED" | "SHARED" | "UNUSABLE";

export interface IdentifierValue {
  readonly id: string;
  readonly kind: IdentifierKind;
  /** Empty for kinds that have none. */
  readonly namespace: string;
  readonly value: string;
  readonly status: ValueStatus;
}

export interface Link {
  readonly recordId: string;
  readonly identifierId: string;
  readonly assurance: Assurance;
}

/** The attributes that are identity facts: as trusted senders gave them, lower-cased and trimmed; absent when unknown. */
export interface PersonFacts {
  readonly givenName?: string;
  readonly familyName?: string;
  readonly birthDate?: string;
}

export interface RecordFacts {
  /** A UUIDv7: ids sort by age, and the oldest record of a cluster names the profile. */
  readonly id: string;
  readonly source: string;
  readonly person: PersonFacts;
}

/** A person's decision that is in force. SAME has one side; DIFFERENT two: every record of one against every record of the other. */
export interface Ruling {
  readonly id: string;
  readonly kind: "SAME" | "DIFFERENT";
  /** Its place in the feed: among rulings the newest wins. */
  readonly position: number;
  readonly sides: readonly (readonly string[])[];
}

/** What is known of how alike persons are. */
export interface SimilarityFacts {
  /** By record id; a record that says nothing by which people are compared is absent. */
  readonly profiles: ReadonlyMap<string, PersonProfile>;
  /** Those that are at least worth a suggestion, each once; whether one of them joins is for the rules to say. */
  readonly pairs: readonly SimilarPair[];
}

export interface Facts {
  readonly records: readonly RecordFacts[];
  readonly identifiers: readonly IdentifierValue[];
  readonly links: readonly Link[];
  readonly rulings: readonly Ruling[];
  /** Absent where the rules do not compare persons. */
  readonly similarity?: SimilarityFacts;
}

export type EvidenceKind =
  | "RULING"
  | "IDENTIFIER"
  | "SIMILARITY"
  | "CONFLICT"
  | "AMBIGUOUS"
  | "SHARED_VALUE"
  | "BLOCKED_VALUE"
  | "LOW_ASSURANCE"
  | "CAP";

/** One reason for (a join) or against (a refusal) two records being the same person. */
export interface Evidence {
  readonly kind: EvidenceKind;
  /** The older of the two; of AMBIGUOUS, the one that could not be decided. */
  readonly recordA: string;
  readonly recordB: string;
  /** The value both carry: by it they join, or would have joined. */
  readonly identifierId?: string;
  readonly rulingId?: string;
  /** Of an identifier: the weaker of its two ends. */
  readonly assurance?: Assurance;
  /**
   * Of a CONFLICT: what differs, such as "USER_ID" or "birthDate". Of a SIMILARITY of two who are apart: "tooLittle", or
   * "refused" where something else speaks against it.
   */
  readonly about?: string;
  /** Of a CONFLICT between two persons: what the older and the younger record say. */
  readonly values?: readonly [string, string];
  /** Of a SIMILARITY. */
  readonly likeness?: Pick<SimilarPair, "strength" | "comparisons">;
  /** Of AMBIGUOUS: the oldest record of each contender, as the sides were when it was judged. */
  readonly contenders?: readonly string[];
}

export interface Resolution {
  /** Every record of the component once; each cluster's ids ascending, so that the first names the profile. */
  readonly clusters: readonly (readonly string[])[];
  /** Enough evidence to connect every cluster, strongest first. */
  readonly joins: readonly Evidence[];
  /** Every join that was refused, with the reason. */
  readonly refusals: readonly Evidence[];
}
