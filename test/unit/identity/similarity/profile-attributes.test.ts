import { PROFILE_ATTRIBUTES, personProfile } from "../../../../src/identity/similarity/person-profile";

test("a profile reads no attribute that is not listed, and every one that is", () => {
  const read = new Set<string>();
  const watch = new Proxy<Record<string, unknown>>({}, { get: (_, name) => void read.add(String(name)) });
  personProfile(watch, []);
  expect([...read].sort()).toEqual([...PROFILE_ATTRIBUTES].sort());
});
