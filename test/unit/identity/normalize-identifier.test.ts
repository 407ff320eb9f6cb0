import fc from "fast-check";
import { IDENTIFIER_KINDS, type IdentifierKind } from "../../../src/identity/identifier-kind";
import {
  type IdentifierText,
  isIdentifierProblem,
  type NormalizedIdentifier,
  type NormalizeOptions,
  normalizeIdentifier,
} from "../../../src/identity/normalize/normalize-identifier";

const plain: NormalizeOptions = {
  defaultCountry: "TH",
  emailFolding: { dots: false, plusTags: false },
};

function normalized(input: IdentifierText, options = plain): NormalizedIdentifier {
  const result = normalizeIdentifier(input, options);
  if (isIdentifierProblem(result)) throw new Error(result.message);
  return result;
}

function problem(input: IdentifierText): string {
  const result = normalizeIdentifier(input, plain);
  return isIdentifierProblem(result) ? result.problem : "none";
}

describe("what joins", () => {
  test.each<[IdentifierKind, string, string]>([
    ["USER_ID", "  Ann-7 ", "Ann-7"],
    ["USER_ID", "\u200bAnn-7\ufeff", "Ann-7"],
    ["CUSTOM", "aBc", "aBc"],
    ["LINE_ID", "U4af4980629aa", "U4af4980629aa"],
    ["YOUTUBE_ID", "UCabcDEF", "UCabcDEF"],
    ["DEVICE_ID", "6F9619FF-8B86-D011-B42D-00C04FC964FF", "6F9619FF-8B86-D011-B42D-00C04FC964FF"],
    ["USER_ID", "cafe\u0301", "caf\u00e9"],
    ["LOYALTY_ID", "1111", "1111"],
    ["EMAIL", " Ann@Example.COM ", "ann@example.com"],
    ["PHONE", "081-234-5678", "+66812345678"],
    ["X_HANDLE", "＠Ann_Lee", "ann_lee"],
    ["WHATSAPP_ID", "+66 81 234 5678", "66812345678"],
  ])("%s %j is %s", (kind, value, expected) => {
    const result = normalized({
      kind,
      value,
      namespace: kind === "CUSTOM" ? "shop" : null,
    });
    expect(result).toMatchObject({
      value: expected,
      raw: value,
      usable: true,
      reason: null,
    });
  });
});

describe("what is kept and never joins", () => {
  test.each<[IdentifierKind, string, string, string]>([
    ["USER_ID", " NULL ", "null", "BLOCKED"],
    ["USER_ID", "", "", "BLOCKED"],
    ["ANONYMOUS_ID", "\u200b\u3000", "", "BLOCKED"],
    ["X_HANDLE", "@Undefined", "undefined", "BLOCKED"],
    ["EMAIL", "{{Email}}", "{{email}}", "BLOCKED"],
    ["EMAIL", "NoReply@", "noreply@", "BLOCKED"],
    ["EMAIL", "Ann <no-reply@Example.com>", "no-reply@example.com", "BLOCKED"],
    ["EMAIL", "ｔｅｓｔ＠ｔｅｓｔ．ｃｏｍ", "test@test.com", "BLOCKED"],
    ["EMAIL", "not an address", "not an address", "UNREADABLE"],
    ["PHONE", "๐๐๐๐๐๐๐๐๐๐", "0000000000", "BLOCKED"],
    ["PHONE", "+66 81 111 1111", "+66 81 111 1111", "BLOCKED"],
    ["PHONE", "００ー００ー００", "00-00-00", "BLOCKED"],
    ["PHONE", "n/a", "n/a", "BLOCKED"],
    ["PHONE", "call me", "call me", "UNREADABLE"],
    ["WHATSAPP_ID", "11111111111", "11111111111", "BLOCKED"],
    ["WHATSAPP_ID", "ann", "ann", "UNREADABLE"],
    ["X_HANDLE", "Ann Lee", "ann lee", "UNREADABLE"],
  ])("%s %j is kept as %j, %s", (kind, value, kept, reason) => {
    expect(normalized({ kind, value })).toMatchObject({
      value: kept,
      raw: value,
      usable: false,
      reason,
    });
  });

  test("the same junk is one value, however it is spelled", () => {
    const ids = ["null", " NULL", "ＮＵＬＬ", "nu\u200bll"].map((value) => normalized({ kind: "USER_ID", value }).id);
    expect(new Set(ids).size).toBe(1);
  });

  test("a tag that hides a placeholder is folded before it is judged again", () => {
    const options = { ...plain, emailFolding: { dots: false, plusTags: true } };
    expect(normalized({ kind: "EMAIL", value: "test+1@test.com" }, options)).toMatchObject({ reason: "BLOCKED" });
    expect(normalized({ kind: "EMAIL", value: "test+1@test.com" })).toMatchObject({ usable: true });
  });
});

describe("namespaces", () => {
  test.each<IdentifierKind>(["CRM_ID", "CUSTOM"])("%s needs one", (kind) => {
    expect(problem({ kind, value: "501" })).toBe("NAMESPACE_REQUIRED");
    expect(problem({ kind, value: "501", namespace: null })).toBe("NAMESPACE_REQUIRED");
    expect(problem({ kind, value: "501", namespace: " \u200b" })).toBe("NAMESPACE_REQUIRED");
    expect(normalized({ kind, value: "501", namespace: " HubSpot " }).namespace).toBe("hubspot");
  });

  test("are optional elsewhere and tell values apart", () => {
    const bare = normalized({ kind: "USER_ID", value: "7" });
    const shop = normalized({ kind: "USER_ID", value: "7", namespace: "Shop" });
    expect(bare.namespace).toBe("");
    expect(shop.namespace).toBe("shop");
    expect(shop.id).not.toBe(bare.id);
    expect(normalized({ kind: "USER_ID", value: "7", namespace: "" }).id).toBe(bare.id);
  });
});

test("lengths are limited", () => {
  expect(problem({ kind: "USER_ID", value: "a".repeat(1024) })).toBe("none");
  expect(problem({ kind: "USER_ID", value: "a".repeat(1025) })).toBe("VALUE_TOO_LONG");
  expect(problem({ kind: "USER_ID", value: "7", namespace: "n".repeat(100) })).toBe("none");
  expect(problem({ kind: "USER_ID", value: "7", namespace: "n".repeat(101) })).toBe("NAMESPACE_TOO_LONG");
  // One character that NFKC spells with eighteen.
  expect(problem({ kind: "EMAIL", value: "\ufdfa".repeat(1000) })).toBe("VALUE_TOO_LONG");
  expect(problem({ kind: "CUSTOM", value: "7", namespace: "\ufdfa".repeat(100) })).toBe("NAMESPACE_TOO_LONG");
});

describe("the id", () => {
  test("is a uuid that depends on kind, namespace and value only", () => {
    const id = normalized({ kind: "EMAIL", value: "ann@example.com" }).id;
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(normalized({ kind: "EMAIL", value: "ANN@example.com " }).id).toBe(id);
    expect(normalized({ kind: "USER_ID", value: "ann@example.com" }).id).not.toBe(id);
  });

  test("stays what it is, because it is stored", () => {
    expect(normalized({ kind: "CRM_ID", namespace: "hubspot", value: "501" }).id).toMatchInlineSnapshot(
      `"fc96e4b0-33c5-19a5-cca8-0eb2868bd6ad"`,
    );
  });

  test("keeps apart what the border between namespace and value could confuse", () => {
    const a = normalized({ kind: "CUSTOM", namespace: "a", value: "bc" });
    const b = normalized({ kind: "CUSTOM", namespace: "ab", value: "c" });
    expect(a.id).not.toBe(b.id);
  });
});

describe("for any text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.stringMatching(/^[+0-9 ()๐-๙０-９ー-]{0,20}$/u),
    fc.tuple(fc.string({ unit: "binary", maxLength: 12 }), fc.domain()).map(([local, domain]) => `${local}@${domain}`),
    fc.tuple(fc.emailAddress(), fc.constantFrom("", "mailto:", "@", "tel:tel:", "x.com/")).map(([a, p]) => p + a),
    fc.constantFrom(
      "null",
      "{{a}}",
      "noreply@",
      "tel:+66812345678",
      "0066812345678",
      "https://x.com/@Ann?s=20",
      "02-123-4567 ต่อ 9",
    ),
  );
  const options = fc.record({
    defaultCountry: fc.constantFrom("TH", "JP", "US", "GB", "AR", "ZZ", null),
    emailFolding: fc.record({ dots: fc.boolean(), plusTags: fc.boolean() }),
  });

  test("normalizing never throws and is done once: the normalized value has the same id and fate", () => {
    fc.assert(
      fc.property(fc.constantFrom(...IDENTIFIER_KINDS), text, text, options, (kind, value, namespace, choice) => {
        const once = normalizeIdentifier({ kind, value, namespace }, choice);
        if (isIdentifierProblem(once)) return;
        const twice = normalizeIdentifier({ kind, value: once.value, namespace: once.namespace }, choice);
        expect(twice).toEqual({ ...once, raw: once.value });
      }),
      { numRuns: 5_000 },
    );
  });
});
