import fc from "fast-check";
import type { Item } from "../../../src/connect/pipeline/adapter";
import { mailAdapter } from "../../../src/connect/systems/mail/mail";
import { connectionOf, deliveryOf, eventsOf, expectWellFormed } from "../../support/adapter-deliveries";
import { damagedLetters, letter } from "../../support/letters";

const SECRET = "a-long-random-text";
const CREDENTIALS = {
  secret: SECRET,
  ownAddresses: "Shop.example, ann@agency.example",
  authenticationServers: "mx.shop.example",
};
const connection = { source: "mail", credentials: [CREDENTIALS] };
const PASSED = { "Authentication-Results": "mx.shop.example; dmarc=pass header.from=example.com" };

const read = (body: Buffer | string): Promise<readonly Item[]> =>
  mailAdapter.read(deliveryOf({ body, path: SECRET }), connection);
const eventOf = async (options: Parameters<typeof letter>[0]) => eventsOf(await read(await letter(options)))[0]!;
/** A message of bytes in an old encoding, which no mailer writes any more. */
const raw = (headers: string[], body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      `Date: Sun, 1 Mar 2026 09:30:00 +0000\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n${headers.join("\r\n")}\r\n\r\n`,
    ),
    body,
  ]);

describe("A delivery of e-mail", () => {
  test("counts with the secret, at the end of the address or as a bearer token", () => {
    const verify = (path: string, authorization = "", secrets = [SECRET]) =>
      mailAdapter.verify(
        deliveryOf({ path, headers: { authorization } }),
        connectionOf(...secrets.map((secret) => ({ secret }))),
      );
    expect(verify(SECRET)).toBeNull();
    expect(verify("", `Bearer ${SECRET}`)).toBeNull();
    expect(verify("old", "", ["new", "old"])).toBeNull();
    expect(verify("")).toBe("The secret is missing.");
    expect(verify("other")).toBe("The secret does not match.");
    expect(verify("", "Bearer x", [""])).toBe("The secret does not match.");
  });

  test("is one message of whoever wrote it, with headers in Thai and Japanese", async () => {
    const event = await eventOf({
      from: '"นก รัตนา" <Nok@Example.com>',
      to: '"お茶の店" <help@shop.example>',
      subject: "สั่งชาแล้วยังไม่ได้รับ 注文について",
      text: "ยังไม่ได้รับของค่ะ\n",
      messageId: "<m-1@example.com>",
      attachments: [{ filename: "写真.jpg", content: "abc" }],
      headers: PASSED,
    });
    expect(event).toEqual({
      ...{ messageId: "m-1@example.com", source: "mail", channel: "EMAIL", kind: "MESSAGE", direction: "INBOUND" },
      ...{ visibility: "PRIVATE", occurredAt: "2026-03-01T09:30:00.000Z", conversationKey: "mail:m-1@example.com" },
      actor: null,
      text: "สั่งชาแล้วยังไม่ได้รับ 注文について\n\nยังไม่ได้รับของค่ะ",
      subject: {
        key: "nok@example.com",
        identifiers: [{ kind: "EMAIL", value: "nok@example.com", namespace: null, assurance: "VERIFIED" }],
        attributes: { displayName: "นก รัตนา" },
      },
      data: {
        subject: "สั่งชาแล้วยังไม่ได้รับ 注文について",
        from: ["นก รัตนา <nok@example.com>"],
        to: ["お茶の店 <help@shop.example>"],
        cc: [],
        replyTo: [],
        isProven: true,
        isAutomatic: false,
        attachments: [{ name: "写真.jpg", type: "image/jpeg", bytes: 3 }],
      },
    });
  });

  // 茶 and ชา in the bytes of each encoding, from the tables of Unicode and of TIS 620.
  test.each<[string, number[], string]>([
    ["iso-2022-jp", [0x1b, 0x24, 0x42, 0x43, 0x63, 0x1b, 0x28, 0x42], "茶"],
    ["shift_jis", [0x92, 0x83], "茶"],
    ["euc-jp", [0xc3, 0xe3], "茶"],
    ["tis-620", [0xaa, 0xd2], "ชา"],
    ["windows-874", [0xaa, 0xd2], "ชา"],
    ["utf-8", [0xe0, 0xb8, 0x8a, 0xe0, 0xb8, 0xb2], "ชา"],
  ])("is read in %s, its subject and its text", async (charset, bytes, text) => {
    const word = `=?${charset}?B?${Buffer.from(bytes).toString("base64")}?=`;
    const headers = ["From: nok@example.com", `Subject: ${word}`, `Content-Type: text/plain; charset=${charset}`];
    const [event] = eventsOf(await read(raw(headers, Buffer.from(bytes))));
    expect(event).toMatchObject({ text: `${text}\n\n${text}`, data: { subject: text } });
  });

  test.each<[string, object]>([
    ["nobody checked", {}],
    ["a check failed", { "Authentication-Results": "mx.shop.example; dmarc=fail header.from=example.com" }],
    ["another server checked", { "Authentication-Results": "mx.evil.example; dmarc=pass header.from=example.com" }],
    ["it passed for another domain", { "Authentication-Results": "mx.shop.example; dkim=pass header.d=evil.example" }],
  ])("claims to be of its From, and no more, when %s", async (_, headers) => {
    const event = await eventOf({ text: "It is me", headers: headers as Record<string, string> });
    expect(event.subject).toEqual({
      key: "claimed:nok@example.com",
      identifiers: [{ kind: "EMAIL", value: "nok@example.com", namespace: null, assurance: "CLAIMED" }],
      attributes: null,
    });
  });

  test("claims no more either with two Froms, of which one passed", async () => {
    const passed = "Authentication-Results: mx.shop.example; dmarc=pass header.from=evil.example";
    const [event] = eventsOf(
      await read(raw([passed, "From: eve@evil.example", "From: nok@example.com"], Buffer.from("Hello"))),
    );
    expect(event!.subject.identifiers[0]!.assurance).toBe("CLAIMED");
  });

  test("belongs to the thread that began with the first of its References", async () => {
    const references = "<first@x> <second@x>";
    const key = async (options: object) => (await eventOf(options)).conversationKey;
    expect(await key({ messageId: "<third@x>", references, inReplyTo: "<second@x>" })).toBe("mail:first@x");
    expect(await key({ messageId: "<second@x>", inReplyTo: "<first@x>" })).toBe("mail:first@x");
    expect(await key({ messageId: "<first@x>" })).toBe("mail:first@x");
  });

  test("repeats neither the history nor the subject of what it answers, in text or in HTML", async () => {
    const text = "Thank you!\n\nOn 1 Mar 2026, at 08:30, Tea Shop <help@shop.example> wrote:\n\n> It is on its way.\n";
    const html = `<div>Thank <b>you!</b></div><div class="gmail_quote"><div>On 1 Mar 2026, at 08:30, Tea Shop &lt;help@shop.example&gt; wrote:<br></div><blockquote>It is on its way.</blockquote></div>`;
    const answer = { subject: "Re: Your order", inReplyTo: "<first@x>" };
    expect((await eventOf({ ...answer, text, html })).text).toBe("Thank you!");
    expect((await eventOf({ ...answer, html })).text).toBe("Thank you!");
  });

  test("goes out to every customer it is written to", async () => {
    const message = await letter({
      from: "Ann <ann@agency.example>",
      to: ["Nok <nok@example.com>", "help@shop.example"],
      cc: "bob@example.org",
      text: "It is on its way.",
      messageId: "<out@shop>",
      headers: { "Authentication-Results": "mx.shop.example; dkim=pass header.d=agency.example" },
    });
    const events = eventsOf(await read(message));
    expect(events).toMatchObject([
      {
        messageId: "out@shop:nok@example.com",
        direction: "OUTBOUND",
        actor: "ann@agency.example",
        subject: { key: "nok@example.com" },
      },
      { messageId: "out@shop:bob@example.org", direction: "OUTBOUND", subject: { key: "bob@example.org" } },
    ]);
    expect(events[0]!.subject.identifiers[0]!.assurance).toBe("ASSERTED");
  });

  test.each<[string, Parameters<typeof letter>[0], object]>([
    ["mail within the company", { from: "ann@agency.example", to: "help@shop.example" }, { kind: "UNKNOWN" }],
    ["no sender", { from: "nobody" }, { kind: "UNREADABLE", reason: "Its From holds no address." }],
    [
      "a date of the future, by its word alone",
      { date: new Date("2030-01-01") },
      { kind: "UNREADABLE", reason: "Neither its Date nor a Received says when it was sent." },
    ],
  ])("is not taken when it is %s", async (_, options, item) => {
    expect(await read(await letter({ text: "x", ...options }))).toMatchObject([item]);
  });

  test("is as late as the server says that took it in, however late its Date is", async () => {
    const received = "from x by mx.shop.example; Sun, 1 Mar 2026 10:00:00 +0000";
    const event = await eventOf({ date: new Date("2030-01-01"), headers: { Received: received } });
    expect(event.occurredAt).toBe("2026-03-01T10:00:00.000Z");
  });

  test("may be nested as deep as one likes, and is refused then", async () => {
    const deep = Array.from({ length: 1000 }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`);
    expect(await read(`From: a@example.com\nDate: Sun, 1 Mar 2026 09:30:00 +0000\n${deep.join("")}`)).toMatchObject([
      { kind: "UNREADABLE", reason: "It is no e-mail that can be read." },
    ]);
  });

  test("never makes the adapter throw, whatever it is", async () => {
    const samples = [
      await letter({
        text: "Thank you!\n> It is",
        html: "<p>Thank you!</p>",
        attachments: [{ filename: "a.txt", content: "abc" }],
      }),
      await letter({
        subject: "สั่งชา",
        html: "<blockquote>ชา</blockquote>",
        references: "<a@x> <b@x>",
        headers: PASSED,
      }),
    ];
    await fc.assert(
      fc.asyncProperty(damagedLetters(samples), async (body) => {
        expectWellFormed(await read(body));
      }),
      { numRuns: 150 },
    );
  });
});
