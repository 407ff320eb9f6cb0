import { IdentifierValue } from "../../../src/identity/resolve/facts";
import { describeEvidence } from "../../../src/identity/write/identity-plan";

const kiosk: IdentifierValue = { id: "i1", kind: "DEVICE_ID", namespace: "", value: "kiosk", status: "LIVE" };

describe("evidence as a history keeps it", () => {
  it("has the value itself, and not the ids of other customers, which would outlive their erasure", () => {
    const evidence = {
      kind: "AMBIGUOUS",
      recordA: "c",
      recordB: "a",
      identifierId: "i1",
      contenders: ["a", "b"],
    } as const;
    expect(describeEvidence(evidence, new Map([["i1", kiosk]]))).toEqual({
      kind: "AMBIGUOUS",
      recordA: "c",
      recordB: "a",
      identifierId: "i1",
      identifier: { kind: "DEVICE_ID", namespace: "", value: "kiosk" },
    });
  });
});
