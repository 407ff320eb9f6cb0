import { isWanted } from "../../../src/feed/feed-filter";
import { ChangeKind, toFeedFilter } from "../../../src/live/change-filter.type";
import { Channel } from "../../../src/timeline/interaction.type";

const KINDS = Object.values(ChangeKind);

/** The kinds of the entries that are wanted, of one of each kind; interactions come on LINE. */
function wanted(filter: Parameters<typeof toFeedFilter>[0]): string[] {
  return KINDS.filter((kind) => isWanted(toFeedFilter(filter), { kind, channel: isOne(kind) ? "LINE" : null }));
}

const isOne = (kind: string): boolean => kind === ChangeKind.INTERACTION_ADDED;

describe("what a client asks of the feed", () => {
  it.each([undefined, null, {}, { kinds: null, channels: null }])("is all of it when it says %j", (filter) => {
    expect(wanted(filter)).toEqual(KINDS);
  });

  it("is interactions alone when it names channels alone, and only those on them", () => {
    expect(wanted({ channels: [Channel.LINE, Channel.WEB] })).toEqual([ChangeKind.INTERACTION_ADDED]);
    expect(wanted({ channels: [Channel.WEB], kinds: null })).toEqual([]);
  });

  it("is the kinds that it names, of which interactions alone are on channels", () => {
    const kinds = [ChangeKind.INTERACTION_ADDED, ChangeKind.PROFILES_MERGED];
    expect(wanted({ kinds })).toEqual(kinds);
    expect(wanted({ kinds, channels: [Channel.LINE] })).toEqual(kinds);
    expect(wanted({ kinds, channels: [Channel.WEB] })).toEqual([ChangeKind.PROFILES_MERGED]);
  });

  it("is nothing when a list is empty", () => {
    expect(wanted({ kinds: [] })).toEqual([]);
    expect(wanted({ channels: [] })).toEqual([]);
  });
});
