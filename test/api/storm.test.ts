import { Agent, request } from "node:http";
import { SECRETS_KEY, Sender, sale, signed } from "../support/deliveries";
import { randomOf } from "../support/random";
import { startTestServer, TestServer } from "../support/server";

const DELIVERIES = 5_000;
const DISTINCT = 1_500;
const PEOPLE = 100;
const AT_ONCE = 24;

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ secretsKeys: [SECRETS_KEY] });
});
afterAll(() => server.close());

/** Posts over kept connections, as systems that send much do. */
function post(agent: Agent, url: string, headers: Record<string, string>, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode!));
    });
    sent.on("error", reject).end(body);
  });
}

it(`a storm of ${DELIVERIES} deliveries, sent again, out of order and many at once, does what its distinct events do`, async () => {
  const sender = await Sender.open(server);
  const seed = Number(process.env.SEED ?? 20261125);
  const random = randomOf(seed);
  const bodies = Array.from({ length: DISTINCT }, (_, n) => {
    const occurredAt = new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString();
    return JSON.stringify({ events: [sale(`m-${n}`, `p-${n % PEOPLE}`, { occurredAt })] });
  });
  const order = [
    ...bodies.keys(),
    ...Array.from({ length: DELIVERIES - DISTINCT }, () => Math.floor(random() * DISTINCT)),
  ]
    .map((n) => ({ n, place: random() }))
    .sort((one, next) => one.place - next.place)
    .map(({ n }) => n);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const statuses = new Set<number>();
  const url = server.url + sender.path;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = order.pop(); next !== undefined; next = order.pop()) {
        const body = bodies[next]!;
        statuses.add(await post(agent, url, signed(sender.secret, body, new Date(), `d-${next}`), body));
      }
    }),
  );
  agent.destroy();
  expect([...statuses]).toEqual([200]);
  const [, , tenant] = sender.path.split("/");
  const [stored] = await server.testDatabase.ownerQuery(
    `select (select count(*)::int from interactions where tenant_id = $1) as interactions,
       (select count(distinct message_id)::int from interactions where tenant_id = $1) as distinct_interactions,
       (select count(*)::int from records where tenant_id = $1) as records,
       (select count(distinct profile_id)::int from records where tenant_id = $1) as profiles,
       (select count(*)::int from changes where tenant_id = $1 and kind = 'INTERACTION_ADDED') as told,
       (select count(*)::int from dead_letters where tenant_id = $1) as letters`,
    [tenant],
  );
  expect({ seed, ...stored }).toEqual({
    ...{ seed },
    ...{ interactions: DISTINCT, distinct_interactions: DISTINCT, records: PEOPLE, profiles: PEOPLE },
    ...{ told: DISTINCT, letters: 0 },
  });
  expect(await sender.seen()).toMatchObject({
    ...{ deliveries: DELIVERIES, accepted: DISTINCT, duplicates: DELIVERIES - DISTINCT, refused: 0 },
  });
}, 120_000);
