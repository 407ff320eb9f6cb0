import { decodeProfile, describePerson, encodeProfile } from "../../../../src/identity/similarity/described-person";

test("a described person is read back as it was stored", () => {
  const attributes = {
    displayName: "Katherine Hathersage Jr",
    dateOfBirth: "11/12/1978",
    gender: "F",
    organization: "Moonrise Tea Ltd",
    address: { line: "12 Elm Street", city: "Arlington", postalCode: "23208" },
  };
  const identifiers = [
    { kind: "EMAIL", namespace: "", value: "kate@example.com" },
    { kind: "CUSTOM", namespace: "ssn", value: "387-13-97" },
  ] as const;
  const { profile, keys } = describePerson(attributes, identifiers, 10_000)!;
  expect(decodeProfile(encodeProfile(profile))).toEqual(profile);
  expect(keys).toEqual([...new Set(keys)].sort((a, b) => a - b));
  expect(keys.every(Number.isSafeInteger)).toBe(true);
});

test("who says nothing by which people are found is not described", () => {
  expect(describePerson({ language: "th" }, [], 10_000)).toBeNull();
});
