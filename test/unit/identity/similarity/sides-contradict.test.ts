import { DEFAULT_WEIGHTS } from "../../../../src/identity/similarity/model";
import { scorePair } from "../../../../src/identity/similarity/score";
import { saidOnce, sidesContradict } from "../../../../src/identity/similarity/sides-contradict";
import { person, type Said } from "./people";

const robert = { givenName: "Robert", familyName: "Okafor", dateOfBirth: "1984-03-11" };
const roberta = { givenName: "Roberta", familyName: "Okafor", dateOfBirth: "2011-06-02" };
const bob = { displayName: "OKAFOR, Bob" };
const david = (generation?: string) => ({ givenName: "David", familyName: "Dobbins", generation });

/** The first of each side are the two that are alike. */
describe("of two customers the records that are alike are", () => {
  it.each<[string, readonly Said[], readonly Said[], boolean]>([
    ["not suggested, where another record of the one was born another day", [bob, robert], [roberta], true],
    ["not suggested, where both days are told by other records", [bob, robert], [bob, roberta], true],
    ["suggested, where nothing else is known", [bob], [roberta], false],
    ["suggested, where the other record says the same", [bob, robert], [robert], false],
    ["suggested, where the days differ by a slip", [bob, robert], [{ ...robert, dateOfBirth: "1984-03-12" }], false],
    [
      "suggested, where one of several days agrees",
      [bob, robert, { ...robert, dateOfBirth: "1971-12-30" }],
      [robert],
      false,
    ],
    ["suggested for what they say differently themselves: a person sees that", [robert], [roberta], false],
    [
      "not suggested, where one is the elder and another record the younger",
      [david(), david("Jr")],
      [david("Sr")],
      true,
    ],
    ["suggested, where only one is called the younger", [david(), david("Jr")], [david()], false],
  ])("%s", (_, one, other, contradict) => {
    const [ones, others] = [one.map(person), other.map(person)];
    const pair = scorePair(ones[0]!, others[0]!, DEFAULT_WEIGHTS);
    expect(sidesContradict(pair, ones, others)).toBe(contradict);
    expect(sidesContradict(scorePair(others[0]!, ones[0]!, DEFAULT_WEIGHTS), others, ones)).toBe(contradict);
  });

  it("compared with each thing once that is said of them", () => {
    const said = saidOnce([person(robert), person(bob), person({ ...robert, email: "bob@example.com" })]);
    expect(said).toHaveLength(2);
  });
});
