import { IdentifierKind } from "../../../src/identity/identifier-kind";
import { decideDisplayName } from "../../../src/profile/display-name";

const attributes = (values: Readonly<Record<string, unknown>>, trusted = true) =>
  Object.entries(values).map(([name, value]) => ({ name, value, trusted }));

const identifier = (kind: IdentifierKind, value: string, more = {}) => ({
  ...{ kind, value, assurance: "ASSERTED" as const, shared: false, usable: true },
  ...more,
});

describe("a customer is called", () => {
  it.each([
    ["by the display name", { displayName: " Ann L. ", givenName: "Ann", familyName: "Lee" }, "Ann L."],
    ["by given and family name", { givenName: "Ann", familyName: "Lee", name: "A" }, "Ann Lee"],
    ["by the given name alone", { givenName: "Ann" }, "Ann"],
    ["by the family name alone", { familyName: "Lee", givenName: " " }, "Lee"],
    ["by given and family name in Thai", { givenName: "สมชาย", familyName: "ใจดี" }, "สมชาย ใจดี"],
    ["family name first in Japanese", { givenName: "花子", familyName: "山田" }, "山田花子"],
    ["family name first in kana", { givenName: "はなこ", familyName: "ヤマダー" }, "ヤマダーはなこ"],
    ["family name first in Korean", { givenName: "민준", familyName: "김" }, "김민준"],
    ["given name first where the scripts differ", { givenName: "Hanako", familyName: "山田" }, "Hanako 山田"],
    ["by `name`", { name: "Ann" }, "Ann"],
    ["by nothing that is no text", { displayName: 7, givenName: ["x"], name: "Ann" }, "Ann"],
    ["not at all", {}, null],
  ])("%s", (_, values, expected) => {
    expect(decideDisplayName(attributes(values), [])).toBe(expected);
  });

  it.each([
    ["by a handle before an e-mail address", [identifier("EMAIL", "a@b.c"), identifier("X_HANDLE", "ann")], "@ann"],
    ["by an e-mail address before a number", [identifier("PHONE", "+66"), identifier("EMAIL", "a@b.c")], "a@b.c"],
    [
      "by the surer of two",
      [identifier("EMAIL", "a@b.c", { assurance: "CLAIMED" }), identifier("EMAIL", "z@b.c", { assurance: "VERIFIED" })],
      "z@b.c",
    ],
    ["by nothing that is shared", [identifier("EMAIL", "info@b.c", { shared: true })], null],
    ["by nothing that is a placeholder", [identifier("EMAIL", "n/a", { usable: false })], null],
    ["by no other kind", [identifier("CRM_ID", "501")], null],
  ])("without a name %s", (_, identifiers, expected) => {
    expect(decideDisplayName([], identifiers)).toBe(expected);
  });

  it("by what a PUBLIC key claims only when nothing trusted says a name", () => {
    const claimed = attributes({ displayName: "Mallory" }, false);
    const handle = identifier("X_HANDLE", "mallory", { assurance: "CLAIMED" });
    expect(decideDisplayName([...claimed, ...attributes({ givenName: "Ann" })], [handle])).toBe("Ann");
    expect(decideDisplayName(claimed, [identifier("EMAIL", "a@b.c"), handle])).toBe("a@b.c");
    expect(decideDisplayName(claimed, [handle])).toBe("Mallory");
  });
});
