import { blockingKeys } from "../../../../src/identity/similarity/blocking-keys";
import { similarityCandidates } from "../../../../src/identity/similarity/candidates";
import { person, type Said } from "./people";

const found = (people: readonly Said[], blockLimit = 50, recordBracket = 10_000) =>
  [
    ...similarityCandidates(
      people.map((said, i) => ({ id: String(i), profile: person(said) })),
      { blockLimit, recordBracket },
    ),
  ].map((pair) => [...pair]);

const full = { givenName: "Robert", familyName: "Hathersage", dateOfBirth: "1978-11-12" };

describe("a pair is a candidate", () => {
  it.each<[string, Said, Said]>([
    [
      "by names that sound alike",
      { givenName: "Catherine", familyName: "Meyer" },
      { givenName: "Kathryn", familyName: "Maier" },
    ],
    [
      "by a nickname",
      { givenName: "Bob", familyName: "Hathersage" },
      { givenName: "Robert", familyName: "Hathersage" },
    ],
    ["by names in each other's field", full, { givenName: "Hathersage", familyName: "Robert" }],
    ["by birth date alone", full, { givenName: "Zoe", dateOfBirth: "12/11/1978" }],
    ["by parts of the birth date and a name", full, { familyName: "Hathersage", dateOfBirth: "1978-11-30" }],
    ["by day and month exchanged and a name", full, { familyName: "Hathersage", dateOfBirth: "1978-12-11" }],
    ["by the end of a telephone number", { phone: "+66812345678" }, { phone: "+10812345678" }],
    [
      "by a telephone number with a slip and a name",
      { givenName: "Ann", phone: "+66812345678" },
      { givenName: "Ann", phone: "+66812345679" },
    ],
    ["by mailbox", { email: "skylark9@a.com" }, { email: "skylark9@b.org" }],
    ["by half an id", { ssn: "3871397" }, { ssn: "3871937" }],
    [
      "by house and postal code",
      { givenName: "Ann", address: { line: "12 Elm St", postalCode: "23208" } },
      { givenName: "Zoe", address: { line: "12 Elm Street", postalCode: "23208" } },
    ],
    ["by a Japanese name without a space", { displayName: "勅使河原健" }, { givenName: "健", familyName: "勅使河原" }],
    [
      "by a Thai name without its tone marks",
      { givenName: "สมชาย", familyName: "แก่นแก้ว" },
      { givenName: "สมชาย", familyName: "แกนแกว" },
    ],
  ])("%s", (_, a, b) => {
    expect(found([a, b])).toEqual([[0, 1]]);
  });

  test("once, whatever the number of keys in common", () => {
    expect(found([full, full, {}])).toEqual([[0, 1]]);
  });

  test("not when nothing is in common", () => {
    expect(found([full, { givenName: "Zoe", familyName: "Quenby", dateOfBirth: "1951-02-03" }])).toEqual([]);
  });
});

test("a block over its limit is off for all of its records, the first ones too", () => {
  const many = Array.from({ length: 5 }, () => ({ email: "info@example.com" }));
  expect(found(many, 5)).toHaveLength(10);
  expect(found(many, 4)).toEqual([]);
});

test("a name alone is no key", () => {
  expect(blockingKeys(person({ givenName: "Ann" }), 10_000)).toEqual([]);
  expect(new Set(blockingKeys(person(full), 10_000)).size).toBe(blockingKeys(person(full), 10_000).length);
});
