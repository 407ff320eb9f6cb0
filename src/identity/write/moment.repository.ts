/** How far a tenant's facts of identity have come. */
export interface Moment {
  /** The transaction that last took a place in the feed, or said that it has nothing to tell there. */
  readonly writer: string;
  /** Whether rules are still being applied: statuses of values then change without a place in the feed. */
  readonly applying: boolean;
}

/* Not the position: a decision that moves nobody changes facts, and leaves it where it was. */
export const MOMENT = `
  (select json_build_object('writer', xmin::text, 'applying', rules_applied < rules_version)
   from feeds where tenant_id = $1)`;

/**
 * Whether no fact of identity was committed between the two: each is written together with the feed's counter, but for
 * those that are worked out where rules are applied. (That something was seen again is no such fact.)
 */
export function isSameMoment(before: Moment, after: Moment): boolean {
  return !before.applying && !after.applying && before.writer === after.writer;
}
