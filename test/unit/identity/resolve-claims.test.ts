import { DEFAULT_RULES } from "../../../src/identity/resolve/resolution-rules";
import { itHolds, joinsOf, partitionOf, refusalsOf, Story, same } from "../../support/identity-story";

describe("a claim", () => {
  itHolds({
    "joins one who is not known otherwise": { given: { a: "shop EMAIL=ann", b: "bot ?EMAIL=ann" }, profiles: "a b" },
    "joins another claim": { given: { a: "bot ?EMAIL=ann", b: "bot ?EMAIL=ann" }, profiles: "a b" },
    "does not join two trusted people": {
      given: { a: "shop USER_ID=1 EMAIL=ann", b: "line LINE_ID=x ?EMAIL=ann" },
      profiles: "a | b",
      because: ["LOW_ASSURANCE a-b over EMAIL=ann"],
    },
    "joins a trusted person and a mere browser": {
      given: { a: "shop USER_ID=1 EMAIL=ann", b: "web ANONYMOUS_ID=k DEVICE_ID=d ?EMAIL=ann" },
      profiles: "a b",
    },
    "does not bring two trusted people together by way of a third": {
      given: { a: "shop EMAIL=ann", b: "bot ?EMAIL=ann ?PHONE=1", c: "shop PHONE=1" },
      profiles: "a | b | c",
      because: ["AMBIGUOUS b-a over EMAIL=ann between a c", "AMBIGUOUS b-c over PHONE=1 between a c"],
    },
    "does not refuse what two trusted links say": {
      given: { a: "shop USER_ID=1 EMAIL=ann", b: "crm EMAIL=ann LINE_ID=x", c: "bot ?EMAIL=ann" },
      profiles: "a b c",
    },
    "makes nobody trusted by a placeholder": {
      given: { a: "shop *EMAIL=none ?PHONE=1", b: "crm USER_ID=1 PHONE=1" },
      profiles: "a b",
    },
    "of a second user id on a victim's record changes nothing that is trusted": {
      given: { a: "shop USER_ID=1 EMAIL=ann ?USER_ID=2", b: "crm USER_ID=1", c: "crm EMAIL=ann", d: "app USER_ID=2" },
      profiles: "a b c | d",
      because: ["CONFLICT a-d over USER_ID=2 about USER_ID", "LOW_ASSURANCE a-d over USER_ID=2"],
    },
    "conflicts with a claim": {
      given: { a: "bot ?USER_ID=1 ?EMAIL=x", b: "bot ?USER_ID=2 ?EMAIL=x" },
      profiles: "a | b",
      because: ["CONFLICT a-b over EMAIL=x about USER_ID"],
    },
    "of a CRM id contradicts claims only": {
      given: {
        a: "hub CRM_ID/h=1 given=ann EMAIL=x",
        b: "web ?CRM_ID/h=2 given=bob EMAIL=x ?PHONE=1",
        c: "bot ?PHONE=1",
      },
      profiles: "a b c",
    },
  });

  test("becomes a fact when the link's assurance is raised: the higher one stays", () => {
    const story: Story = { a: "shop USER_ID=1 EMAIL=ann", b: "app USER_ID=2 ?EMAIL=ann EMAIL=ann" };
    expect(refusalsOf(story)).toEqual(["CONFLICT a-b over EMAIL=ann about USER_ID"]);
    expect(partitionOf({ ...story, b: "line LINE_ID=x ?EMAIL=ann EMAIL=ann" })).toBe("a b");
  });
});

describe("sixteen anonymous claims of an e-mail address", () => {
  const customer: Story = { a: "shop USER_ID=1 EMAIL=ann", b: "crm EMAIL=ann", c: "web ANONYMOUS_ID=k ?EMAIL=ann" };
  const claims = (count: number): Story =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${100 + i}`, "bot ?EMAIL=ann"]));

  test("do not take the customer apart, and join nobody", () => {
    expect(partitionOf({ ...customer, ...claims(15) }).split(" | ")).toHaveLength(1);
    const profiles = partitionOf({ ...customer, ...claims(16) }).split(" | ");
    expect(profiles).toContain("a b");
    expect(profiles).toHaveLength(1 + 1 + 16);
  });

  test("leave the evidence of the trusted join as it was", () => {
    expect(joinsOf({ ...customer, ...claims(16) })).toEqual(["IDENTIFIER a-b over EMAIL=ann"]);
  });
});

describe("values that say nothing never join", () => {
  const rules = { ...DEFAULT_RULES, sharedLimits: { default: 2, byKind: { DEVICE_ID: 3 } } };
  itHolds({
    placeholders: {
      given: { a: "web *EMAIL=none PHONE=1", b: "web *EMAIL=none", c: "shop PHONE=1" },
      profiles: "a c | b",
    },
    "a placeholder that stands between two profiles of one component is named": {
      given: {
        a: "shop USER_ID=1 EMAIL=family *PHONE=0",
        b: "shop USER_ID=2 EMAIL=family *PHONE=0",
      },
      profiles: "a | b",
      because: ["CONFLICT a-b over EMAIL=family about USER_ID", "BLOCKED_VALUE a-b over PHONE=0"],
    },
    "a value on as many records of one source as the limit still joins": {
      given: { a: "web EMAIL=info", b: "web EMAIL=info", c: "shop EMAIL=info", d: "crm EMAIL=info" },
      rules,
      profiles: "a b c d",
    },
    "a value on more records of one source joins nobody, in other sources neither": {
      given: {
        a: "web EMAIL=info",
        b: "web EMAIL=info",
        c: "web EMAIL=info",
        d: "crm EMAIL=info",
        e: "pos ?EMAIL=info",
      },
      rules,
      profiles: "a | b | c | d | e",
    },
    "a kind may have a limit of its own": {
      given: { a: "web DEVICE_ID=d", b: "web DEVICE_ID=d", c: "web DEVICE_ID=d" },
      rules,
      profiles: "a b c",
    },
    "what they had joined is judged again without them": {
      given: { a: "web EMAIL=info PHONE=1", b: "web EMAIL=info PHONE=1", c: "web EMAIL=info", d: "crm EMAIL=info" },
      rules,
      profiles: "a b | c | d",
    },
    "a shared value still tells two people apart": {
      given: { a: "web USER_ID=1 EMAIL=x", b: "web USER_ID=1", c: "web USER_ID=1", d: "crm USER_ID=2 EMAIL=x" },
      rules,
      profiles: "a | b | c | d",
    },
    "a claim does not bring values that were ruled one to people whom they keep apart": {
      given: {
        a: "app USER_ID=1 PHONE=1",
        b: "app USER_ID=2",
        c: "app USER_ID=1 EMAIL=x",
        d: "app USER_ID=2 EMAIL=x",
        e: "web ?PHONE=1 ?EMAIL=x",
      },
      rulings: [same(1, "a b")],
      rules: { ...DEFAULT_RULES, sharedLimits: { default: 15, byKind: { USER_ID: 1 } } },
      profiles: "a b e | c | d",
    },
    "a value that only claims made shared is no reason between two trusted people": {
      given: {
        a: "web USER_ID=1 EMAIL=x",
        b: "crm USER_ID=2 EMAIL=x",
        c: "bot ?EMAIL=x ANONYMOUS_ID=k",
        d: "bot ?EMAIL=x",
        e: "bot ?EMAIL=x",
        f: "web USER_ID=1 ANONYMOUS_ID=k ANONYMOUS_ID=l",
        g: "crm USER_ID=2 ANONYMOUS_ID=k",
      },
      rules,
      profiles: "a f | b g | c | d | e",
      because: [
        "CONFLICT a-b over EMAIL=x about USER_ID",
        "AMBIGUOUS c-f over ANONYMOUS_ID=k between a b",
        "AMBIGUOUS c-g over ANONYMOUS_ID=k between a b",
        "CONFLICT f-g over ANONYMOUS_ID=k about USER_ID",
        "SHARED_VALUE a-c over EMAIL=x",
        "SHARED_VALUE b-c over EMAIL=x",
      ],
    },
    "a value that only claims made shared joins its trusted carriers, and no claim": {
      given: {
        a: "web EMAIL=x",
        b: "crm EMAIL=x PHONE=1",
        c: "bot ?EMAIL=x ?PHONE=1",
        d: "bot ?EMAIL=x",
        e: "bot ?EMAIL=x",
      },
      rules,
      profiles: "a b c | d | e",
    },
  });
});
