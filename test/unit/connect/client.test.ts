import { GraphqlClient, Refused, Unreachable } from "../../../src/connect/commands/client";
import { type Reply, StandInServer } from "./stand-in-server";

const DATA: Reply = { body: { data: { ok: true } } };
let server: StandInServer;

afterEach(() => server.stop());

async function ask(replies: (Reply | "hang up")[], attempts = replies.length) {
  server = await StandInServer.start((_received, count) => replies[count - 1]!);
  const pauses: number[] = [];
  const client = new GraphqlClient({
    url: server.url,
    key: "k-1",
    attempts,
    pause: async (ms) => {
      pauses.push(ms);
    },
  });
  const answer = client.request("query", {});
  const outcome = await answer.then(
    (data) => ({ data }),
    (error: unknown) => ({ error }),
  );
  return { outcome, pauses };
}

const failure = (status: number, code?: string): Reply => ({
  status,
  body: { errors: [{ message: "no", extensions: { code } }] },
});

describe("The client", () => {
  test("sends the key and answers with the data", async () => {
    expect((await ask([DATA])).outcome).toEqual({ data: { ok: true } });
    expect(server.received[0]!.key).toBe("Bearer k-1");
  });

  test.each([
    ["the connection breaks", "hang up" as const],
    ["the server is overloaded", failure(503)],
    ["there were too many requests", failure(429, "LIMIT_EXCEEDED")],
    ["the server had an internal error", failure(200, "INTERNAL_SERVER_ERROR")],
    ["a proxy answers for it", { status: 502, body: "<html>Bad gateway</html>" }],
  ])("asks again when %s", async (_what, reply) => {
    expect(await ask([reply, reply, DATA])).toEqual({ outcome: { data: { ok: true } }, pauses: [250, 500] });
  });

  test("waits as long as the server asks for", async () => {
    const { pauses } = await ask([{ ...failure(429), headers: { "retry-after": "3" } }, DATA]);
    expect(pauses).toEqual([3000]);
  });

  test("gives up after the last attempt and says why", async () => {
    const { outcome } = await ask(["hang up", failure(503)]);
    expect(outcome).toEqual({ error: new Unreachable("the server answered 503: no") });
  });

  test.each([
    ["BAD_USER_INPUT", failure(400, "BAD_USER_INPUT")],
    ["UNAUTHENTICATED", failure(401, "UNAUTHENTICATED")],
    ["FORBIDDEN", failure(200, "FORBIDDEN")],
  ])("does not ask again when the answer is %s", async (code, reply) => {
    expect(await ask([reply], 5)).toEqual({ outcome: { error: new Refused(code, "no") }, pauses: [] });
  });

  test("says so when something else than Onefold answers", async () => {
    const { outcome } = await ask([{ status: 404, body: "not found" }], 5);
    expect(outcome).toHaveProperty("error.message", expect.stringContaining("no Onefold server"));
  });
});
