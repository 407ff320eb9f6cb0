import { KnownActivity, KnownIdentifier, KnownRecord } from "../../../src/profile/known-profile";
import { ProfileView } from "../../../src/profile/profile-view";

const day = (n: number) => `2026-01-0${n}T00:00:00.000Z`;

const record = (id: string, more: Partial<KnownRecord> = {}): KnownRecord => ({
  ...{ id, source: "web", key: id, claimed: false, createdAt: day(5), activity: [], identifiers: [], observations: [] },
  ...more,
});

const activity = (channel: string, interactions: number, firstAt: string, lastAt: string): KnownActivity => ({
  ...{ channel, interactions, firstAt, lastAt },
});

const identifier = (more: Partial<KnownIdentifier> = {}): KnownIdentifier => ({
  ...{ kind: "EMAIL", namespace: "", value: "a@b.c", status: "LIVE", assurance: "ASSERTED" },
  ...{ firstSeenAt: day(2), lastSeenAt: day(2) },
  ...more,
});

const view = (...records: KnownRecord[]) =>
  new ProfileView({ id: records[0]!.id, point: { position: 1, tag: 1 }, records }, records[0]!.id, () => "cursor", []);

describe("a profile", () => {
  it("is led to by the ids of all its records", () => {
    expect(view(record("1"), record("2"), record("3")).formerIds).toEqual(["2", "3"]);
  });

  it("was first and last seen over all records and channels, those without an interaction included", () => {
    const profile = view(
      record("1", { activity: [activity("X", 1, day(4), day(6)), activity("", 0, day(3), day(3))] }),
      record("2", { activity: [activity("", 0, day(2), day(7))] }),
    );
    expect([profile.firstSeenAt, profile.lastSeenAt]).toEqual([day(2), day(7)]);
    expect(profile.records.map(({ firstSeenAt, lastSeenAt }) => [firstSeenAt, lastSeenAt])).toEqual([
      [day(3), day(6)],
      [day(2), day(7)],
    ]);
  });

  it("sums its channels up, the latest used first, and knows no channel without a name", () => {
    const profile = view(
      record("1", { activity: [activity("X", 2, day(1), day(4)), activity("", 0, day(9), day(9))] }),
      record("2", { activity: [activity("X", 3, day(1), day(3)), activity("LINE", 1, day(5), day(5))] }),
    );
    expect(profile.channels).toEqual([
      { channel: "LINE", interactions: 1, lastAt: day(5) },
      { channel: "X", interactions: 5, lastAt: day(4) },
    ]);
  });

  it("lists an identifier of several records once: the surest, all sources, first and last seen", () => {
    const profile = view(
      record("1", { source: "web", identifiers: [identifier({ assurance: "CLAIMED" })] }),
      record("2", { source: "crm", identifiers: [identifier({ assurance: "VERIFIED", firstSeenAt: day(1) })] }),
      record("3", { source: "web", identifiers: [identifier({ lastSeenAt: day(9) })] }),
    );
    expect(profile.identifiers).toEqual([
      {
        ...{ kind: "EMAIL", namespace: null, value: "a@b.c", assurance: "VERIFIED", sources: ["crm", "web"] },
        ...{ firstSeenAt: day(1), lastSeenAt: day(9), shared: false, usable: true },
      },
    ]);
  });

  it("lists identifiers in the order of kinds, namespaces and values, in whatever order they are stored", () => {
    const stored = [
      identifier({ kind: "CRM_ID", namespace: "zendesk", value: "1" }),
      identifier({ kind: "CRM_ID", namespace: "hubspot", value: "2" }),
      identifier({ kind: "PHONE", value: "+2" }),
      identifier({ kind: "PHONE", value: "+1" }),
      identifier({ kind: "EMAIL", value: "z@b.c" }),
    ];
    for (const identifiers of [stored, [...stored].reverse()]) {
      expect(view(record("1", { identifiers })).identifiers.map(({ value }) => value)).toEqual([
        "z@b.c",
        "+1",
        "+2",
        "2",
        "1",
      ]);
    }
  });

  it("takes the same value in two namespaces for two identifiers", () => {
    const identifiers = [
      identifier({ kind: "CRM_ID", namespace: "a" }),
      identifier({ kind: "CRM_ID", namespace: "b" }),
    ];
    expect(view(record("1", { identifiers })).identifiers).toHaveLength(2);
  });

  it.each([
    ["SHARED" as const, true],
    ["CLAIMS_SHARED" as const, true],
    ["LIVE" as const, false],
    ["UNUSABLE" as const, false],
  ])("shows a value that is %s with shared: %s", (status, shared) => {
    expect(view(record("1", { identifiers: [identifier({ status })] })).identifiers[0]?.shared).toBe(shared);
  });
});
