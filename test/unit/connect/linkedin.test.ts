import { createHmac } from "node:crypto";
import { linkedinAdapter } from "../../../src/connect/systems/linkedin/linkedin";
import { connectionOf, deliveryOf, eventsOf, expectTotal } from "../../support/adapter-deliveries";

const SECRET = "mYc1ientS3cret";
const ORGANIZATION = "urn:li:organization:96072893";
const ANN = "urn:li:person:zLqTygBP8S";
const COMMENT = "urn:li:comment:(urn:li:activity:7094637247890620418,7094977717598625792)";
const connection = connectionOf({ clientSecret: SECRET });
const address = "https://onefold.example.com/connect/acme/linkedin";
const digest = (secret: string, message: string) => createHmac("sha256", secret).update(message).digest("hex");

const comment = {
  subscriber: "urn:li:person:agent",
  lastModifiedAt: 1691574506310,
  decoratedSourcePost: { owner: ORGANIZATION, text: "Our spring teas", entity: "urn:li:share:7094637247487995904" },
  sourcePost: "urn:li:activity:7094637247890620418",
  decoratedGeneratedActivity: {
    comment: {
      owner: ANN,
      text: "Where can I buy it?",
      entity: COMMENT,
      object: "urn:li:activity:7094637247890620418",
    },
  },
  action: "COMMENT",
  notificationId: 5603453321,
  organizationalEntity: ORGANIZATION,
  generatedActivity: COMMENT,
};
const push = (...notifications: object[]) => ({ type: "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", notifications });
const read = (body: object) => linkedinAdapter.read(deliveryOf({ body }), connection);
const readOne = (change: object) => eventsOf(read(push({ ...comment, ...change })))[0]!;

describe("LinkedIn", () => {
  test("is answered when it asks whether the secret is known, by the newest", () => {
    const challengeCode = "890e4665-4dfe-4ab1-b689-ed553bceeed0";
    const delivery = deliveryOf({ method: "GET", url: `${address}?challengeCode=${challengeCode}&applicationId=1` });
    const answer = linkedinAdapter.handshake?.(
      delivery,
      connectionOf({ clientSecret: "new" }, { clientSecret: "old" }),
    );
    expect(answer?.contentType).toBe("application/json");
    expect(JSON.parse(answer!.body)).toEqual({ challengeCode, challengeResponse: digest("new", challengeCode) });
    expect(linkedinAdapter.handshake?.(deliveryOf({ method: "GET", url: address }), connection)).toBeNull();
  });

  test("signs no delivery for whoever asks", () => {
    const forged = encodeURIComponent(`hmacsha256=${JSON.stringify(push(comment))}`);
    const delivery = deliveryOf({ method: "GET", url: `${address}?challengeCode=${forged}` });
    expect(linkedinAdapter.handshake?.(delivery, connection)).toBeNull();
  });

  test.each([
    ["its own signature", digest("new", "hmacsha256={}"), true],
    ["the scheme before its signature", `hmacsha256=${digest("new", "hmacsha256={}")}`, true],
    ["the signature of the old secret", digest("old", "hmacsha256={}"), true],
    ["a secret that is gone", digest("gone", "hmacsha256={}"), false],
    ["the signature of another body", digest("new", "hmacsha256={} "), false],
    ["the body signed without the scheme", digest("new", "{}"), false],
    ["no signature", undefined, false],
  ])("a delivery with %s", (_what, signature, counts) => {
    const headers = signature === undefined ? undefined : { "X-LI-Signature": signature };
    const secrets = connectionOf({ clientSecret: "new" }, { clientSecret: "old" });
    expect(linkedinAdapter.verify(deliveryOf({ body: "{}", headers }), secrets) === null).toBe(counts);
  });

  test("a comment is public, of its author", () => {
    expect(readOne({})).toEqual({
      messageId: "5603453321",
      source: "channel",
      channel: "LINKEDIN",
      kind: "COMMENT",
      direction: "INBOUND",
      visibility: "PUBLIC",
      occurredAt: "2023-08-09T09:48:26.310Z",
      conversationKey: `linkedin:${ORGANIZATION}:${ANN}`,
      text: "Where can I buy it?",
      subject: {
        key: ANN,
        identifiers: [{ kind: "LINKEDIN_ID", value: ANN, namespace: null, assurance: "VERIFIED" }],
      },
      data: { type: "COMMENT", post: comment.sourcePost, activity: COMMENT },
    });
  });

  test("edits, deletions, mentions and reactions are told", () => {
    expect(readOne({ action: "COMMENT_EDIT" })).toMatchObject({ kind: "COMMENT", data: { edits: COMMENT } });
    expect(readOne({ action: "COMMENT_DELETE" })).toMatchObject({ kind: "STATUS_CHANGE", data: { deletes: COMMENT } });
    const share = { owner: ANN, text: "Thank you @TeaCo", entity: "urn:li:share:1" };
    const mention = { action: "SHARE_MENTION", decoratedGeneratedActivity: { share } };
    expect(readOne(mention)).toMatchObject({ kind: "MENTION", text: "Thank you @TeaCo" });
    const activity = `urn:li:reaction:(${ANN},urn:li:activity:7094637247890620418)`;
    const like = { action: "LIKE", decoratedGeneratedActivity: undefined, generatedActivity: activity };
    expect(readOne(like)).toMatchObject({ kind: "OTHER", subject: { key: ANN } });
  });

  test("keeps every digit of a notification's id", () => {
    const body = JSON.stringify(push(comment)).replace("5603453321", "9007199254740993");
    const [event] = eventsOf(linkedinAdapter.read(deliveryOf({ body }), connection));
    expect(event!.messageId).toBe("9007199254740993");
  });

  test.each([
    ["what the organization says itself", { action: "ADMIN_COMMENT" }],
    ["its comment as itself", { decoratedGeneratedActivity: { comment: { owner: ORGANIZATION, text: "Hi" } } }],
    ["a reaction by nobody", { action: "LIKE", decoratedGeneratedActivity: undefined, generatedActivity: "urn:li:x" }],
    ["an action that is new", { action: "WAVE" }],
    ["an action with the name of something else", { action: "constructor" }],
  ])("%s is kept aside", (_what, change) => {
    expect(read(push({ ...comment, ...change })).map((item) => item.kind)).toEqual(["UNKNOWN"]);
  });

  test("a notification that cannot be read is refused alone", () => {
    const items = read(push(comment, { ...comment, lastModifiedAt: "x" }, comment));
    expect(items.map((item) => item.kind)).toEqual(["EVENT", "UNREADABLE", "EVENT"]);
    expect(read({ type: "LEAD_ACTION" }).map((item) => item.kind)).toEqual(["UNKNOWN"]);
  });

  test("no payload makes it throw", () => expectTotal(linkedinAdapter, connection, [push(comment)]));
});
