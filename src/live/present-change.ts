import * as feed from "../feed/change";
import { FeedPoint } from "../feed/cursor";
import { Change, InteractionAdded, ProfileErased, ProfileSplit, ProfilesMerged, ProfileUpdated } from "./change.type";

/**
 * An entry of the feed as clients see it: the one place where entries become answers. What it makes is the same for
 * everyone who may read the tenant's feed, so that one object serves all subscribers of a change.
 */
export function presentChange(entry: feed.Change, cursorOf: (point: FeedPoint) => string): Change {
  const { profileId, at, position, relatedIds, interactionId } = entry;
  const fields = { cursor: cursorOf(entry), profileId, at, position };
  switch (entry.kind) {
    case "INTERACTION_ADDED":
      if (interactionId === null) throw new Error("an entry for an interaction names none");
      return new InteractionAdded(fields, interactionId);
    case "PROFILE_UPDATED":
      return new ProfileUpdated(fields);
    case "PROFILES_MERGED":
      return new ProfilesMerged(fields, relatedIds);
    case "PROFILE_SPLIT":
      return new ProfileSplit(fields, relatedIds);
    case "PROFILE_ERASED":
      return new ProfileErased(fields, relatedIds);
  }
}
