import fc from "fast-check";
import twilio from "twilio";
import { twilioAdapter } from "../../../src/connect/systems/twilio/twilio";
import {
  connectionOf,
  damaged,
  deliveryOf,
  eventsOf,
  expectTotal,
  expectWellFormed,
} from "../../support/adapter-deliveries";

const URL = "https://onefold.example.com/connect/acme/twilio?channel=care";
const TOKEN = "12345";
const connection = connectionOf({ authToken: TOKEN });
const { getExpectedTwilioSignature, getExpectedBodyHash, validateRequest } = twilio;

type Form = Record<string, string>;
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const bodyOf = (form: Form) => new URLSearchParams(form).toString();
const read = (form: Form) =>
  twilioAdapter.read(deliveryOf({ url: URL, headers: FORM, body: bodyOf(form) }), connection);
const readOne = (form: Form) => eventsOf(read(form))[0]!;

const SMS: Form = {
  ToCountry: "US",
  SmsMessageSid: "SM2cf1ee4ddc0b4d3b9d1c2c6c9ff45cd2",
  NumMedia: "0",
  SmsStatus: "received",
  Body: "พัสดุถึงหรือยังคะ? 'ขอบคุณ' & bye",
  To: "+15005550006",
  MessageSid: "SM2cf1ee4ddc0b4d3b9d1c2c6c9ff45cd2",
  AccountSid: "AC00000000000000000000000000000000",
  From: "+66812345678",
};

const CALL: Form = {
  CallSid: "CA1234567890ABCDE",
  From: "+14158675309",
  To: "+18005551212",
  CallStatus: "completed",
  Direction: "inbound",
  CallDuration: "42",
  Timestamp: "Tue, 03 Mar 2026 10:15:00 +0000",
};

describe("A request of Twilio", () => {
  const verify = (url: string, body: string, signature: string | undefined, headers: Form, ...tokens: string[]) =>
    twilioAdapter.verify(
      deliveryOf({
        url,
        body,
        headers: signature === undefined ? headers : { ...headers, "X-Twilio-Signature": signature },
      }),
      connectionOf(...tokens.map((authToken) => ({ authToken }))),
    );

  test("counts with the signature of Twilio's own library, with the port in the address or without", () => {
    for (const signed of [URL, URL.replace(".com/", ".com:443/")]) {
      expect(verify(URL, bodyOf(SMS), getExpectedTwilioSignature(TOKEN, signed, SMS), FORM, TOKEN)).toBeNull();
    }
    const local = "http://127.0.0.1:4000/connect/acme/twilio";
    expect(verify(local, bodyOf(SMS), getExpectedTwilioSignature(TOKEN, local, SMS), FORM, TOKEN)).toBeNull();
  });

  test("is judged as Twilio's library judges it", () => {
    const right = getExpectedTwilioSignature(TOKEN, URL, SMS);
    const cases: [string, Form, string][] = [
      [URL, SMS, right],
      [URL, { ...SMS, Body: `${SMS.Body}!` }, right],
      [URL, { ...SMS, Extra: "" }, right],
      [`${URL}&more=1`, SMS, right],
      [URL, SMS, right.replace(/^./, (first) => (first === "A" ? "B" : "A"))],
      [URL, SMS, ""],
    ];
    for (const [url, form, signature] of cases) {
      const theirs = validateRequest(TOKEN, signature, url, form);
      expect(verify(url, bodyOf(form), signature, FORM, TOKEN) === null).toBe(theirs);
    }
    expect(verify(URL, bodyOf(SMS), right, FORM, TOKEN)).toBeNull();
  });

  test("with a field that comes several times is signed as Twilio signs it", () => {
    const signature = getExpectedTwilioSignature(TOKEN, URL, { Digit: ["2", "1", "2"], A: "x" } as never);
    expect(verify(URL, "Digit=2&A=x&Digit=1&Digit=2", signature, FORM, TOKEN)).toBeNull();
  });

  test("with very many fields is judged field by field, or not at all", () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`f${n}`, ""]));
    const signature = getExpectedTwilioSignature(TOKEN, URL, many);
    expect(verify(URL, bodyOf(many), signature, FORM, TOKEN)).toBeNull();
    const larger = bodyOf({ ...many, more: "x".repeat(1024 * 1024) });
    expect(verify(URL, larger, signature, FORM, TOKEN)).toBe("The signature does not match.");
  });

  test("with JSON counts by the digest of its body, which the signed address holds", () => {
    const body = '{"EventType":"onMessageAdded"}';
    const url = `${URL}&bodySHA256=${getExpectedBodyHash(body)}`;
    const signature = getExpectedTwilioSignature(TOKEN, url, {});
    const json = { "content-type": "application/json" };
    expect(verify(url, body, signature, json, TOKEN)).toBeNull();
    expect(verify(url, `${body} `, signature, json, TOKEN)).toBe("The signature does not match.");
  });

  test("counts under the primary and the secondary token while they are changed", () => {
    const old = getExpectedTwilioSignature("old", URL, SMS);
    expect(verify(URL, bodyOf(SMS), old, FORM, "new", "old")).toBeNull();
    expect(verify(URL, bodyOf(SMS), old, FORM, "new")).toBe("The signature does not match.");
    expect(verify(URL, bodyOf(SMS), undefined, FORM, "new")).toBe("The signature is missing.");
  });

  test("is answered with no instructions", () => {
    expect(twilioAdapter.acknowledgement?.(deliveryOf({}))).toEqual({
      status: 200,
      contentType: "text/xml; charset=utf-8",
      body: "<Response/>",
    });
  });
});

describe("A message", () => {
  test("by SMS proves the number of its sender, and has the time of its arrival", () => {
    expect(readOne(SMS)).toEqual({
      messageId: SMS.MessageSid,
      source: "channel",
      channel: "SMS",
      kind: "MESSAGE",
      direction: "INBOUND",
      visibility: "PRIVATE",
      occurredAt: "2026-03-01T12:00:00.000Z",
      conversationKey: "twilio:+15005550006:+66812345678",
      text: SMS.Body,
      subject: {
        key: "+66812345678",
        identifiers: [{ kind: "PHONE", value: "+66812345678", namespace: null, assurance: "VERIFIED" }],
      },
      data: { type: "message", to: "+15005550006" },
    });
    expect(twilioAdapter.timesVary).toBe(true);
  });

  test("by WhatsApp proves number and WhatsApp id, and brings its media by address and type", () => {
    const event = readOne({
      ...SMS,
      From: "whatsapp:+66812345678",
      To: "whatsapp:+14155238886",
      ProfileName: "สมหญิง",
      WaId: "66812345678",
      NumMedia: "1",
      MediaUrl0: "https://api.twilio.com/media/ME1",
      MediaContentType0: "image/jpeg",
    });
    expect(event).toMatchObject({
      channel: "WHATSAPP",
      subject: {
        key: "whatsapp:+66812345678",
        identifiers: [
          { kind: "WHATSAPP_ID", value: "66812345678", assurance: "VERIFIED" },
          { kind: "PHONE", value: "+66812345678", assurance: "VERIFIED" },
        ],
        attributes: { displayName: "สมหญิง" },
      },
      data: { attachments: [{ url: "https://api.twilio.com/media/ME1", type: "image/jpeg" }] },
    });
  });

  test("of a short code or a sender's name identifies nobody elsewhere", () => {
    expect(readOne({ ...SMS, From: "40404" }).subject).toEqual({ key: "40404", identifiers: [] });
  });

  test.each(["whatsapp:null", "messenger:anonymous", "whatsapp: "])("from nobody (%s) is kept aside", (From) => {
    expect(read({ ...SMS, From }).map((item) => item.kind)).toEqual(["UNKNOWN"]);
  });

  test("of the company is told only when it never arrived", () => {
    const sent = { MessageSid: "SM9", From: "+15005550006", To: "+66812345678", SmsStatus: "sent" };
    expect(read({ ...sent, MessageStatus: "delivered" })).toEqual([]);
    expect(readOne({ ...sent, MessageStatus: "undelivered", ErrorCode: "30003" })).toMatchObject({
      messageId: "SM9:undelivered",
      kind: "STATUS_CHANGE",
      direction: "OUTBOUND",
      actor: "+15005550006",
      conversationKey: "twilio:+15005550006:+66812345678",
      subject: { key: "+66812345678" },
      data: { errorCode: "30003" },
    });
  });
});

describe("A call", () => {
  test("is told when it has ended, with its length; the number it shows is not proven", () => {
    expect(readOne(CALL)).toMatchObject({
      messageId: CALL.CallSid,
      channel: "PHONE",
      kind: "CALL",
      direction: "INBOUND",
      occurredAt: "2026-03-03T10:15:00.000Z",
      subject: { key: "+14158675309", identifiers: [{ kind: "PHONE", assurance: "ASSERTED" }] },
      data: { status: "completed", durationSeconds: 42 },
    });
    expect(read({ ...CALL, CallStatus: "ringing" })).toEqual([]);
  });

  test("proves the number where the carrier vouches for it", () => {
    const { identifiers } = readOne({ ...CALL, StirVerstat: "TN-Validation-Passed-A" }).subject;
    expect(identifiers[0]!.assurance).toBe("VERIFIED");
  });

  test("of the company belongs to the one it called", () => {
    expect(readOne({ ...CALL, Direction: "outbound-api", CallStatus: "no-answer" })).toMatchObject({
      direction: "OUTBOUND",
      actor: "+14158675309",
      subject: { key: "+18005551212" },
    });
  });

  test.each([
    ["a hidden number", { From: "+266696687" }],
    ["another hidden number", { From: "+7378742833" }],
    ["a word", { From: "Anonymous" }],
    ["the leg to an agent", { Direction: "outbound-dial" }],
  ])("with %s is kept aside", (_what, change) => {
    expect(read({ ...CALL, ...change }).map((item) => item.kind)).toEqual(["UNKNOWN"]);
  });
});

describe("What cannot be read", () => {
  test("is refused or kept aside", () => {
    expect(read({ ...SMS, From: "" }).map((item) => item.kind)).toEqual(["UNREADABLE"]);
    expect(read({ FaxSid: "FX1" })).toEqual([{ kind: "UNKNOWN", type: "form", payload: { FaxSid: "FX1" } }]);
    const bytes = deliveryOf({ body: Buffer.from([0xff, 0xfe]) });
    expect(twilioAdapter.read(bytes, connection).map((item) => item.kind)).toEqual(["UNREADABLE"]);
  });

  test("never makes it throw, whatever its fields hold", () => {
    const forms = damaged([SMS, CALL, { ...SMS, MessageStatus: "failed" }, { ...SMS, From: "whatsapp:+66812345678" }]);
    fc.assert(fc.property(forms, (json) => expectWellFormed(read(JSON.parse(json) as Record<string, string>))));
  });

  test("never makes it throw", () => {
    expectTotal(twilioAdapter, connection, [SMS, CALL]);
    for (const value of ["", " ", "null", "\0", "a".repeat(9000), "\ud83d", "%", "__proto__"]) {
      for (const form of [SMS, CALL, { ...SMS, MessageStatus: "failed" }]) {
        for (const name of Object.keys(form)) expectWellFormed(read({ ...form, [name]: value }));
      }
    }
  });
});
