import { Change, ChangeKind } from "./change";

/** Which entries of the feed are wanted. */
export interface FeedFilter {
  /** Of one of these kinds; null: of any. */
  readonly kinds: readonly ChangeKind[] | null;
  /** Interactions only on one of these channels; null: on any. Entries that are no interactions have no channel. */
  readonly channels: readonly string[] | null;
}

/** Whether an entry is wanted. The repository's statement says the same in SQL. */
export function isWanted(filter: FeedFilter | null, { kind, channel }: Pick<Change, "kind" | "channel">): boolean {
  if (filter === null) return true;
  const { kinds, channels } = filter;
  if (kinds !== null && !kinds.includes(kind)) return false;
  return channels === null || kind !== "INTERACTION_ADDED" || channels.includes(channel ?? "");
}
