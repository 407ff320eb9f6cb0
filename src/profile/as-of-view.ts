import { FeedPoint } from "../feed/cursor";
import { FeedMoment } from "../feed/feed-moment";
import { KnownProfile } from "./known-profile";
import { PastMoment } from "./profile.type";
import { ProfileView } from "./profile-view";

/** A customer as the system knew one at a moment of the past. */
export class PastProfileView extends ProfileView {
  readonly past: PastMoment;

  constructor(
    known: KnownProfile,
    handle: string,
    cursorOf: (point: FeedPoint) => string,
    sourcePriority: readonly string[],
    moment: FeedMoment,
  ) {
    super(known, handle, cursorOf, sourcePriority);
    this.past = { moment, recordIds: known.records.map(({ id }) => id), cursor: cursorOf(known.point) };
  }
}
