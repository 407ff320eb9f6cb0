import { isBlockedEmail, isBlockedPhone, isBlockedValue } from "../../../src/identity/normalize/blocked-values";
import { foldText } from "../../../src/identity/normalize/fold-text";

const blocked = (value: string) => isBlockedValue(foldText(value));

describe("placeholders of any kind are blocked", () => {
  test.each([
    ...["undefined", "null", "nil", "n/a", "none", "unknown", "anonymous", "guest", "[object object]"],
    ...["-", "0", "-1", "void", "invalid", "abc123", "NaN", "true"],
    ...[
      "NULL",
      "  Null\t",
      "ＮＵＬＬ",
      "nu\u200bll",
      "[object Object]",
      "(null)",
      "<null>",
      '"undefined"',
      "'none'",
      "[]",
      "{}",
    ],
    ...[
      "0000000",
      "1111111",
      "99999",
      "000-000-0000",
      "(000) 000 0000",
      "+0000000000",
      "０００００",
      "๐๐๐๐๐",
      "1111-1111",
    ],
    ...["00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}"],
    ...["urn:uuid:00000000-0000-0000-0000-000000000000", "00000000000000000000000000000000"],
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    ...["{{email}}", "{{ user.id }}", "id-{{id}}", "%EMAIL%", "%%emailaddr%%", `\${email}`, "#{email}", "<%= email %>"],
    ...[
      "*|EMAIL|*",
      "[email]",
      "[[email]]",
      "{email}",
      "{!Contact.Email}",
      "{% email %}",
      "<email>",
      "$(email)",
      "$email",
    ],
    ...["%7B%7Bemail%7D%7D", "｛｛email｝｝", "@@email@@"],
    ...["", " ", "\u3000", "\u200b", "\ufeff \u2060", "\u3164", "\u2800", "---", "...", "?", "_"],
    ...["ไม่ระบุ", "なし", "不明"],
  ])("%j", (value) => {
    expect(blocked(value)).toBe(true);
  });
});

describe("values that look a little like placeholders are not blocked", () => {
  test.each([
    ...["1", "7", "11", "777", "1111", "10", "100", "-10", "1000000", "0000001", "123456789", "1234567"],
    ...["nullbyte", "anna", "nobody1", "guest42", "unknown-artist", "null-island", "anonymous-5f3a"],
    ...["11111111-1111-1111-1111-111111111111", "{6f9619ff-8b86-d011-b42d-00c04fc964ff}", "fffff", "aaaaaaa"],
    ...["100%", "50% off", "ann%40example.com", "{6f9619ff8b86}x", "a{b", "}}x{{", "U4af4980629", "<ann@example.com>"],
    ...["สมชาย", "山田太郎", "😀"],
  ])("%j", (value) => {
    expect(blocked(value)).toBe(false);
  });
});

describe("mailboxes of nobody", () => {
  test.each([
    ...["noreply@example.com", "no-reply@example.com", "no_reply@a.example.co.th", "no.reply@example.com"],
    ...["donotreply@example.com", "do-not-reply@example.com", "do_not_reply@example.com", "dont-reply@example.com"],
    ...["noreply@", "noreply2@example.com", "noreply+abc@example.com", "messages-noreply@example.com"],
    ...["noreply-billing@example.com", "null@example.com", "undefined@example.com", "mailer-daemon@example.com"],
    ...["test@test.com", "a@a.com", "aaa@aaa.org", "x@x.co", "user@example.com", "none@none.com"],
  ])("%s is blocked", (address) => {
    expect(isBlockedEmail(address)).toBe(true);
  });

  test.each([
    ...["ann@example.com", "reply@example.com", "noreplyman@example.com", "bruno.replyer@example.com", "bob@bob.com"],
    ...["12345+ann@users.noreply.example.com", "a@b.com", "ab@ab.com", "nan@example.com", "test@company.com"],
  ])("%s is not", (address) => {
    expect(isBlockedEmail(address)).toBe(false);
  });
});

test("a telephone number whose subscriber is one digit over and over is blocked", () => {
  expect(isBlockedPhone("66811111111")).toBe(true);
  expect(isBlockedPhone("17020000000")).toBe(true);
  expect(isBlockedPhone("66812222223")).toBe(false);
  expect(isBlockedPhone("66812111111")).toBe(false);
});

test("judging takes linear time, whatever the text is made of", () => {
  const size = 100_000;
  const made = [
    "a",
    "%",
    "{",
    "}",
    "[",
    "(",
    "<",
    "-",
    "0",
    "1",
    ".",
    "@",
    "$",
    "no",
    "noreply",
    "no-",
    "-no",
    "a@",
    "{a",
    "%a",
    "1-",
    " ",
    "\u200b",
    "é",
  ];
  const texts = made.flatMap((part) => [
    part.repeat(size / part.length),
    `${part.repeat(size / part.length)}!`,
    `-noreply${part.repeat(size)}x`,
  ]);
  const started = process.hrtime.bigint();
  for (const text of texts) {
    isBlockedValue(text);
    isBlockedEmail(text);
    isBlockedPhone(text);
  }
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  // Quadratic time would be seconds for every single one of them.
  expect(milliseconds / texts.length).toBeLessThan(50);
});
