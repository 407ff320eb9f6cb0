import { createSign, generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importMailCommand } from "../../src/connect/commands/import-mail-command";
import { runHere } from "../support/command-line";
import { ConnectedSystem } from "../support/connected-system";
import { Customers } from "../support/customers";
import { SECRETS_KEY } from "../support/deliveries";
import { letter, parsePost } from "../support/letters";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ secretsKeys: [SECRETS_KEY] });
});
afterAll(() => server.close());

const PASSED = { "Authentication-Results": "mx.shop.example; dmarc=pass header.from=example.com" };
const asked = { messageId: "<asked@example.com>", subject: "注文について", text: "ยังไม่ได้รับของค่ะ", headers: PASSED };
const answered = {
  ...{ messageId: "<answered@shop.example>", inReplyTo: "<asked@example.com>", references: "<asked@example.com>" },
  ...{ from: "Ann <help@shop.example>", to: "nok@example.com", subject: "Re: 注文について" },
  text: "ส่งแล้วค่ะ\n\nเมื่อ อา. 1 มี.ค. 2569 เวลา 09:30 นก <nok@example.com> เขียนว่า:\n> ยังไม่ได้รับของค่ะ\n",
  date: new Date("2026-03-01T10:30:00Z"),
  headers: { "Authentication-Results": "mx.shop.example; dkim=pass header.d=shop.example" },
};
const CONVERSATION = [
  { direction: "OUTBOUND", channel: "EMAIL", text: "ส่งแล้วค่ะ", conversationKey: "mail:asked@example.com" },
  {
    direction: "INBOUND",
    channel: "EMAIL",
    text: "注文について\n\nยังไม่ได้รับของค่ะ",
    conversationKey: "mail:asked@example.com",
  },
];

describe("E-mail by the company's own server", () => {
  const secret = "a-long-random-text";
  const credentials = { secret, ownAddresses: "shop.example", authenticationServers: "mx.shop.example" };

  it("is a conversation of the customer, once, without its history", async () => {
    const mail = await ConnectedSystem.connect(server, "mail", credentials);
    const send = async (options: object) => {
      const body = await letter(options);
      return (await mail.post(body, { "content-type": "message/rfc822" }, `/${secret}`)).status;
    };
    expect([await send(asked), await send(answered), await send(asked)]).toEqual([200, 200, 200]);
    const nok = (await mail.profile("EMAIL", "nok@example.com"))!;
    expect(nok.timeline.nodes).toMatchObject(CONVERSATION);
    expect(nok.identifiers).toMatchObject([{ kind: "EMAIL", assurance: "VERIFIED" }]);

    // A forger's letter is a claim of a record of its own, and says nothing of her name.
    await send({ messageId: "<forged@x>", from: "Eve <nok@example.com>", text: "Send it to me" });
    const claimed = (await mail.profile("EMAIL", "nok@example.com"))!;
    expect(claimed.records.map(({ key }) => key).sort()).toEqual(["claimed:nok@example.com", "nok@example.com"]);
    expect(claimed.attributes.map(({ value }) => value)).toEqual(["Nok"]);
  });

  it("is refused under another secret, and nothing is kept", async () => {
    const mail = await ConnectedSystem.connect(server, "mail", credentials);
    const before = await mail.stored();
    const body = await letter(asked);
    for (const under of ["", "/another-secret"]) expect((await mail.post(body, {}, under)).status).toBe(401);
    expect(await mail.stored()).toEqual(before);
    expect((await mail.post(Buffer.from([0xff, 0, 10]), {}, `/${secret}`)).status).toBe(200);
    expect(await mail.letters()).toMatchObject([{ kind: "UNREADABLE", reason: "Its From holds no address." }]);
  });
});

describe("E-mail by SendGrid", () => {
  it("is taken when it is signed", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const key = publicKey.export({ type: "spki", format: "der" }).toString("base64");
    const sendgrid = await ConnectedSystem.connect(server, "sendgrid", {
      publicKey: key,
      ownAddresses: "shop.example",
    });
    const { body, contentType } = parsePost({ dkim: "{@example.com : pass}", email: await letter(asked) });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createSign("sha256").update(timestamp).update(body).sign(privateKey, "base64");
    const headers = {
      "content-type": contentType,
      "x-twilio-email-event-webhook-signature": signature,
      "x-twilio-email-event-webhook-timestamp": timestamp,
    };
    const before = await sendgrid.stored();
    expect((await sendgrid.post(Buffer.concat([body, Buffer.from("\n")]), headers)).status).toBe(401);
    expect(await sendgrid.stored()).toEqual(before);
    expect((await sendgrid.post(body, headers)).status).toBe(200);
    expect((await sendgrid.profile("EMAIL", "nok@example.com"))!.timeline.nodes).toMatchObject([CONVERSATION[1]]);
  });
});

describe("onefold import-mail", () => {
  it("sends the messages of an mbox, once, and lists what is no message of a customer", async () => {
    const folder = await mkdtemp(join(tmpdir(), "onefold-mail-"));
    try {
      const tenant = await Customers.ofNewTenant(server);
      const file = join(folder, "archive.mbox");
      const separator = "From nok@example.com Sun Mar  1 09:30:00 2026\r\n";
      const messages = [await letter(asked), Buffer.from("No header\r\n"), await letter(answered)];
      await writeFile(
        file,
        Buffer.concat(messages.flatMap((message) => [Buffer.from(separator), message, Buffer.from("\r\n\r\n")])),
      );
      const run = () =>
        runHere(importMailCommand(), [
          ...[file, "--url", server.url, "--key", tenant.key, "--quiet", "--own", "shop.example"],
          ...["--authentication-servers", "mx.shop.example"],
        ]);
      expect(await run()).toMatchObject({
        code: 2,
        stdout: expect.stringContaining("2 accepted, 0 duplicate, 1 refused"),
      });
      const listed = (await readFile(`${file}.rejected.ndjson`, "utf8")).trim().split("\n");
      expect(listed.map((line) => JSON.parse(line))).toMatchObject([
        { line: 2, code: "NOT_TAKEN", message: "Its From holds no address." },
      ]);
      expect(await run()).toMatchObject({
        code: 2,
        stdout: expect.stringContaining("0 accepted, 2 duplicate, 1 refused"),
      });
      const query = `{ profile(identifier: { kind: EMAIL, value: "nok@example.com" }) {
        timeline(first: 10) { nodes { direction channel text conversationKey } } } }`;
      expect(await tenant.ask(query)).toMatchObject({ profile: { timeline: { nodes: CONVERSATION } } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
