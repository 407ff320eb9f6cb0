import { normalizeEmail } from "../../../src/identity/normalize/normalize-email";

const none = { dots: false, plusTags: false };

test.each([
  ["Ann.Lee@Example.COM", "ann.lee@example.com"],
  ["  ann@example.com\n", "ann@example.com"],
  ["ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ann@example.com"],
  ["ann\u200b@example.com", "ann@example.com"],
  // Only without the joiner does the accent reach its letter.
  ["cafe\u200b\u0301@example.com", "caf\u00e9@example.com"],
  ["ann@example.com.", "ann@example.com"],
  ["ann@日本語.jp", "ann@xn--wgv71a119e.jp"],
  ["ann@日本語。JP", "ann@xn--wgv71a119e.jp"],
  ["ann@ตัวอย่าง.ไทย", "ann@xn--72c1a1bt4awk9o.xn--o3cw4h"],
  ["ann@XN--WGV71A119E.jp", "ann@xn--wgv71a119e.jp"],
  ["ann@bücher.example", "ann@xn--bcher-kva.example"],
  ["สมชาย@example.com", "สมชาย@example.com"],
  ["ﬁn@example.com", "fin@example.com"],
  ["Ann Lee <Ann@Example.com>", "ann@example.com"],
  ["mailto:ann@example.com", "ann@example.com"],
  ['"ann"@example.com', "ann@example.com"],
  ['"ann lee"@example.com', '"ann lee"@example.com'],
  ["abc..def.@docomo.ne.jp", "abc..def.@docomo.ne.jp"],
  ["o'brien+x@example.com", "o'brien+x@example.com"],
  ["12345+ann@users.noreply.example.com", "12345+ann@users.noreply.example.com"],
])("%j is %s", (text, expected) => {
  expect(normalizeEmail(text, none)).toBe(expected);
});

test.each([
  ...["", "ann", "@example.com", "ann@", "ann@localhost", "ann@1.2.3.4", "ann@[127.0.0.1]", "ann@exa mple.com"],
  ...["ann lee@example.com", "a@b@example.com", "ann@-example.com", "ann@example-.com", "ann@exa_mple.com"],
  ...["ann@ex%61mple.com", "ann@example.com/x", "ann@example.com:80", "ann@a..com", "ann@xn--a.com", "ann@example.c0m"],
  ...[
    "ann,bob@example.com",
    "ann@example.com, bob@example.com",
    "ann\u0001@example.com",
    "ann\u0085@example.com",
    "ann\u2028lee@example.com",
    "ann@exa\u2028mple.com",
    '"ann\u1680lee"@example.com',

    '"ann@example.com',
    '""@example.com',
  ],
  `${"a".repeat(65)}@example.com`,
  `ann@${"a".repeat(64)}.com`,
  `ann@${"a.".repeat(127)}com`,
])("%j is no address", (text) => {
  expect(normalizeEmail(text, none)).toBeNull();
});

describe("folding is a tenant's choice", () => {
  test("of tags, at any domain", () => {
    expect(normalizeEmail("ann+shop@example.com", none)).toBe("ann+shop@example.com");
    expect(normalizeEmail("ann+shop+x@example.com", { ...none, plusTags: true })).toBe("ann@example.com");
    expect(normalizeEmail("+shop@example.com", { ...none, plusTags: true })).toBe("+shop@example.com");
  });

  test("of dots, only where dots mean nothing", () => {
    const dots = { ...none, dots: true };
    expect(normalizeEmail("a.n.n@gmail.com", none)).toBe("a.n.n@gmail.com");
    expect(normalizeEmail("a.n.n@gmail.com", dots)).toBe("ann@gmail.com");
    expect(normalizeEmail("a.n.n@googlemail.com", dots)).toBe("ann@gmail.com");
    expect(normalizeEmail("a.n.n@example.com", dots)).toBe("a.n.n@example.com");
  });
});
