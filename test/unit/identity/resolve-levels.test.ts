import { DEFAULT_RULES } from "../../../src/identity/resolve/resolution-rules";
import { itHolds, joinsOf } from "../../support/identity-story";

describe("identifiers join", () => {
  itHolds({
    "nobody without a value in common": { given: { a: "web EMAIL=ann", b: "web EMAIL=bob" }, profiles: "a | b" },
    "a chain of records, each linked to the next by another value": {
      given: { a: "web EMAIL=ann", b: "shop EMAIL=ann PHONE=1", c: "line PHONE=1 LINE_ID=x", d: "bot LINE_ID=x" },
      profiles: "a b c d",
    },
    "only within one kind and one namespace": {
      given: { a: "web CUSTOM/club=7", b: "web CUSTOM/gym=7", c: "web LOYALTY_ID=7", d: "pos CUSTOM/club=7" },
      profiles: "a d | b | c",
    },
    "whatever their assurance, when nothing speaks against it": {
      given: { a: "web !EMAIL=ann", b: "shop EMAIL=ann", c: "bot ?EMAIL=ann" },
      profiles: "a b c",
    },
  });

  test("and a join is as sure as the weaker of its ends", () => {
    expect(joinsOf({ a: "web !EMAIL=ann", b: "shop !EMAIL=ann", c: "bot EMAIL=ann" })).toEqual([
      "IDENTIFIER a-b over EMAIL=ann",
      "IDENTIFIER a-c over EMAIL=ann",
    ]);
  });

  test("the strongest first, with just enough evidence to connect every profile", () => {
    const joins = joinsOf({
      a: "web ANONYMOUS_ID=k ?DEVICE_ID=l",
      b: "shop ANONYMOUS_ID=k EMAIL=ann USER_ID=u",
      c: "crm EMAIL=ann USER_ID=u",
      d: "line DEVICE_ID=l",
    });
    expect(joins).toEqual([
      "IDENTIFIER b-c over USER_ID=u",
      "IDENTIFIER a-b over ANONYMOUS_ID=k",
      "IDENTIFIER a-d over DEVICE_ID=l",
    ]);
  });
});

describe("a stronger level goes first, and a weaker one cannot undo it", () => {
  itHolds({
    "a user id before an e-mail address, an e-mail address before a cookie": {
      given: { a: "web EMAIL=ann ANONYMOUS_ID=k", b: "shop USER_ID=1 EMAIL=ann", c: "shop USER_ID=2 ANONYMOUS_ID=k" },
      profiles: "a b | c",
      because: ["CONFLICT a-c over ANONYMOUS_ID=k about USER_ID"],
    },
    "a verified e-mail address before an asserted phone number": {
      given: { a: "web !EMAIL=ann PHONE=1", b: "shop USER_ID=1 !EMAIL=ann", c: "shop USER_ID=2 PHONE=1" },
      profiles: "a b | c",
    },
    "a pair with one asserted end only after the verified pairs": {
      given: { a: "web !EMAIL=ann !PHONE=1", b: "shop USER_ID=1 EMAIL=ann", c: "shop USER_ID=2 !PHONE=1" },
      profiles: "a c | b",
    },
    "an asserted cookie before a claimed user id": {
      given: { a: "web ANONYMOUS_ID=k ?USER_ID=1", b: "web ANONYMOUS_ID=k USER_ID=2", c: "shop USER_ID=1" },
      profiles: "a b | c",
    },
    "a claim only after everything else": {
      given: { a: "web ANONYMOUS_ID=k ?EMAIL=ann", b: "web ANONYMOUS_ID=k USER_ID=1", c: "shop USER_ID=2 EMAIL=ann" },
      profiles: "a b | c",
    },
  });
});

describe("equal strength is judged together", () => {
  itHolds({
    "a cookie that two users used joins neither, and says between whom": {
      given: { a: "shop USER_ID=1 ANONYMOUS_ID=k", b: "web ANONYMOUS_ID=k", c: "shop USER_ID=2 ANONYMOUS_ID=k" },
      profiles: "a | b | c",
      because: [
        "CONFLICT a-c over ANONYMOUS_ID=k about USER_ID",
        "AMBIGUOUS b-a over ANONYMOUS_ID=k between a c",
        "AMBIGUOUS b-c over ANONYMOUS_ID=k between a c",
      ],
    },
    "so does a record that reaches two users by two values of one level": {
      given: { a: "shop USER_ID=1 EMAIL=ann", b: "web EMAIL=ann PHONE=1", c: "shop USER_ID=2 PHONE=1" },
      profiles: "a | b | c",
      because: ["AMBIGUOUS b-a over EMAIL=ann between a c", "AMBIGUOUS b-c over PHONE=1 between a c"],
    },
    "a neutral record that touches exactly one holder joins it": {
      given: {
        a: "shop USER_ID=1 EMAIL=family PHONE=1",
        b: "web PHONE=1",
        c: "shop USER_ID=2 EMAIL=family PHONE=2",
        d: "web PHONE=2",
      },
      profiles: "a b | c d",
      because: ["CONFLICT a-c over EMAIL=family about USER_ID"],
    },
    "and takes along those that touch only it": {
      given: {
        a: "shop USER_ID=1 EMAIL=family PHONE=1",
        b: "web PHONE=1 LINE_ID=x",
        c: "shop USER_ID=2 EMAIL=family",
        d: "line LINE_ID=x",
      },
      profiles: "a b d | c",
    },
    "a chain between two holders parts in its middle": {
      given: {
        a: "shop USER_ID=1 EMAIL=1",
        b: "web EMAIL=1 EMAIL=2",
        c: "web EMAIL=2 EMAIL=3",
        d: "web EMAIL=3 EMAIL=4",
        e: "shop USER_ID=2 EMAIL=4",
      },
      profiles: "a b | c | d e",
      because: ["AMBIGUOUS c-b over EMAIL=2 between a d", "AMBIGUOUS c-d over EMAIL=3 between a d"],
    },
    "what two people have in common does not take apart what each has alone": {
      given: {
        a: "crm CRM_ID/h=1 EMAIL=1 PHONE=family given=ann",
        b: "shop USER_ID=1 EMAIL=1",
        c: "crm CRM_ID/h=2 EMAIL=2 PHONE=family given=bob",
        d: "shop USER_ID=2 EMAIL=2",
      },
      profiles: "a b | c d",
    },
    "records that only an undecided one touches stay with it": {
      given: {
        a: "shop USER_ID=1 EMAIL=family",
        b: "web EMAIL=family PHONE=1",
        c: "shop USER_ID=2 EMAIL=family",
        d: "line PHONE=1",
      },
      profiles: "a | b d | c",
    },
    "two undecided records do not join each other by the value that left them undecided": {
      given: {
        a: "shop USER_ID=1 ANONYMOUS_ID=k",
        b: "web ANONYMOUS_ID=k",
        c: "shop USER_ID=2 ANONYMOUS_ID=k",
        d: "web ANONYMOUS_ID=k",
      },
      profiles: "a | b | c | d",
    },
    "nor is one of them decided by somebody else's less sure link to the same value": {
      given: {
        a: "shop USER_ID=1 !EMAIL=1",
        b: "web !EMAIL=1 !EMAIL=2",
        c: "shop USER_ID=2 !EMAIL=2",
        d: "crm USER_ID=3 EMAIL=1",
        e: "line EMAIL=2",
      },
      profiles: "a | b | c e | d",
      because: [
        "AMBIGUOUS b-a over EMAIL=1 between a c",
        "AMBIGUOUS b-c over EMAIL=2 between a c",
        "CONFLICT a-d over EMAIL=1 about USER_ID",
        "AMBIGUOUS b-d over EMAIL=1 between a c d",
      ],
    },
    "a weaker value may still decide for an undecided record": {
      given: {
        a: "shop USER_ID=1 EMAIL=family ANONYMOUS_ID=k",
        b: "web EMAIL=family ANONYMOUS_ID=k",
        c: "shop USER_ID=2 EMAIL=family",
      },
      profiles: "a b | c",
      because: ["CONFLICT a-c over EMAIL=family about USER_ID", "AMBIGUOUS b-c over EMAIL=family between a c"],
    },
    "holders that conflict with the same others join each other first": {
      given: {
        a: "crm CRM_ID/h=1 given=ann EMAIL=x",
        b: "crm CRM_ID/h=2 given=bob EMAIL=x",
        c: "crm CRM_ID/h=3 given=ann EMAIL=x",
      },
      profiles: "a c | b",
      because: ["CONFLICT a-b over EMAIL=x about givenName"],
    },
    "but only by a value that they have in common": {
      given: { a: "crm USER_ID=1 EMAIL=x", b: "crm USER_ID=2 EMAIL=x PHONE=1", c: "crm USER_ID=1 PHONE=1" },
      rules: { ...DEFAULT_RULES, sharedLimits: { default: 15, byKind: { USER_ID: 1 } } },
      profiles: "a | b | c",
    },
    "also by way of a record between them": {
      given: {
        a: "crm USER_ID=1 EMAIL=x EMAIL=y",
        b: "crm USER_ID=2 EMAIL=x PHONE=1",
        c: "crm USER_ID=1 PHONE=1 EMAIL=z",
        d: "web EMAIL=y EMAIL=z",
      },
      rules: { ...DEFAULT_RULES, sharedLimits: { default: 15, byKind: { USER_ID: 1 } } },
      profiles: "a c d | b",
    },
    "holders that conflict with different others join nobody": {
      given: {
        a: "crm CRM_ID/h=1 given=ann EMAIL=x",
        b: "crm CRM_ID/h=2 given=bob EMAIL=x",
        c: "crm CRM_ID/k=1 birth=1990-01-01 EMAIL=x",
        d: "crm CRM_ID/k=2 birth=1991-01-01 EMAIL=x",
      },
      profiles: "a | b | c | d",
      because: [
        "CONFLICT a-b over EMAIL=x about givenName",
        "AMBIGUOUS a-c over EMAIL=x between a b c d",
        "AMBIGUOUS a-d over EMAIL=x between a b c d",
        "AMBIGUOUS b-c over EMAIL=x between a b c d",
        "AMBIGUOUS b-d over EMAIL=x between a b c d",
        "CONFLICT c-d over EMAIL=x about birthDate",
      ],
    },
  });
});
