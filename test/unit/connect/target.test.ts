import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTarget } from "../../../src/connect/commands/target";
import { endpointOf } from "../../../src/connect/pipeline/endpoint";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "onefold-target-"));
});

afterEach(() => rm(folder, { recursive: true }));

const keyIn = async (flags: { key?: string }, environment: NodeJS.ProcessEnv): Promise<string> =>
  (await findTarget(flags, { ONEFOLD_DATA_DIR: folder, ...environment })).key;

describe("The server a command speaks to", () => {
  test.each([
    ["http://127.0.0.1:4000", "http://127.0.0.1:4000/graphql", "ws://127.0.0.1:4000/graphql"],
    ["http://127.0.0.1:4000/", "http://127.0.0.1:4000/graphql", "ws://127.0.0.1:4000/graphql"],
    ["https://api.example.com/graphql", "https://api.example.com/graphql", "wss://api.example.com/graphql"],
    ["https://example.com/onefold/", "https://example.com/onefold/graphql", "wss://example.com/onefold/graphql"],
  ])("is found by %s", (url, graphql, socket) => {
    expect(endpointOf(url)).toMatchObject({ graphql, socket });
  });

  test.each(["127.0.0.1:4000", "ftp://example.com", "shop", ""])("is not found by %p", (url) => {
    expect(() => endpointOf(url)).toThrow("no address of a server");
  });

  test("is the one on this machine when nothing is said", async () => {
    const environment = { ONEFOLD_DATA_DIR: folder, ONEFOLD_KEY: "k" };
    expect(await findTarget({}, environment)).toMatchObject({ graphql: "http://127.0.0.1:4000/graphql" });
    expect(await findTarget({}, { ...environment, PORT: "4123" })).toMatchObject({
      graphql: "http://127.0.0.1:4123/graphql",
    });
  });
});

describe("The key of a command", () => {
  test("is the one of the flag, then of the environment, then the one kept with the data", async () => {
    await writeFile(join(folder, "operator-key"), "kept\n");
    expect(await keyIn({ key: "flag" }, { ONEFOLD_KEY: "key", ONEFOLD_ADMIN_KEY: "admin" })).toBe("flag");
    expect(await keyIn({}, { ONEFOLD_KEY: "key", ONEFOLD_ADMIN_KEY: "admin" })).toBe("key");
    expect(await keyIn({}, { ONEFOLD_ADMIN_KEY: "admin" })).toBe("admin");
    expect(await keyIn({}, {})).toBe("kept");
  });

  test("is found where the data had to go instead", async () => {
    const elsewhere = join(folder, "elsewhere");
    await mkdir(elsewhere);
    await writeFile(join(folder, "data-is-at"), `${elsewhere}\n`);
    await writeFile(join(elsewhere, "operator-key"), "kept there\n");
    expect(await keyIn({}, {})).toBe("kept there");
  });

  test("is asked for when there is none", async () => {
    await expect(keyIn({}, {})).rejects.toThrow("--key");
  });
});
