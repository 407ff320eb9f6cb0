import { birthDates } from "../../../../src/identity/similarity/compare/birth-date";
import { compareBirthDates } from "../../../../src/identity/similarity/compare/compare-birth-date";

describe("a birth date is read", () => {
  it.each<[string, unknown, string[]]>([
    ["by year first", "1978-11-12", ["19781112"]],
    ["with a time", "1978-11-12T00:00:00Z", ["19781112"]],
    ["as eight digits", "19781112", ["19781112"]],
    ["day or month first", "12/11/1978", ["19781112", "19781211"]],
    ["where only one order is a date", "20/8/1991", ["19910820"]],
    ["with two digits of the year", "24-May-11", ["19110524", "20110524"]],
    ["with the month's name first", "Mar 1 1970", ["19700301"]],
    ["in the Buddhist era", "2521-11-12", ["19781112"]],
    ["in Japanese", "1978年11月12日", ["19781112"]],
    ["in Thai digits", "๑๙๗๘-๑๑-๑๒", ["19781112"]],
    ["although a slip made it no day", "19561309", ["19561309"]],
    ["as nothing when a program wrote it for nothing", "1900-01-01", []],
    ["as nothing when it is none", "unknown", []],
    ["as nothing when it is no text", 19781112, []],
  ])("%s", (_, value, expected) => {
    expect(birthDates(value)).toEqual(expected);
  });
});

describe("two birth dates are", () => {
  it.each<[string, string, string]>([
    ["EXACT", "1978-11-12", "12/11/1978"],
    ["EXCHANGED", "1978-11-12", "1978-12-11"],
    ["SLIP", "1978-11-12", "1979-11-12"],
    ["SLIP", "1978-11-12", "1987-11-12"],
    ["SLIP", "1978-09-12", "1978-10-12"],
    ["TWO_PARTS", "1978-11-12", "1978-11-30"],
    ["NEAR", "1978-11-12", "1978-10-30"],
    ["NEAR", "1978-11-12", "1979-10-13"],
    ["DIFFERENT", "1978-11-12", "1954-03-31"],
    ["DIFFERENT", "1978-11-12", "1978-03-31"],
  ])("%s: %s and %s", (level, a, b) => {
    expect(compareBirthDates(birthDates(a), birthDates(b))?.level).toBe(level);
    expect(compareBirthDates(birthDates(b), birthDates(a))?.level).toBe(level);
  });

  test("not compared when one is missing", () => {
    expect(compareBirthDates([], ["19781112"])).toBeNull();
  });
});
