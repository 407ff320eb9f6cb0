import { DEFAULT_RULES } from "../../../src/identity/resolve/resolution-rules";
import { valueStatus } from "../../../src/identity/resolve/sharing";

const on = (trusted: number, claimed = 0) => ({ trusted, all: trusted + claimed });

describe("a value", () => {
  test("joins on up to fifteen records of each source", () => {
    expect(valueStatus("EMAIL", true, [on(15), on(15), on(10, 5)], DEFAULT_RULES)).toBe("LIVE");
    expect(valueStatus("EMAIL", true, [], DEFAULT_RULES)).toBe("LIVE");
  });

  test("is shared on sixteen records of one source", () => {
    expect(valueStatus("EMAIL", true, [on(1), on(16)], DEFAULT_RULES)).toBe("SHARED");
  });

  test("may stand on fifty records when it names a browser or a device", () => {
    for (const kind of ["ANONYMOUS_ID", "DEVICE_ID"] as const) {
      expect(valueStatus(kind, true, [on(50)], DEFAULT_RULES)).toBe("LIVE");
      expect(valueStatus(kind, true, [on(51)], DEFAULT_RULES)).toBe("SHARED");
    }
  });

  test("is shared among claims alone when only claims bring it over the limit", () => {
    expect(valueStatus("EMAIL", true, [on(2, 14)], DEFAULT_RULES)).toBe("CLAIMS_SHARED");
    expect(valueStatus("EMAIL", true, [on(0, 16), on(16)], DEFAULT_RULES)).toBe("SHARED");
  });

  test("is shared among claims when they are many over all sources, for who claims may name any source", () => {
    const claimsOf = (sources: number) => Array.from({ length: sources }, () => on(0, 1));
    expect(valueStatus("EMAIL", true, claimsOf(60), DEFAULT_RULES)).toBe("LIVE");
    expect(valueStatus("EMAIL", true, claimsOf(61), DEFAULT_RULES)).toBe("CLAIMS_SHARED");
    expect(
      valueStatus(
        "EMAIL",
        true,
        Array.from({ length: 100 }, () => on(1)),
        DEFAULT_RULES,
      ),
    ).toBe("LIVE");
  });

  test("that is a placeholder stays unusable however few carry it", () => {
    expect(valueStatus("EMAIL", false, [on(1)], DEFAULT_RULES)).toBe("UNUSABLE");
  });

  test("that a person ruled shared is so however few carry it, unless it is a placeholder", () => {
    expect(valueStatus("PHONE", true, [on(1)], DEFAULT_RULES, true)).toBe("SHARED");
    expect(valueStatus("PHONE", true, [], DEFAULT_RULES, true)).toBe("SHARED");
    expect(valueStatus("PHONE", false, [on(1)], DEFAULT_RULES, true)).toBe("UNUSABLE");
  });

  test("is judged by the tenant's limits", () => {
    const rules = { ...DEFAULT_RULES, sharedLimits: { default: 3, byKind: { PHONE: 1 } } };
    expect(valueStatus("EMAIL", true, [on(3)], rules)).toBe("LIVE");
    expect(valueStatus("EMAIL", true, [on(4)], rules)).toBe("SHARED");
    expect(valueStatus("PHONE", true, [on(2)], rules)).toBe("SHARED");
  });
});
