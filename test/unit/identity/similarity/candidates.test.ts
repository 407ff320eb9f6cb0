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

describe("where the rules are for more than 100,000 records, a pair is a candidate", () => {
  const manyFound = (one: Said, other: Said) => found([one, other], 50, 1_000_000).length === 1;
  const born = { dateOfBirth: "1978-11-12" };
  const phone = { givenName: "Ann", familyName: "Carter", phone: "+66812345678" };

  it.each<[string, Said, Said]>([
    ["by birth date and an initial", full, { givenName: "Zoe", familyName: "Harris", ...born }],
    ["by birth date and an initial of exchanged names", full, { givenName: "Harriet", familyName: "Quenby", ...born }],
    ["by birth date alone where there are no names", { ...born, email: "a@a.com" }, { ...born, email: "b@b.org" }],
    [
      "by day and month, a name and the initial of the other",
      full,
      { givenName: "Ronald", familyName: "Hathersage", dateOfBirth: "1951-12-11" },
    ],
    [
      "by day and month, and the only name that either has",
      { familyName: "Hathersage", ...born },
      { familyName: "Hathersage", dateOfBirth: "1951-12-11" },
    ],
    [
      "by the end of a telephone number, a name and the initial of the other",
      phone,
      { ...phone, familyName: "Clarke", phone: "+66819995678" },
    ],
  ])("%s", (_, one, other) => expect(manyFound(one, other)).toBe(true));

  it.each<[string, Said, Said]>([
    ["by birth date alone", full, { givenName: "Zoe", familyName: "Quenby", ...born }],
    [
      "by day and month and a name alone",
      full,
      { givenName: "Zoe", familyName: "Hathersage", dateOfBirth: "1951-12-11" },
    ],
    [
      "by the end of a telephone number and a name alone",
      phone,
      { ...phone, familyName: "Quenby", phone: "+66819995678" },
    ],
    [
      "by postal code and a name alone",
      { givenName: "Ann", familyName: "Carter", address: { line: "12 Elm St", postalCode: "23208" } },
      { givenName: "Ann", familyName: "Quenby", address: { line: "7 Oak St", postalCode: "23208" } },
    ],
    [
      "by city, year of birth and an initial",
      { ...full, address: { city: "Arlington" } },
      { givenName: "Rosa", familyName: "Quenby", dateOfBirth: "1978-02-03", address: { city: "Arlington" } },
    ],
  ])("not %s, as among fewer", (_, one, other) => {
    expect(manyFound(one, other)).toBe(false);
    expect(found([one, other])).toEqual([[0, 1]]);
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
