import { ADAPTERS } from "../../src/connect/pipeline/adapters";
import { ADAPTER_SAMPLES, PROVEN_APART, tampered } from "../support/adapter-samples";
import { ConnectedSystem } from "../support/connected-system";
import { SECRETS_KEY } from "../support/deliveries";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ secretsKeys: [SECRETS_KEY] });
});
afterAll(() => server.close());

it("every system that can be connected has a sample", () => {
  expect([...Object.keys(ADAPTER_SAMPLES), ...PROVEN_APART].sort()).toEqual(
    ADAPTERS.map(({ system }) => system).sort(),
  );
});

describe.each(Object.entries(ADAPTER_SAMPLES))("%s, connected over HTTP,", (system, sample) => {
  const credentials = sample.credentials("first");
  let connected: ConnectedSystem;

  beforeAll(async () => {
    connected = await ConnectedSystem.connect(server, system, credentials);
  });

  const send = (body: string, signedWith = credentials) =>
    connected.post(body, sample.sign(body, signedWith, connected.url));
  const [[kind, value]] = sample.identifiers as [(typeof sample.identifiers)[0]];

  it("is refused when one byte is another one, and nothing is kept", async () => {
    const before = await connected.stored();
    const [body, headers] = tampered(sample, sample.sign(sample.delivery, credentials, connected.url));
    expect((await connected.post(body, headers)).status).toBe(401);
    expect((await send(sample.delivery, sample.credentials("another"))).status).toBe(401);
    expect(await connected.stored()).toEqual(before);
    expect(await connected.seen()).toMatchObject({ deliveries: 0 });
  });

  it("tells what was said, and by whom, as surely as it is proven", async () => {
    expect(await send(sample.delivery)).toEqual({ status: 200, text: sample.acknowledgement ?? "" });
    const profile = (await connected.profile(kind, value))!;
    expect(profile.timeline.nodes).toEqual([expect.objectContaining(sample.told)]);
    expect(profile.records).toEqual([{ source: system, key: expect.any(String) }]);
    const identifiers = profile.identifiers.map((one) => [one.kind, one.value, one.assurance]);
    expect(identifiers.sort()).toEqual(sample.identifiers);
    expect(await connected.seen()).toMatchObject({ deliveries: 1, accepted: 1, duplicates: 0, unknown: 0, refused: 0 });
  });

  it("says it once, though it is sent again", async () => {
    expect((await send(sample.delivery)).status).toBe(200);
    expect((await connected.profile(kind, value))!.timeline.nodes).toHaveLength(1);
    expect(await connected.seen()).toMatchObject({ deliveries: 2, accepted: 1, duplicates: 1, refused: 0 });
  });

  it("may send what is not known yet: it is taken, counted and kept", async () => {
    const [body, type] = sample.unknown;
    expect((await send(body)).status).toBe(200);
    expect(await connected.seen()).toMatchObject({ accepted: 1, unknown: 1, refused: 0 });
    expect(await connected.letters()).toMatchObject([{ kind: "UNKNOWN", code: type }]);
  });

  it("is answered when it asks whether the address is ours", async () => {
    const asked = sample.handshake?.(credentials);
    const answered = await connected.ask(asked?.query ?? "hub.mode=subscribe&hub.challenge=1&crc_token=1");
    expect(answered).toMatchObject(asked ? { status: 200, text: asked.answer } : { status: 401 });
  });

  it("may sign with the old credentials and the new ones until the old are retired", async () => {
    const next = sample.credentials("second");
    await connected.rotate(next);
    expect((await send(sample.delivery)).status).toBe(200);
    expect((await send(sample.delivery, next)).status).toBe(200);
    await connected.retire();
    expect((await send(sample.delivery)).status).toBe(401);
    expect((await send(sample.delivery, next)).status).toBe(200);
    expect(await connected.seen()).toMatchObject({ accepted: 1, refused: 0 });
  });
});

it("leaves no failure of the server behind, and no secret in its log", () => {
  expect(server.logged.filter((text) => JSON.parse(text).level >= 50)).toEqual([]);
  expect(server.logged.join()).not.toMatch(/first[- ]?(secret|token)/);
});
