import { DEFAULT_RULES } from "../../../src/identity/resolve/resolution-rules";
import { different, itHolds, joinsOf, same } from "../../support/identity-story";

const two = { a: "shop USER_ID=1", b: "app USER_ID=2" };
const three = { a: "web EMAIL=x", b: "shop EMAIL=x", c: "crm EMAIL=x" };

describe("a SAME ruling", () => {
  itHolds({
    "joins what no fact joins": { given: { a: "web", b: "web" }, rulings: [same(1, "a b")], profiles: "a b" },
    "overrides a conflict": { given: two, rulings: [same(1, "a b")], profiles: "a b" },
    "overrides the cap": {
      given: { a: "web", b: "web", c: "web" },
      rulings: [same(1, "a b c")],
      rules: { ...DEFAULT_RULES, cap: 2 },
      profiles: "a b c",
    },
    "lets the next record of that customer join, whichever user id it has": {
      given: { ...two, c: "crm USER_ID=1", d: "crm USER_ID=2 EMAIL=x", e: "web EMAIL=x" },
      rulings: [same(1, "a b")],
      profiles: "a b c d e",
    },
    "lets the next record join that has both user ids": {
      given: { ...two, c: "crm USER_ID=1 USER_ID=2" },
      rulings: [same(1, "a b")],
      profiles: "a b c",
    },
    "still refuses a third user id": {
      given: { a: "shop USER_ID=1 EMAIL=x", b: "app USER_ID=2", c: "crm USER_ID=3 EMAIL=x" },
      rulings: [same(1, "a b")],
      profiles: "a b | c",
    },
    "makes no claimed user id one with the trusted ones": {
      given: {
        a: "shop USER_ID=1 ?USER_ID=3",
        b: "app USER_ID=2",
        c: "crm USER_ID=3 EMAIL=x",
        d: "web USER_ID=1 EMAIL=x",
      },
      rulings: [same(1, "a b")],
      profiles: "a b d | c",
    },
    "lets the next duplicate of a CRM join a profile whose names contradict": {
      given: {
        a: "hub CRM_ID/h=1 given=ann",
        b: "hub CRM_ID/h=2 given=nan",
        c: "zen CRM_ID/h=1 given=ann",
        d: "zen CRM_ID/h=2 given=nan",
      },
      rulings: [same(1, "a b")],
      profiles: "a b c d",
    },
    "reaches only the records that still are": {
      given: { a: "web", c: "web" },
      rulings: [same(1, "a b c")],
      profiles: "a c",
    },
    "makes values one in its own component, not beyond it": {
      given: { a: "web USER_ID=1", b: "web USER_ID=2", c: "web USER_ID=1 EMAIL=x", d: "web USER_ID=2 EMAIL=x" },
      rules: { ...DEFAULT_RULES, sharedLimits: { default: 15, byKind: { USER_ID: 1 } } },
      rulings: [same(1, "a b")],
      profiles: "a b | c | d",
    },
  });

  test("is its own evidence", () => {
    expect(joinsOf({ a: "web EMAIL=x", b: "web EMAIL=x", c: "web" }, [same(7, "a b c")])).toEqual([
      "RULING a-b by same-7",
      "RULING a-c by same-7",
    ]);
  });
});

describe("a DIFFERENT ruling", () => {
  itHolds({
    "keeps apart what facts would join": {
      given: { a: "web USER_ID=1", b: "web USER_ID=1" },
      rulings: [different(1, "a", "b")],
      profiles: "a | b",
      because: ["RULING a-b over USER_ID=1 by different-1"],
    },
    "is judged pair by pair": {
      given: { a: "web EMAIL=x", b: "web PHONE=1", c: "web EMAIL=x PHONE=1" },
      rulings: [different(1, "a", "b")],
      profiles: "a | b | c",
      because: ["AMBIGUOUS c-a over EMAIL=x between a b", "AMBIGUOUS c-b over PHONE=1 between a b"],
    },
    "that splits one record off three does not leave three": {
      given: three,
      rulings: [different(1, "b", "a c")],
      profiles: "a c | b",
      because: ["RULING a-b over EMAIL=x by different-1"],
    },
    "leaves more than two where the record was what held the others together": {
      given: { a: "web EMAIL=x", b: "web EMAIL=x PHONE=1", c: "web PHONE=1" },
      rulings: [different(1, "b", "a c")],
      profiles: "a | b | c",
    },
    "holds for what joins one of the two later": {
      given: { a: "web USER_ID=1", b: "web USER_ID=2", c: "crm USER_ID=1 EMAIL=x", d: "crm USER_ID=2 EMAIL=x" },
      rulings: [different(1, "a", "b")],
      profiles: "a c | b d",
    },
    "of records that are gone says nothing": {
      given: { a: "web EMAIL=x", b: "web EMAIL=x" },
      rulings: [different(1, "a", "z")],
      profiles: "a b",
    },
  });
});

describe("among rulings the newest wins", () => {
  itHolds({
    "a newer DIFFERENT over SAME": { given: two, rulings: [same(1, "a b"), different(2, "a", "b")], profiles: "a | b" },
    "a newer SAME over DIFFERENT": {
      given: two,
      rulings: [different(1, "a", "b"), same(2, "a b")],
      profiles: "a b",
      because: [],
    },
    "whatever the order they are given in": {
      given: two,
      rulings: [same(2, "a b"), different(1, "a", "b")],
      profiles: "a b",
    },
    "and only for its own pairs": {
      given: { a: "web", b: "web", c: "web", d: "web" },
      rulings: [same(1, "a b c d"), different(2, "a", "b c d")],
      profiles: "a | b c d",
    },
    "a record that an older SAME holds together with both sides joins neither": {
      given: { a: "web", b: "web", c: "web" },
      rulings: [same(1, "a b c"), different(2, "a", "b")],
      profiles: "a | b | c",
      because: [
        "RULING a-b by different-2",
        "AMBIGUOUS c-a by same-1 between a b",
        "AMBIGUOUS c-b by same-1 between a b",
      ],
    },
    "a SAME of one pair leaves the other pairs of an older DIFFERENT": {
      given: { a: "web EMAIL=x", b: "web", c: "web", d: "web EMAIL=x" },
      rulings: [different(1, "a b", "c d"), same(2, "a c")],
      profiles: "a c | b | d",
    },
    "an older SAME cannot go around a newer DIFFERENT": {
      given: { a: "web", b: "web", c: "web" },
      rulings: [same(1, "a b"), different(2, "a", "c"), same(3, "b c")],
      profiles: "a | b c",
    },
    "two newer SAMEs override a DIFFERENT between their ends": {
      given: { a: "web", b: "web", c: "web" },
      rulings: [different(1, "a", "c"), same(2, "a b"), same(3, "b c")],
      profiles: "a b c",
    },
  });
});
