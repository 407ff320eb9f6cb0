import { KnownObservation, KnownRecord } from "../../../src/profile/known-profile";
import { resolveAttributes } from "../../../src/profile/survivorship";

interface Said extends Partial<KnownObservation> {
  readonly by?: string;
  readonly record?: string;
}

const day = (n: number) => `2026-01-0${n}T00:00:00.000Z`;

function records(said: readonly Said[]): KnownRecord[] {
  return said.map(
    ({ by = "web", record = by, name = "city", trusted = true, value = "Berlin", observedAt = day(1) }) => ({
      ...{ id: record, source: by, key: "k", claimed: false, createdAt: day(1), activity: [], identifiers: [] },
      observations: [{ name, trusted, value, observedAt }],
    }),
  );
}

const winner = (said: readonly Said[], priority: readonly string[] = []) =>
  resolveAttributes(records(said), priority)[0]?.value;

describe("survivorship", () => {
  const cases: [string, Said[], string[], unknown][] = [
    ["the later observation wins", [{ value: "old" }, { value: "new", observedAt: day(2) }], [], "new"],
    [
      "what a PUBLIC key sent never beats what a trusted source said",
      [{ value: "trusted" }, { value: "public", trusted: false, observedAt: day(9) }],
      [],
      "trusted",
    ],
    [
      "what a PUBLIC key sent never beats a trusted source, wherever its source is ranked",
      [
        { value: "trusted", by: "crm" },
        { value: "public", trusted: false, by: "web" },
      ],
      ["web"],
      "trusted",
    ],
    [
      "the source ranked higher beats the later observation",
      [
        { value: "crm", by: "crm" },
        { value: "web", by: "web", observedAt: day(2) },
      ],
      ["crm", "web"],
      "crm",
    ],
    [
      "a source without a rank comes last",
      [
        { value: "web", by: "web" },
        { value: "other", by: "a", observedAt: day(2) },
      ],
      ["web"],
      "web",
    ],
    [
      "sources without a rank are equal",
      [
        { value: "z", by: "z", observedAt: day(2) },
        { value: "a", by: "a" },
      ],
      ["x"],
      "z",
    ],
    [
      "at the same time the source's name decides",
      [
        { value: "b", by: "b" },
        { value: "a", by: "a" },
      ],
      [],
      "a",
    ],
    [
      "within one source the record's id decides",
      [
        { value: "2", record: "2" },
        { value: "1", record: "1" },
      ],
      [],
      "1",
    ],
    ["false is a value", [{ value: true }, { value: false, observedAt: day(2) }], [], false],
    ["zero is a value", [{ value: 1 }, { value: 0, observedAt: day(2) }], [], 0],
    ["an object stays as it came", [{ value: { line: "1 Road", city: null } }], [], { line: "1 Road", city: null }],
  ];

  it.each(cases)("%s", (_, said, priority, expected) => {
    expect(winner(said, priority)).toEqual(expected);
    expect(winner([...said].reverse(), priority)).toEqual(expected);
  });

  it.each([[""], ["  "], [[]], [{}], [null]])(
    "the empty value %j never beats a value, however trusted and late",
    (value) => {
      const said = [
        { value: "x", trusted: false },
        { value, by: "crm", observedAt: day(9) },
      ];
      const [attribute] = resolveAttributes(records(said), ["crm"]);
      expect(attribute).toMatchObject({ value: "x", alternatives: [] });
    },
  );

  it("an attribute that was cleared is not there", () => {
    expect(resolveAttributes(records([{ value: null }]), [])).toEqual([]);
  });

  it("an empty value is there when nothing better is", () => {
    expect(winner([{ value: "" }])).toBe("");
  });

  it("lists what lost, best first, the same value of another record too", () => {
    const said = [
      { value: "a", by: "a", observedAt: day(3) },
      { value: "b", by: "b", trusted: false, observedAt: day(9) },
      { value: "a", by: "c", observedAt: day(2) },
    ];
    const [attribute] = resolveAttributes(records(said), []);
    expect(attribute).toEqual({
      ...{ name: "city", trusted: true, value: "a", source: "a", recordId: "a", observedAt: day(3) },
      alternatives: [
        { value: "a", source: "c", recordId: "c", observedAt: day(2) },
        { value: "b", source: "b", recordId: "b", observedAt: day(9) },
      ],
    });
  });

  it("orders attributes by name", () => {
    const names = resolveAttributes(records([{ name: "b" }, { name: "a" }, { name: "B" }]), []).map(({ name }) => name);
    expect(names).toEqual(["B", "a", "b"]);
  });
});
