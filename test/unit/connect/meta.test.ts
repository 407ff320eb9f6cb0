import { instagramAdapter } from "../../../src/connect/systems/instagram/instagram";
import { messengerAdapter } from "../../../src/connect/systems/messenger/messenger";
import { whatsappAdapter } from "../../../src/connect/systems/whatsapp/whatsapp";
import { connectionOf, deliveryOf } from "../../support/adapter-deliveries";
import { askModule } from "../../support/module-oracle";

const ADDRESS = "https://onefold.example.com/connect/acme/messenger";
const SECRET = "7c9f1a5e0b3d4862";
/** As Meta sends it: what is not ASCII is escaped. */
const BODY = '{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"t":"\\u0e0a\\u0e32"}]}]}';

const adapters = [messengerAdapter, instagramAdapter, whatsappAdapter];

describe.each(adapters.map((adapter) => [adapter.system, adapter] as const))("A delivery to %s", (_system, adapter) => {
  const verify = (body: string, signature: string | undefined, ...secrets: string[]) =>
    adapter.verify(
      deliveryOf({ body, headers: signature === undefined ? {} : { "X-Hub-Signature-256": signature } }),
      connectionOf(...secrets.map((appSecret) => ({ appSecret, verifyToken: "t" }))),
    );
  let signed: Record<string, string>;

  beforeAll(() => {
    signed = askModule(
      `import { sign } from "@octokit/webhooks-methods";
       answer(Object.fromEntries(await Promise.all(input.secrets.map(async (one) => [one, await sign(one, input.body)]))));`,
      { secrets: [SECRET, "old", "new"], body: BODY },
    );
  });

  test("counts when another implementation of the scheme signed it", () => {
    expect(verify(BODY, signed[SECRET], SECRET)).toBeNull();
  });

  test.each([
    ["its body changed by one byte", () => verify(`${BODY} `, signed[SECRET], SECRET)],
    ["another secret", () => verify(BODY, signed.old, SECRET)],
    ["no secret at all", () => verify(BODY, signed.old)],
    ["the digest alone", () => verify(BODY, signed[SECRET]!.slice(7), SECRET)],
    ["an empty digest", () => verify(BODY, "sha256=", SECRET)],
    ["no header", () => verify(BODY, undefined, SECRET)],
  ])("does not count with %s", (_what, judge) => {
    expect(judge()).toMatch(/^The signature (is missing|does not match)\.$/);
  });

  test("counts under both secrets while they are rotated", () => {
    expect(verify(BODY, signed.old, "new", "old")).toBeNull();
    expect(verify(BODY, signed.new, "new", "old")).toBeNull();
    expect(verify(BODY, signed.old, "new")).toBe("The signature does not match.");
  });

  describe("that asks whether the address is ours", () => {
    const ask = (query: string, method = "GET") =>
      adapter.handshake?.(
        deliveryOf({ method, url: `${ADDRESS}?${query}` }),
        connectionOf({ appSecret: "a", verifyToken: "new" }, { appSecret: "a", verifyToken: "meatyhamhock" }),
      );

    test("is answered with its challenge", () => {
      const answer = ask("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock");
      expect(answer).toEqual({ status: 200, contentType: "text/plain; charset=utf-8", body: "1158201444" });
    });

    test("is refused with another token, or none", () => {
      expect(ask("hub.mode=subscribe&hub.challenge=1&hub.verify_token=meatyhamhoc")).toMatchObject({ status: 403 });
      expect(ask("hub.mode=subscribe&hub.challenge=1")).toMatchObject({ status: 403 });
    });

    test("is nothing of the kind otherwise", () => {
      expect(ask("")).toBeNull();
      expect(ask("hub.mode=subscribe&hub.challenge=1&hub.verify_token=meatyhamhock", "POST")).toBeNull();
    });
  });

  test("about something else is kept aside, and one that is no JSON refused", () => {
    const connection = connectionOf({ appSecret: SECRET });
    const read = (body: string) => adapter.read(deliveryOf({ body }), connection).map((item) => item.kind);
    expect(read('{"object":"user","entry":[]}')).toEqual(["UNKNOWN"]);
    expect(read('{"object":')).toEqual(["UNREADABLE"]);
    expect(read("[]")).toEqual(["UNREADABLE"]);
  });
});

test("WhatsApp's signatures are judged as an independent library judges them", () => {
  const sample = (signature: string, body = BODY) => ({ signature, body });
  const right = askModule<string>(
    'import { sign } from "@octokit/webhooks-methods"; answer(await sign(input.secret, input.body));',
    { secret: SECRET, body: BODY },
  );
  const samples = [sample(right), sample(right, `${BODY} `), sample(right.replace(/.$/, "z")), sample("sha256=00")];
  const judged = askModule<boolean[]>(
    `import { WhatsAppAPI } from "whatsapp-api-js";
     const api = new WhatsAppAPI({ token: "t", appSecret: input.secret });
     answer(await Promise.all(input.samples.map((one) => api.verifyRequestSignature(one.body, one.signature))));`,
    { secret: SECRET, samples },
  );
  expect(judged).toEqual([true, false, false, false]);
  const ours = samples.map(({ signature, body }) =>
    whatsappAdapter.verify(
      deliveryOf({ body, headers: { "x-hub-signature-256": signature } }),
      connectionOf({ appSecret: SECRET }),
    ),
  );
  expect(ours.map((problem) => problem === null)).toEqual(judged);
});
