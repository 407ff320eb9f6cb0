import { Instant } from "../db/column-types";

/** PROFILE_ERASED also stands where an entry about an erased customer stood before. */
export type ChangeKind =
  | "INTERACTION_ADDED"
  | "PROFILE_UPDATED"
  | "PROFILES_MERGED"
  | "PROFILE_SPLIT"
  | "PROFILE_ERASED";

/** One entry of the feed. */
export interface Change {
  readonly position: number;
  readonly tag: number;
  readonly at: Instant;
  readonly kind: ChangeKind;
  /** Whose change it is, at that position: of a merge the survivor, of a split the half that keeps the id. */
  readonly profileId: string;
  /** Of a merge the absorbed ids, of a split the separated ones, of an erasure all other ids; otherwise empty. */
  readonly relatedIds: readonly string[];
  readonly recordId: string | null;
  readonly interactionId: string | null;
  /** The one source that this is news from; null where there are several, or a person or the rules decided it. */
  readonly source: string | null;
  /** Of an interaction the channel it came on. */
  readonly channel: string | null;
}

/** A change about to be appended. Without a profile id it belongs to whichever profile holds its record by then. */
export interface NewChange {
  readonly kind: ChangeKind;
  readonly profileId: string | null;
  readonly relatedIds: readonly string[];
  readonly recordId: string | null;
  readonly interactionId: string | null;
  /** As of `Change`: the source that need not be told. */
  readonly source: string | null;
  readonly channel: string | null;
}

/** The positions that a transaction was given: first to last, with their time. */
export interface FeedAdvance {
  readonly first: number;
  readonly last: number;
  readonly at: Instant;
}
