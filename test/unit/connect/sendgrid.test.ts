import { createSign, generateKeyPairSync } from "node:crypto";
import { EventWebhook } from "@sendgrid/eventwebhook";
import fc from "fast-check";
import { sendgridAdapter } from "../../../src/connect/systems/sendgrid/sendgrid";
import { connectionOf, deliveryOf, eventsOf, expectWellFormed } from "../../support/adapter-deliveries";
import { damagedLetters, letter, parsePost } from "../../support/letters";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const PUBLIC_KEY = publicKey.export({ type: "spki", format: "der" }).toString("base64");
const NOW = Date.parse("2026-03-01T12:00:00.000Z") / 1000;
const connection = { source: "mail", credentials: [{ publicKey: PUBLIC_KEY, ownAddresses: "shop.example" }] };

const sign = (body: Buffer, timestamp: number | string = NOW) =>
  createSign("sha256").update(String(timestamp)).update(body).sign(privateKey, "base64");
const verify = (body: Buffer, signature: string, timestamp: number | string = NOW, keys = [PUBLIC_KEY]) =>
  sendgridAdapter.verify(
    deliveryOf({
      body,
      headers: {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": String(timestamp),
      },
    }),
    connectionOf(...keys.map((key) => ({ publicKey: key }))),
  );

describe("A delivery of SendGrid's Inbound Parse", () => {
  test("counts when SendGrid's own library holds it for signed, and only then", async () => {
    const { body } = parsePost({ email: await letter({ text: "Where is my tea?" }) });
    const signature = sign(body);
    const library = new EventWebhook();
    const theirs = (bytes: Buffer, timestamp = String(NOW)) =>
      library.verifySignature(library.convertPublicKeyToECDSA(PUBLIC_KEY), bytes, signature, timestamp);
    const changed = Buffer.from(body);
    changed[10] = changed[10]! ^ 1;
    expect([theirs(body), verify(body, signature)]).toEqual([true, null]);
    expect([theirs(changed), verify(changed, signature)]).toEqual([false, "The signature does not match."]);
    expect([theirs(body, String(NOW + 1)), verify(body, signature, NOW + 1)]).toEqual([
      false,
      "The signature does not match.",
    ]);
  });

  test("counts for three days, under each of two keys, and in PEM", async () => {
    const body = Buffer.from("x");
    const pem = String(publicKey.export({ type: "spki", format: "pem" }));
    const other = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey;
    const otherKey = other.export({ type: "spki", format: "der" }).toString("base64");
    expect(verify(body, sign(body, NOW - 259_000), NOW - 259_000)).toBeNull();
    expect(verify(body, sign(body, NOW - 260_000), NOW - 260_000)).toBe("The signature is too old.");
    expect(verify(body, sign(body), NOW, [otherKey, pem])).toBeNull();
    expect(verify(body, sign(body), NOW, [otherKey])).toBe("The signature does not match.");
    expect(verify(body, sign(body), NOW, ["", "no key"])).toBe("The signature does not match.");
    expect(verify(body, "", NOW)).toBe("The signature does not match.");
    expect(verify(body, sign(body, "x"), "x")).toBe("The signature is missing.");
    expect(sendgridAdapter.findCredentialProblem?.({ publicKey: "no key" })).toMatch(/^publicKey has to be/);
    expect(sendgridAdapter.findCredentialProblem?.({ publicKey: PUBLIC_KEY })).toBeNull();
  });

  const assuranceOf = async (fields: Record<string, string>) => {
    const { body, contentType } = parsePost({ ...fields, email: await letter({ text: "Hello" }) });
    const items = await sendgridAdapter.read(
      deliveryOf({ body, headers: { "content-type": contentType } }),
      connection,
    );
    return eventsOf(items)[0]!.subject.identifiers[0]!.assurance;
  };
  test.each<[string, string, Record<string, string>]>([
    ["VERIFIED", "a DKIM signature of its domain holds", { dkim: "{@example.com : pass}", SPF: "none" }],
    [
      "VERIFIED",
      "SPF passed for its domain",
      { SPF: "pass", envelope: '{"to":["help@shop.example"],"from":"b@example.com"}' },
    ],
    ["CLAIMED", "a DKIM signature of another domain holds", { dkim: "{@evil.example : pass}" }],
    ["CLAIMED", "a DKIM signature of its domain does not hold", { dkim: "{@example.com : fail, @x.example : pass}" }],
    ["CLAIMED", "SPF passed for another domain", { SPF: "pass", envelope: '{"from":"b@evil.example"}' }],
    ["CLAIMED", "nothing is known", { SPF: "pass", envelope: "[" }],
  ])("makes its From %s when %s", async (assurance, _, fields) => {
    expect(await assuranceOf(fields)).toBe(assurance);
  });

  test("is read byte for byte", async () => {
    const head =
      "From: nok@example.com\r\nDate: Sun, 1 Mar 2026 09:30:00 +0000\r\nContent-Type: text/plain; charset=tis-620\r\n\r\n";
    const email = Buffer.concat([Buffer.from(head), Buffer.from([0xaa, 0xd2])]);
    const { body, contentType } = parsePost({ email });
    const items = await sendgridAdapter.read(
      deliveryOf({ body, headers: { "content-type": contentType } }),
      connection,
    );
    expect(eventsOf(items)).toMatchObject([{ text: "ชา" }]);
  });

  test("is refused without the raw message", async () => {
    const { body, contentType } = parsePost({ text: "Hello", from: "nok@example.com" });
    const read = (bytes: Buffer, type: string) =>
      sendgridAdapter.read(deliveryOf({ body: bytes, headers: { "content-type": type } }), connection);
    const refused = [{ kind: "UNREADABLE", reason: expect.stringContaining("POST the raw, full MIME message") }];
    expect(await read(body, contentType)).toMatchObject(refused);
    expect(await read(body.subarray(0, -20), contentType)).toMatchObject(refused);
    expect(await read(body, "text/plain")).toMatchObject(refused);
    expect(await read(body, "multipart/form-data")).toMatchObject(refused);
  });

  test("never makes the adapter throw, whatever it is", async () => {
    const { body: sample, contentType } = parsePost({
      dkim: "{@x : pass}",
      SPF: "pass",
      envelope: "{}",
      email: await letter({ text: "x" }),
    });
    const type = fc.constantFrom(
      contentType,
      "multipart/form-data; boundary=x",
      "application/x-www-form-urlencoded",
      "",
    );
    await fc.assert(
      fc.asyncProperty(damagedLetters([sample]), type, async (body, contentType) => {
        expect(verify(body, "AAAA")).not.toBeNull();
        expectWellFormed(
          await sendgridAdapter.read(deliveryOf({ body, headers: { "content-type": contentType } }), connection),
        );
      }),
      { numRuns: 150 },
    );
  });
});
