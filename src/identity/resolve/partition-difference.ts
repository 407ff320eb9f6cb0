import { entryOf } from "./resolve-entry";

/** A record whose profile is no longer the one it was. */
export interface MovedRecord {
  readonly recordId: string;
  /** The profile it was in; null for a record that was in none. */
  readonly from: string | null;
  readonly to: string;
}

/** One profile came apart: `profileId` keeps the id, the others have ids of their own. */
export interface ProfileSplit {
  readonly profileId: string;
  readonly separatedIds: readonly string[];
}

/** Several profiles became one: `profileId` is the survivor. */
export interface ProfileMerge {
  readonly profileId: string;
  readonly absorbedIds: readonly string[];
}

export interface PartitionDifference {
  readonly moved: readonly MovedRecord[];
  /** Apply before the merges: a merge may absorb an id that a split has just given out. */
  readonly splits: readonly ProfileSplit[];
  readonly merges: readonly ProfileMerge[];
}

/**
 * What turned one partition into another, told through their common refinement: every old profile first splits into the
 * pieces that stay together, named by their oldest records, and the pieces then merge into the new profiles. Records
 * that were in no profile before neither split nor merge anything by themselves.
 *
 * @param before the profile of each record known so far; it must hold every record of every profile it mentions
 * @param clusters the new partition; each cluster is named by its smallest record id
 */
export function partitionDifference(
  before: ReadonlyMap<string, string>,
  clusters: readonly (readonly string[])[],
): PartitionDifference {
  const moved: MovedRecord[] = [];
  const merges: ProfileMerge[] = [];
  const piecesByOldProfile = new Map<string, string[]>();

  for (const cluster of clusters) {
    const profileId = smallest(cluster);
    const pieces = new Map<string, string>();
    for (const recordId of cluster) {
      const from = before.get(recordId) ?? null;
      if (from !== profileId) moved.push({ recordId, from, to: profileId });
      if (from === null) continue;
      const pieceId = pieces.get(from);
      if (pieceId === undefined || recordId < pieceId) pieces.set(from, recordId);
    }
    for (const [from, pieceId] of pieces) {
      entryOf(piecesByOldProfile, from, () => []).push(pieceId);
    }
    const absorbedIds = [...pieces.values()].filter((pieceId) => pieceId !== profileId).sort();
    if (absorbedIds.length > 0) merges.push({ profileId, absorbedIds });
  }

  const splits: ProfileSplit[] = [];
  for (const pieceIds of piecesByOldProfile.values()) {
    if (pieceIds.length === 1) continue;
    const [profileId, ...separatedIds] = pieceIds.sort();
    splits.push({ profileId: profileId!, separatedIds });
  }
  return {
    moved: moved.sort((a, b) => compare(a.recordId, b.recordId)),
    splits: splits.sort((a, b) => compare(a.profileId, b.profileId)),
    merges: merges.sort((a, b) => compare(a.profileId, b.profileId)),
  };
}

function smallest(cluster: readonly string[]): string {
  return [...cluster].sort()[0]!;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
