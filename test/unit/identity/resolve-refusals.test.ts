import { DEFAULT_RULES, ResolutionRules } from "../../../src/identity/resolve/resolution-rules";
import { itHolds, partitionOf, Story } from "../../support/identity-story";

describe("a kind unique to a person", () => {
  itHolds({
    "refuses another value of it": {
      given: { a: "shop USER_ID=1 EMAIL=family", b: "app USER_ID=2 EMAIL=family" },
      profiles: "a | b",
      because: ["CONFLICT a-b over EMAIL=family about USER_ID"],
    },
    "only within its namespace": {
      given: { a: "shop USER_ID/shop=1 EMAIL=ann", b: "app USER_ID/app=2 EMAIL=ann" },
      profiles: "a b",
    },
    "refuses a whole profile for one of its records": {
      given: { a: "shop USER_ID=1 PHONE=1", b: "crm PHONE=1 ANONYMOUS_ID=k", c: "app USER_ID=2 ANONYMOUS_ID=k" },
      profiles: "a b | c",
    },
    "does not fuse two people where one record has two values": {
      given: { a: "shop USER_ID=1", b: "web USER_ID=1 USER_ID=2", c: "app USER_ID=2" },
      profiles: "a | b | c",
      because: ["CONFLICT a-b over USER_ID=1 about USER_ID", "CONFLICT b-c over USER_ID=2 about USER_ID"],
    },
    "nor lets that record take the side of one of them": {
      given: { a: "shop USER_ID=1 EMAIL=ann", b: "web USER_ID=1 USER_ID=2 EMAIL=ann" },
      profiles: "a | b",
    },
    "says nothing by a placeholder": {
      given: { a: "shop *USER_ID=null EMAIL=ann", b: "app USER_ID=2 EMAIL=ann" },
      profiles: "a b",
    },
    "may be another one by the tenant's rules": {
      given: { a: "pos LOYALTY_ID=1 EMAIL=ann", b: "pos LOYALTY_ID=2 EMAIL=ann" },
      rules: { ...DEFAULT_RULES, uniqueKinds: ["LOYALTY_ID"] },
      profiles: "a | b",
    },
  });
});

describe("two ids of one CRM", () => {
  const two = (a: string, b: string): Story => ({ a: `hub CRM_ID/h=1 EMAIL=x ${a}`, b: `hub CRM_ID/h=2 EMAIL=x ${b}` });
  const withMode = (mode: "UNIQUE" | "FREE"): ResolutionRules => ({
    ...DEFAULT_RULES,
    crmIds: { default: "CONTRADICTION", byNamespace: { h: mode } },
  });
  itHolds({
    "join when the persons say the same: CRMs are full of duplicates": {
      given: two("given=ann family=lee", "given=ann family=lee"),
      profiles: "a b",
    },
    "join when what could contradict is missing": { given: two("given=ann", "family=lee"), profiles: "a b" },
    "refuse when given names contradict": {
      given: two("given=ann family=lee", "given=bob family=lee"),
      profiles: "a | b",
      because: ["CONFLICT a-b over EMAIL=x about givenName"],
    },
    "refuse when family names contradict": { given: two("family=lee", "family=kim"), profiles: "a | b" },
    "refuse when birth dates contradict": { given: two("birth=1990-01-01", "birth=1990-01-02"), profiles: "a | b" },
    "say nothing of ids of another CRM": {
      given: { a: "hub CRM_ID/h=1 EMAIL=x given=ann", b: "zen CRM_ID/z=2 EMAIL=x given=bob" },
      profiles: "a b",
    },
    "say nothing when they are one id": {
      given: { a: "hub CRM_ID/h=1 given=ann", b: "zen CRM_ID/h=1 given=anna" },
      profiles: "a b",
    },
    "are compared record by record, never by what the profile shows": {
      given: {
        a: "hub CRM_ID/h=1 given=ann EMAIL=x",
        b: "web EMAIL=x PHONE=1 given=bob",
        c: "hub CRM_ID/h=2 PHONE=1 given=ann",
      },
      profiles: "a b c",
    },
    "refuse for any of the records that a profile holds": {
      given: {
        a: "hub CRM_ID/h=1 LOYALTY_ID=1",
        b: "hub CRM_ID/h=2 LOYALTY_ID=1 given=ann EMAIL=x",
        c: "hub CRM_ID/h=3 given=bob EMAIL=x",
      },
      profiles: "a b | c",
    },
    "refuse at any rate where the namespace is unique": {
      given: two("given=ann", "given=ann"),
      rules: withMode("UNIQUE"),
      profiles: "a | b",
      because: ["CONFLICT a-b over EMAIL=x about CRM_ID"],
    },
    "never refuse where the namespace is free": {
      given: two("given=ann", "given=bob"),
      rules: withMode("FREE"),
      profiles: "a b",
    },
  });
});

describe("the cap", () => {
  const rules = { ...DEFAULT_RULES, cap: 3 };
  itHolds({
    "lets a profile grow to it": {
      given: { a: "1 EMAIL=x", b: "2 EMAIL=x", c: "3 EMAIL=x" },
      rules,
      profiles: "a b c",
    },
    "refuses a whole level group, never the first of it": {
      given: { a: "1 EMAIL=x", b: "2 EMAIL=x", c: "3 EMAIL=x PHONE=1", d: "4 PHONE=1" },
      rules,
      profiles: "a | b | c | d",
      because: ["CAP a-b over EMAIL=x", "CAP a-c over EMAIL=x", "CAP c-d over PHONE=1"],
    },
    "leaves what stronger values joined": {
      given: { a: "1 USER_ID=1", b: "2 USER_ID=1 EMAIL=x", c: "3 EMAIL=x", d: "4 EMAIL=x" },
      rules,
      profiles: "a b | c | d",
    },
    "counts no claims against a trusted join": {
      given: { a: "1 EMAIL=x", b: "2 EMAIL=x", c: "3 ?EMAIL=x", d: "4 ?EMAIL=x" },
      rules,
      profiles: "a b | c | d",
    },
  });

  test("is 500 records unless a tenant says otherwise", () => {
    const crowd = (size: number): Story =>
      Object.fromEntries(Array.from({ length: size }, (_, i) => [`r${1000 + i}`, `source${i} EMAIL=x`]));
    expect(partitionOf(crowd(500))).not.toContain("|");
    expect(partitionOf(crowd(501)).split(" | ")).toHaveLength(501);
  });
});
