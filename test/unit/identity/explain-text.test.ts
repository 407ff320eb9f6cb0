import { tellEvidence } from "../../../src/identity/explain/explain-text";

describe("a ruling in words", () => {
  const told = (reason: string | null) =>
    tellEvidence(
      { kind: "RULING", recordA: "a", recordB: "b", rulingId: "r" },
      { identifier: null, links: [], ruling: { kind: "SAME", reason } },
    );

  it("quotes the reason", () => {
    expect(told(" She called \n")).toBe("Someone decided that they are one customer: “She called”.");
  });

  it.each([null, "", "  "])("quotes nothing where none was given (%j)", (reason) => {
    expect(told(reason)).toBe("Someone decided that they are one customer.");
  });
});
