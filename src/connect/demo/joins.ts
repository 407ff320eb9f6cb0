import type { DemoChange } from "./change";

/**
 * Tells from the feed alone when customers become one, and when they do not stay one.
 *
 * A join shows in two ways: two profiles that both had a past merge, or a source record that is new begins its life in a
 * profile that has one already. Only what happened since the demo began is known here.
 */
export class Joins {
  private readonly channels = new Map<string, Set<string>>();
  private readonly records = new Set<string>();
  /** The survivor when the last change was a merge: the record that caused it comes next, and was told of already. */
  private justMerged: string | undefined;

  /** Ids of the source records that had an interaction. */
  get recordIds(): readonly string[] {
    return [...this.records];
  }

  /** Notes that a profile holds a contact of a CRM, which the feed does not show. */
  met(profileId: string, channel: string): void {
    this.channels.set(profileId, new Set(this.channels.get(profileId)).add(channel));
  }

  /** What to say about a change; undefined when it joins and parts nobody. */
  tell(change: DemoChange): string | undefined {
    const told = this.justMerged === change.profileId;
    this.justMerged = change.__typename === "ProfilesMerged" ? change.profileId : undefined;
    switch (change.__typename) {
      case "InteractionAdded": {
        const join = this.added(change.profileId, change.interaction.record.id, change.interaction.channel);
        return told ? undefined : join;
      }
      case "ProfilesMerged":
        return this.merged(change.profileId, change.absorbedIds, change.profile.displayName);
      case "ProfileSplit":
        return this.split([change.profileId, ...change.separatedIds], change.profile.displayName);
      default:
        return undefined;
    }
  }

  private added(profileId: string, recordId: string, channel: string): string | undefined {
    const known = this.channels.get(profileId);
    const before = known === undefined ? "" : [...known].join(", ");
    this.met(profileId, channel);
    if (this.records.has(recordId)) return undefined;
    this.records.add(recordId);
    return before === "" ? undefined : `→ now one customer with ${before}`;
  }

  private merged(survivor: string, absorbed: readonly string[], name: string | null): string {
    const sides = [survivor, ...absorbed].map((id) => this.channels.get(id) ?? new Set<string>());
    for (const id of absorbed) this.channels.delete(id);
    this.channels.set(survivor, new Set(sides.flatMap((side) => [...side])));
    const known = sides.filter((side) => side.size > 0).map((side) => [...side].join(", "));
    return `→ now one customer with ${known.join(" and ") || "another record"}${name === null ? "" : `: ${name}`}`;
  }

  /** Which of the channels went where is not said: what comes next will tell. */
  private split(ids: readonly string[], name: string | null): string {
    for (const id of ids) this.channels.delete(id);
    return `← taken apart again: ${name ?? "this one"} is one of ${ids.length} customers after all`;
  }
}
