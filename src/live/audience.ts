import * as feed from "../feed/change";
import { isWanted } from "../feed/feed-filter";
import { Change } from "./change.type";
import { concerns, Membership, moves } from "./membership";
import { Watch } from "./watch";

/** A record that someone watches, and the memberships that decide which changes concern it. */
interface Followed {
  readonly recordId: string;
  readonly watches: Set<Watch>;
  memberships: readonly Membership[];
}

/** Who of a tenant's subscribers is to be told of which change. */
export class Audience {
  private readonly everything = new Set<Watch>();
  private readonly followed = new Map<string, Followed>();
  private readonly byProfile = new Map<string, Set<Followed>>();

  get isEmpty(): boolean {
    return this.everything.size === 0 && this.followed.size === 0;
  }

  follows(recordId: string): boolean {
    return this.followed.has(recordId);
  }

  /** Adds a subscriber. The record it watches must be followed already. */
  add(watch: Watch): void {
    if (watch.recordId === null) this.everything.add(watch);
    else this.followed.get(watch.recordId)!.watches.add(watch);
  }

  remove(watch: Watch): void {
    this.everything.delete(watch);
    const followed = watch.recordId === null ? undefined : this.followed.get(watch.recordId);
    if (followed === undefined || !followed.watches.delete(watch) || followed.watches.size > 0) return;
    this.followed.delete(followed.recordId);
    this.unlist(followed);
  }

  /** Takes note of a record's memberships, as far as they matter for what is still to be told. */
  follow(recordId: string, memberships: readonly Membership[]): void {
    const followed = this.followed.get(recordId) ?? { recordId, watches: new Set(), memberships };
    this.followed.set(recordId, followed);
    this.unlist(followed);
    followed.memberships = memberships;
    for (const { profileId } of memberships) {
      const listed = this.byProfile.get(profileId);
      if (listed === undefined) this.byProfile.set(profileId, new Set([followed]));
      else listed.add(followed);
    }
  }

  /** The followed records that one of the changes may move: to be noted again before any of the changes is told. */
  movedBy(changes: readonly feed.Change[]): string[] {
    const moved = new Set<string>();
    for (const change of changes) {
      if (!moves(change)) continue;
      for (const { recordId } of this.listedUnder(change)) moved.add(recordId);
    }
    return [...moved];
  }

  /** Hands a change to everyone it concerns, made once for all of them. */
  tell(entry: feed.Change, present: () => Change): void {
    let presented: Change | undefined;
    const push = (watch: Watch): void => {
      presented ??= present();
      watch.push(presented);
    };
    for (const watch of this.everything) if (isWanted(watch.filter, entry)) push(watch);
    if (entry.kind === "PROFILE_ERASED") {
      // Where the records were is erased as well: it concerns those whose ids it names.
      for (const id of [entry.profileId, ...entry.relatedIds]) {
        for (const watch of this.followed.get(id)?.watches ?? []) push(watch);
      }
      return;
    }
    for (const followed of this.listedUnder(entry)) {
      if (concerns(followed.memberships, entry)) for (const watch of followed.watches) push(watch);
    }
  }

  /** Everyone in it, for telling them that it is over. */
  watches(): Watch[] {
    return [...this.everything, ...[...this.followed.values()].flatMap(({ watches }) => [...watches])];
  }

  private listedUnder(change: feed.Change): Iterable<Followed> {
    const own = this.byProfile.get(change.profileId) ?? [];
    if (!moves(change)) return own;
    return new Set([...own, ...change.relatedIds.flatMap((id) => [...(this.byProfile.get(id) ?? [])])]);
  }

  private unlist(followed: Followed): void {
    for (const { profileId } of followed.memberships) {
      const listed = this.byProfile.get(profileId);
      listed?.delete(followed);
      if (listed?.size === 0) this.byProfile.delete(profileId);
    }
  }
}
