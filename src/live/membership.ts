import { Change } from "../feed/change";

/** A stretch of the feed during which a record was in one profile. */
export interface Membership {
  readonly profileId: string;
  /** The first position that belongs to it: that of the change which moved the record, or brought it. */
  readonly from: number;
  /** The first position that no longer does; infinity while it lasts. */
  readonly to: number;
}

/**
 * Whether a change concerns the record with these memberships: it happened to the profile that held the record at the
 * change's position. Of a split that set the record apart the entry names the half that kept the id; it is told at the
 * first position of the new membership. The repository's statement says the same in SQL.
 */
export function concerns(memberships: readonly Membership[], change: Change): boolean {
  const { position, profileId, relatedIds } = change;
  return memberships.some(
    (membership) =>
      membership.from <= position &&
      position < membership.to &&
      (membership.profileId === profileId ||
        (membership.from === position && relatedIds.includes(membership.profileId))),
  );
}

/** Whether records may be in other profiles after this change than before it. */
export function moves({ kind }: Change): boolean {
  return kind === "PROFILES_MERGED" || kind === "PROFILE_SPLIT";
}
