import { LookupAddress } from "node:dns";
import { createServer } from "node:http";
import { AddressInfo } from "node:net";
import { AddressGuard } from "../../../../src/connect/outbound/address-guard";
import { WebhookSender } from "../../../../src/connect/outbound/webhook-sender";

/** A resolver that answers each question with the next of these, and the last one for ever. */
function names(...answers: string[][]) {
  const asked: string[] = [];
  const resolve = (
    host: string,
    _: { all: true },
    done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ): void => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]!;
    asked.push(host);
    done(
      null,
      answer.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  return { asked, resolve };
}

const REFUSED = [
  ...["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  ...["169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.0.8", "198.18.0.1"],
  ...[
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
  ],
  ...["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::"],
  ...["2001:0:1::1", "2001:db8::1", "100::1", "not an address", ""],
];

describe("addresses", () => {
  it.each(REFUSED)("that are not on the public internet are refused: %s", (address) => {
    expect(new AddressGuard([]).mayReach(address)).toBe(false);
  });

  it.each(["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])(
    "that are on it are reached: %s",
    (address) => {
      expect(new AddressGuard([]).mayReach(address)).toBe(true);
    },
  );

  it("that are listed are reached, and only those", () => {
    const guard = new AddressGuard(["10.1.0.0/16", "127.0.0.1", "fd00::/8"]);
    expect(["10.1.2.3", "127.0.0.1", "::ffff:10.1.2.3", "fd12::1"].map((one) => guard.mayReach(one))).toEqual(
      Array(4).fill(true),
    );
    expect(["10.2.0.1", "127.0.0.2", "fe80::1"].map((one) => guard.mayReach(one))).toEqual(Array(3).fill(false));
  });
});

describe("URLs", () => {
  const public_ = "is not on the public internet";
  it.each([
    ["http://example.com/", "https"],
    ["ftp://example.com/", "https"],
    ["https://user:secret@example.com/", "user name"],
    ["https://127.0.0.1/", public_],
    ["https://2130706433/", public_],
    ["https://0x7f.1/", public_],
    ["https://0177.0.0.1/", public_],
    ["https://127.1/", public_],
    ["https://[::1]/", public_],
    ["https://[::ffff:169.254.169.254]/", public_],
    ["https://１２７.0.0.1/", public_],
  ])("%s is refused before anything is asked for", (url, words) => {
    expect(new AddressGuard([]).refusalOf(new URL(url))).toContain(words);
  });

  it("of listed hosts may be plain http", () => {
    const guard = new AddressGuard(["hooks.internal", "127.0.0.1"]);
    expect(guard.refusalOf(new URL("http://hooks.internal/a"))).toBeNull();
    expect(guard.refusalOf(new URL("http://127.0.0.1:8080/a"))).toBeNull();
    expect(guard.refusalOf(new URL("http://127.0.0.2/a"))).not.toBeNull();
    expect(guard.refusalOf(new URL("http://8.8.8.8/a"))).not.toBeNull();
  });
});

describe("a request", () => {
  const requests: { url: string | undefined; host: string | undefined }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url, host: request.headers.host });
    if (request.url === "/away") response.writeHead(302, { location: `http://127.0.0.1:${port()}/inside` }).end();
    else if (request.url === "/never") response.writeHead(200).flushHeaders();
    else if (request.url === "/silent") return;
    else if (request.url === "/endless") endless(response);
    else response.writeHead(200).end("thanks");
  });
  const port = (): number => (server.address() as AddressInfo).port;
  const senders: WebhookSender[] = [];

  function send(path: string, guard: AddressGuard, host = "127.0.0.1") {
    const sender = new WebhookSender(guard, 300);
    senders.push(sender);
    return sender.send(`http://${host}:${port()}${path}`, { "content-type": "application/json" }, "{}");
  }

  function endless(response: import("node:http").ServerResponse): void {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write("x".repeat(16_384)));
    };
    response.on("drain", more).on("close", () => {
      closed = true;
    });
    more();
  }
  let closed = false;

  beforeAll((done) => void server.listen(0, "127.0.0.1", done));
  beforeEach(() => void requests.splice(0));
  afterAll((done) => {
    for (const sender of senders) sender.close();
    server.closeAllConnections();
    server.close(done);
  });

  it("goes to the very address that was looked at, however the name answers a moment later", async () => {
    const { asked, resolve } = names(["127.0.0.1"], ["10.0.0.1"]);
    const guard = new AddressGuard(["127.0.0.1", "rebound.example"], resolve);
    expect(await send("/hook", guard, "rebound.example")).toEqual({ taken: true, status: 200 });
    expect(asked).toEqual(["rebound.example"]);
    expect(requests).toEqual([{ url: "/hook", host: `rebound.example:${port()}` }]);
  });

  it.each([[["127.0.0.1"]], [["8.8.8.8", "127.0.0.1"]], [["::1"]], [[]]])(
    "is not made where the name leads inside: %j",
    async (addresses) => {
      const guard = new AddressGuard([], names(addresses).resolve);
      // Only https may go to a name that is not listed; the connection is refused before anything is said on it.
      const sender = new WebhookSender(guard, 300);
      senders.push(sender);
      const outcome = await sender.send(`https://inside.example:${port()}/hook`, {}, "{}");
      expect(outcome).toEqual({
        taken: false,
        status: null,
        error: "The URL is not allowed: its address is not on the public internet.",
      });
      expect(requests).toEqual([]);
    },
  );

  it("does not follow a redirect", async () => {
    const outcome = await send("/away", new AddressGuard(["127.0.0.1"]));
    expect(outcome).toMatchObject({ taken: false, status: 302, error: expect.stringContaining("not followed") });
    expect(requests.map(({ url }) => url)).toEqual(["/away"]);
  });

  it("ends when nothing is answered in time", async () => {
    const outcome = await send("/silent", new AddressGuard(["127.0.0.1"]));
    expect(outcome).toEqual({ taken: false, status: null, error: "The endpoint did not answer within 0.3 seconds." });
  });

  it("reads no more of an answer than it has to, and says nothing of it", async () => {
    const outcome = await send("/endless", new AddressGuard(["127.0.0.1"]));
    expect(outcome).toEqual({ taken: true, status: 200 });
    while (!closed) await new Promise((resolve) => setImmediate(resolve));
  });

  it("uses no proxy of the environment", async () => {
    process.env.HTTP_PROXY = process.env.http_proxy = "http://127.0.0.1:1";
    try {
      expect(await send("/hook", new AddressGuard(["127.0.0.1"]))).toEqual({ taken: true, status: 200 });
    } finally {
      delete process.env.HTTP_PROXY;
      delete process.env.http_proxy;
    }
  });

  it("says in our words that nobody listens", async () => {
    const sender = new WebhookSender(new AddressGuard(["127.0.0.1"]), 300);
    senders.push(sender);
    const outcome = await sender.send("http://127.0.0.1:1/", {}, "{}");
    expect(outcome).toEqual({ taken: false, status: null, error: "The endpoint could not be reached (ECONNREFUSED)." });
  });
});
