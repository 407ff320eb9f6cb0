import { newUuid } from "../../../src/access/uuid";
import { DigestNumbers } from "../../../src/identity/rules/digest-numbers";

describe("numbers of uuids", () => {
  it("are given in the order of coming, once each, and lead back", () => {
    const numbers = new DigestNumbers();
    const uuids = Array.from({ length: 3_000 }, newUuid);
    for (const [place, uuid] of uuids.entries()) expect(numbers.number(uuid)).toBe(place);
    for (const [place, uuid] of uuids.entries()) {
      expect(numbers.number(uuid)).toBe(place);
      expect(numbers.find(uuid)).toBe(place);
      expect(numbers.uuid(place)).toBe(uuid);
    }
    expect(numbers.size).toBe(uuids.length);
    expect(numbers.find(newUuid())).toBe(-1);
  });

  it("tell apart uuids that differ in one digit", () => {
    const numbers = new DigestNumbers();
    const zero = "00000000-0000-0000-0000-000000000000";
    const others = Array.from({ length: 36 }, (_, place) => `${zero.slice(0, place)}1${zero.slice(place + 1)}`);
    const uuids = [zero, ...others.filter((_, place) => zero[place] !== "-")];
    expect(new Set(uuids.map((uuid) => numbers.number(uuid))).size).toBe(33);
    expect(numbers.uuid(0)).toBe(zero);
  });
});
