import fc from "fast-check";
import { GraphQLError } from "graphql";
import { DateTime, parseInstant } from "../../../src/graphql/date-time";

describe("a DateTime", () => {
  it.each([
    ["2026-01-31T09:30:00Z", "2026-01-31T09:30:00.000Z"],
    ["2026-01-31t09:30:00.1z", "2026-01-31T09:30:00.100Z"],
    ["2026-01-31T09:30:00.123999+07:00", "2026-01-31T02:30:00.123Z"],
    ["2026-01-31T00:30:00-00:00", "2026-01-31T00:30:00.000Z"],
    ["2024-02-29T00:00:00+23:59", "2024-02-28T00:01:00.000Z"],
    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
    ["2017-01-01T08:59:60+09:00", "2017-01-01T00:00:00.000Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("%s is %s", (text, instant) => expect(parseInstant(text)).toBe(instant));

  it.each([
    "",
    "2026-01-31",
    "2026-01-31 09:30:00Z",
    "2026-01-31T09:30:00",
    "2026-01-31T09:30Z",
    "2026-02-30T09:30:00Z",
    "2025-02-29T09:30:00Z",
    "1900-02-29T09:30:00Z",
    "2026-13-01T09:30:00Z",
    "2026-00-01T09:30:00Z",
    "2026-01-00T09:30:00Z",
    "2026-01-31T24:00:00Z",
    "2026-01-31T09:60:00Z",
    "2026-01-31T09:30:61Z",
    "2026-01-31T09:17:60Z",
    "2026-01-31T09:30:00.Z",
    "2026-01-31T09:30:00+24:00",
    "2026-01-31T09:30:00+0700",
    "0000-12-31T23:59:59Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "+010000-01-01T00:00:00Z",
    "2026-01-31T09:30:00Z\n",
    "٢٠٢٦-01-31T09:30:00Z",
  ])("%j is none", (text) => expect(parseInstant(text)).toBeNull());

  it("is read as the moment that it was written from, at every offset", () => {
    const offset = fc.integer({ min: -1439, max: 1439 });
    const moment = fc.date({
      min: new Date("0002-01-01T00:00:00Z"),
      max: new Date("9998-12-31T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moment, offset, (date, minutes) => {
        const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
        const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((n) =>
          String(n).padStart(2, "0"),
        );
        expect(parseInstant(`${local}${minutes < 0 ? "-" : "+"}${hours}:${rest}`)).toBe(date.toISOString());
      }),
    );
  });

  it("leaves as the text in UTC that it is, or as a Date's", () => {
    expect(DateTime.serialize("2026-01-31T09:30:00.000Z")).toBe("2026-01-31T09:30:00.000Z");
    expect(DateTime.serialize(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
    for (const wrong of ["2026-01-31T09:30:00+07:00", 0, new Date(Number.NaN)]) {
      expect(() => DateTime.serialize(wrong)).toThrow(TypeError);
    }
  });

  it("is refused as input with a code", () => {
    for (const wrong of [0, null, "soon"]) {
      expect(() => DateTime.parseValue(wrong)).toThrow(GraphQLError);
    }
  });
});
