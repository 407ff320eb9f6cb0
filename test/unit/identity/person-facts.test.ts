import fc from "fast-check";
import { contradictions, personFacts } from "../../../src/identity/resolve/person-facts";

describe("facts are spelled one way", () => {
  test("names", () => {
    expect(personFacts({ givenName: "  Ａnn\u3000 Mary ", familyName: "O’Brien", displayName: "x" })).toEqual({
      givenName: "ann mary",
      familyName: "o'brien",
    });
  });

  test("what says nothing, and what is no text, is unknown", () => {
    expect(personFacts({ givenName: "N/A", familyName: "-", dateOfBirth: "unknown" })).toEqual({});
    expect(personFacts({ givenName: null, familyName: 7, dateOfBirth: { year: 1978 } })).toEqual({});
    expect(personFacts({})).toEqual({});
  });

  test.each([
    ["1978-12-11", "1978-12-11"],
    ["1978-12-11T00:00:00.000Z", "1978-12-11"],
    ["1978/2/1", "1978-02-01"],
    ["19781211", "1978-12-11"],
    ["1978年12月11日", "1978-12-11"],
    ["๒๕๒๑-๑๒-๑๑", "1978-12-11"],
    ["25/12/2521", "1978-12-25"],
    ["12/25/1978", "1978-12-25"],
    ["5.5.1980", "1980-05-05"],
    ["12/11/1978", "12/11/1978"],
    ["2.1.1980", "02/01/1980"],
    ["1900-02-28", "1900-02-28"],
    ["0050-01-02", "0050-01-02"],
  ])("the birth date %s is %s", (dateOfBirth, expected) => {
    expect(personFacts({ dateOfBirth })).toEqual({ birthDate: expected });
  });

  test.each([
    "1978-13-01",
    "1978-02-30",
    "31/31/1978",
    "11 Dec 1978",
    "0000-01-01",
    "78-12-11",
    "3000-01-01",
    "1900-01-01",
    "01/01/0001",
  ])("%s is no date, and unknown", (dateOfBirth) => {
    expect(personFacts({ dateOfBirth })).toEqual({});
  });
});

describe("two records contradict each other", () => {
  test("by every fact that differs", () => {
    expect(contradictions({ givenName: "ann" }, { givenName: "bob" })).toEqual(["givenName"]);
    expect(
      contradictions({ familyName: "lee", birthDate: "1978-12-11" }, { familyName: "ray", birthDate: "1980-01-01" }),
    ).toEqual(["familyName", "birthDate"]);
    expect(contradictions({ birthDate: "1978-12-11" }, { birthDate: "1978-12-12" })).toEqual(["birthDate"]);
  });

  test("never by what one of them lacks", () => {
    expect(contradictions({ givenName: "ann" }, { familyName: "lee", birthDate: "1978-12-11" })).toEqual([]);
    expect(contradictions({}, {})).toEqual([]);
  });

  test("by an uncertain birth date only when no reading fits", () => {
    expect(contradictions({ birthDate: "12/11/1978" }, { birthDate: "1978-11-12" })).toEqual([]);
    expect(contradictions({ birthDate: "12/11/1978" }, { birthDate: "1978-12-11" })).toEqual([]);
    expect(contradictions({ birthDate: "12/11/1978" }, { birthDate: "11/12/1978" })).toEqual([]);
    expect(contradictions({ birthDate: "12/11/1978" }, { birthDate: "1978-12-12" })).toEqual(["birthDate"]);
    expect(contradictions({ birthDate: "12/11/1978" }, { birthDate: "12/11/1979" })).toEqual(["birthDate"]);
  });
});

test("any text gives facts that give themselves again, and that do not contradict themselves", () => {
  const attributes = fc.record(
    {
      givenName: fc.string({ unit: "binary" }),
      familyName: fc.string({ unit: "grapheme" }),
      dateOfBirth: fc.oneof(
        fc.string({ unit: "grapheme" }),
        fc.stringMatching(/^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}$/),
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(attributes, (given) => {
      const facts = personFacts(given);
      const { birthDate, ...names } = facts;
      expect(personFacts({ ...names, dateOfBirth: birthDate })).toEqual(facts);
      expect(contradictions(facts, facts)).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});
