import type { DemoChange } from "../../../src/connect/demo/change";
import { Joins } from "../../../src/connect/demo/joins";

const added = (profileId: string, recordId: string, channel: string): DemoChange => ({
  __typename: "InteractionAdded",
  cursor: "c",
  profileId,
  interaction: { messageId: "m", channel, record: { id: recordId } },
});
const merged = (profileId: string, ...absorbedIds: string[]): DemoChange => ({
  __typename: "ProfilesMerged",
  cursor: "c",
  profileId,
  absorbedIds,
  profile: { displayName: "Ann" },
});
const split = (profileId: string, ...separatedIds: string[]): DemoChange => ({
  __typename: "ProfileSplit",
  cursor: "c",
  profileId,
  separatedIds,
  profile: { displayName: "Ann" },
});
const told = (...changes: DemoChange[]): (string | undefined)[] => {
  const joins = new Joins();
  return changes.map((change) => joins.tell(change));
};

describe("What the demo tells of the feed", () => {
  test("is nothing while everybody stays alone", () => {
    expect(told(added("p1", "r1", "X"), added("p2", "r2", "LINE"), added("p1", "r1", "X"))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("is a join when a new record begins in a profile that has a past", () => {
    const [, , , join, again] = told(
      added("p1", "r1", "WEB"),
      added("p1", "r1", "WEB_CHAT"),
      { __typename: "ProfileUpdated", cursor: "c", profileId: "p1" },
      added("p1", "r2", "EMAIL"),
      added("p1", "r2", "EMAIL"),
    );
    expect(join).toBe("→ now one customer with WEB, WEB_CHAT");
    expect(again).toBeUndefined();
  });

  test("is a join when two profiles merge, with the channels of each, and the survivor keeps both", () => {
    const [, , join, , next] = told(
      added("p1", "r1", "X"),
      added("p2", "r2", "LINE"),
      merged("p1", "p2"),
      { __typename: "ProfileUpdated", cursor: "c", profileId: "p1" },
      added("p1", "r3", "PHONE"),
    );
    expect(join).toBe("→ now one customer with X and LINE: Ann");
    expect(next).toBe("→ now one customer with X, LINE");
  });

  test("is a join when a contact of the CRM is heard of for the first time", () => {
    const joins = new Joins();
    joins.met("p1", "CRM");
    expect(joins.tell(added("p1", "r1", "WHATSAPP"))).toBe("→ now one customer with CRM");
  });

  test("is told once when a new record makes two profiles one", () => {
    const [, , join, same, later] = told(
      added("p1", "r1", "X"),
      added("p2", "r2", "LINE"),
      merged("p1", "p2"),
      added("p1", "r3", "EMAIL"),
      added("p1", "r4", "PHONE"),
    );
    expect(join).toBe("→ now one customer with X and LINE: Ann");
    expect(same).toBeUndefined();
    expect(later).toBe("→ now one customer with X, LINE, EMAIL");
  });

  test("is a parting when a profile splits", () => {
    const [, parted, next] = told(added("p1", "r1", "PHONE"), split("p1", "p2"), added("p2", "r2", "WEB"));
    expect(parted).toBe("← taken apart again: Ann is one of 2 customers after all");
    expect(next).toBeUndefined();
  });
});
