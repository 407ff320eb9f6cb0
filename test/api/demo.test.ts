import { CHANNEL_SOURCES } from "../../src/connect/demo/channel-source";
import { DAY_AT_THE_SHOP } from "../../src/connect/demo/day-at-the-shop";
import { traitOf } from "../../src/connect/demo/traits";
import { onefold } from "../support/command-line";
import { startTestServer, type TestServer } from "../support/server";

/** Each play sends more than a hundred requests, one after the other. */
jest.setTimeout(120_000);

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.makeTenant();
});
afterAll(() => server.close());

const play = (...flags: string[]) => onefold(["demo", "--url", server.url, "--key", key, "--once", ...flags]).finished;

/** Used by two customers each, who must not become one by it. */
const SHARED: ReadonlySet<string> = new Set(["home", "tablet"]);

/** For each of the people, the customers that their own traits lead to. */
async function profilesOf(seed: number): Promise<Map<string, Set<string | undefined>>> {
  const query = "query ($identifier: IdentifierInput!) { profile(identifier: $identifier) { id } }";
  const found = new Map<string, Set<string | undefined>>();
  for (const person of DAY_AT_THE_SHOP.flatMap(({ people }) => Object.values(people))) {
    const ids = new Set<string | undefined>();
    for (const [name, trait] of Object.entries(person.traits)) {
      if (SHARED.has(name)) continue;
      const { profile } = await server.data<{ profile: { id: string } | null }>(
        query,
        { identifier: traitOf(trait, seed) },
        key,
      );
      ids.add(profile?.id);
    }
    found.set(person.shownAs, ids);
  }
  return found;
}

describe("onefold demo", () => {
  it("plays the day: every channel is told, and customers become one as the feed says so", async () => {
    const watching = server.subscribe<{ changes: { __typename: string } }>(
      "subscription { changes { __typename } }",
      {},
      key,
    );
    await watching.connected;
    const { code, stdout, stderr } = await play();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const channel of Object.keys(CHANNEL_SOURCES))
      expect(stdout).toMatch(new RegExp(`^\\d\\d:\\d\\d  ${channel} `, "m"));
    expect(stdout).toContain(`${server.url}/graphiql`);
    expect(stdout.match(/→ now one customer with/g)!.length).toBeGreaterThan(20);
    expect(stdout.match(/← taken apart again/g)).toHaveLength(2);
    expect(stdout).toMatch(/48 source records are 15 customers/);
    await watching.nth(150);
    expect(stdout).not.toContain("refused");
  });

  it("has told it right: each of the people is one customer, and those who share something are two", async () => {
    const found = await profilesOf(1);
    for (const [name, ids] of found) expect([name, ids.size, [...ids][0]]).toEqual([name, 1, expect.any(String)]);
    expect(new Set([...found.values()].flatMap((ids) => [...ids])).size).toBe(found.size);
  });

  it("can be played again, by the same cast and by another", async () => {
    const again = await play();
    expect(again.stdout).toMatch(/have been here before/);
    expect(again.stdout).toMatch(/are 15 customers/);
    const other = await play("--seed", "2");
    expect(other.stdout).not.toMatch(/have been here before/);
    expect(other.stdout.match(/→ now one customer with/g)!.length).toBeGreaterThan(20);
    expect(other.stdout).toMatch(/are 15 customers/);
    const [first, second] = [await profilesOf(1), await profilesOf(2)];
    const ids = [...first.values(), ...second.values()].flatMap((profiles) => [...profiles]);
    expect(new Set(ids).size).toBe(2 * first.size);
  });

  it("stops when it is told to", async () => {
    const { process: child, finished } = onefold(["demo", "--url", server.url, "--key", key, "--seed", "3"]);
    child.stdout.once("data", () => child.kill("SIGINT"));
    expect(await finished).toMatchObject({
      code: 130,
      stdout: expect.stringContaining("Stopped."),
      stderr: "",
    });
  });

  it("says in words what is missing", async () => {
    const { secret } = await server.makeKey("PUBLIC", key);
    const refused = await onefold(["demo", "--url", server.url, "--key", secret, "--once"]).finished;
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("FORBIDDEN") });
    const wrong = await onefold(["demo", "--url", server.url, "--seed", "0"]).finished;
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("1 to 100") });
  });
});
