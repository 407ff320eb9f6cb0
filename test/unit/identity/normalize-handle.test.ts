import { normalizeHandle } from "../../../src/identity/normalize/normalize-handle";
import { normalizeWhatsappId } from "../../../src/identity/normalize/normalize-whatsapp-id";

test.each([
  ["@Ann_Lee", "ann_lee"],
  ["＠Ａｎｎ", "ann"],
  [" ann ", "ann"],
  ["@@ann", "ann"],
  ["https://x.com/Ann", "ann"],
  ["https://twitter.com/Ann/status/99?s=20", "ann"],
  ["x.com/@ann", "ann"],
  ["http://mobile.twitter.com/ann#top", "ann"],
])("%j is the handle %s", (text, expected) => {
  expect(normalizeHandle(text)).toBe(expected);
});

test.each([
  "",
  "@",
  "Ann Lee",
  "ann@example.com",
  "https://x.com/",
  "https://x.com/i/events/9",
  "https://example.com/ann",
  "a".repeat(51),
])("%j is no handle", (text) => {
  expect(normalizeHandle(text)).toBeNull();
});

test.each<[string, string | null, string | null]>([
  ["66812345678", null, "66812345678"],
  ["+66 (81) 234-5678", null, "66812345678"],
  ["６６８１２３４５６７８", null, "66812345678"],
  ["66812345678@c.us", null, "66812345678"],
  ["66812345678@s.whatsapp.net", null, "66812345678"],
  ["0812345678", "TH", "66812345678"],
  ["0066812345678", "TH", "66812345678"],
  ["TH.13491208655302741918", null, "TH.13491208655302741918"],
  ["0812345678", null, null],
  ["12345", null, null],
  ["1234567890123456", null, null],
  ["ann", "TH", null],
  ["ann 66812345678", "TH", null],
  ["", "TH", null],
])("of WhatsApp, %j in %s is %s", (text, country, expected) => {
  expect(normalizeWhatsappId(text, country)).toBe(expected);
});
