import { lineCheck, releasedSchema } from "../../../src/connect/import/line-check";
import type { NumberedLine } from "../../../src/connect/import/numbered-lines";

const GOOD = {
  messageId: "m-1",
  source: "x",
  channel: "X",
  occurredAt: "2026-01-31T09:30:00Z",
  subject: { identifiers: [{ kind: "X_HANDLE", value: "@ann" }] },
};

const check = lineCheck(releasedSchema());
const asLine = (text: string, problem?: NumberedLine["problem"]): NumberedLine => ({
  number: 7,
  text,
  end: 0,
  problem,
});
const checked = (event: unknown) => check(asLine(JSON.stringify(event)));

describe("A line of an import", () => {
  test("passes with every field that has no default", () => {
    expect(checked(GOOD)).toEqual({ ok: { number: 7, text: JSON.stringify(GOOD) } });
  });

  test("passes with every field there is", () => {
    const full = {
      ...GOOD,
      kind: "MESSAGE",
      direction: "OUTBOUND",
      visibility: "PUBLIC",
      conversationKey: "c",
      actor: "Mai",
      text: "สวัสดี",
      data: { deep: [{ a: null }] },
      subject: {
        key: "ann",
        identifiers: [{ kind: "CRM_ID", namespace: "hubspot", value: "5", assurance: "VERIFIED" }],
        attributes: { displayName: "Ann" },
      },
    };
    expect(checked(full)).toHaveProperty("ok");
  });

  test.each([
    ["a field is missing", { ...GOOD, messageId: undefined }, /messageId/],
    ["a field is null that must not be", { ...GOOD, source: null }, /source/],
    ["a value is no value of its enum", { ...GOOD, channel: "FAX" }, /channel.*FAX/],
    ["an enum is written in another case", { ...GOOD, channel: "x" }, /channel/],
    ["a field is not known", { ...GOOD, chanel: "X" }, /chanel/],
    ["a text is a number", { ...GOOD, text: 5 }, /text/],
    ["a date has no offset", { ...GOOD, occurredAt: "2026-01-31T09:30:00" }, /occurredAt/],
    ["a date is not in the calendar", { ...GOOD, occurredAt: "2026-02-30T09:30:00Z" }, /occurredAt/],
    ["a date is a number", { ...GOOD, occurredAt: 1769851800 }, /occurredAt/],
    ["the subject is missing", { ...GOOD, subject: undefined }, /subject/],
    [
      "an identifier has no kind",
      { ...GOOD, subject: { identifiers: [{ value: "a" }] } },
      /subject\.identifiers\.0.*kind/,
    ],
    [
      "an assurance is not known",
      { ...GOOD, subject: { identifiers: [{ kind: "EMAIL", value: "a", assurance: "SURE" }] } },
      /SURE/,
    ],
    ["it holds a list", [GOOD], /object/],
    ["it holds a text", "hello", /object/],
    ["it holds null", null, /EventInput/],
  ])("is refused when %s", (_what, event, message) => {
    const refused = {
      line: 7,
      code: "BAD_USER_INPUT",
      text: JSON.stringify(event),
      message: expect.stringMatching(message),
    };
    expect(checked(event)).toEqual({ refused });
  });

  test("is refused when it is not JSON, and the reason repeats nothing of it", () => {
    const outcome = check(asLine('{"messageId": secret}'));
    expect(outcome).toMatchObject({ refused: { line: 7, code: "NOT_JSON" } });
    expect(outcome).toHaveProperty("refused.message", expect.not.stringContaining("secret"));
  });

  test("is refused when the reader could not read it", () => {
    expect(check(asLine(JSON.stringify(GOOD), "NOT_UTF8"))).toMatchObject({ refused: { code: "NOT_UTF8" } });
    expect(check(asLine(JSON.stringify(GOOD), "TOO_LONG"))).toMatchObject({ refused: { code: "TOO_LONG" } });
  });
});
