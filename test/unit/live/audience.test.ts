import { Change } from "../../../src/feed/change";
import { Audience } from "../../../src/live/audience";
import { ProfileErased, Change as Told } from "../../../src/live/change.type";
import { Watch } from "../../../src/live/watch";

const erased: Change = {
  ...{ position: 7, tag: 1, at: "2026-01-01T00:00:00.000Z", kind: "PROFILE_ERASED", profileId: "p" },
  ...{ relatedIds: ["q"], recordId: null, interactionId: null, source: null, channel: null },
};

function follower(audience: Audience, recordId: string): Told[] {
  const told: Told[] = [];
  const watch = { recordId, push: (change: Told) => told.push(change) } as unknown as Watch;
  audience.follow(recordId, []);
  audience.add(watch);
  return told;
}

describe("an erasure", () => {
  it("is told to those who watch any id of the customer, where the records were being erased as well", () => {
    const audience = new Audience();
    const [own, former, other] = ["p", "q", "x"].map((id) => follower(audience, id)) as [Told[], Told[], Told[]];
    const change = new ProfileErased({ cursor: "", profileId: "p", at: erased.at, position: 7 }, ["q"]);
    audience.tell(erased, () => change);
    expect([own, former, other]).toEqual([[change], [change], []]);
  });
});
