import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  findState,
  headOf,
  type ImportState,
  NOTHING_YET,
  removeState,
  saveState,
  targetOf,
} from "../../../src/connect/import/import-state";

const TARGET = targetOf("http://127.0.0.1:4000/graphql", "secret");
let folder: string;
let file: string;
let statePath: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "onefold-state-"));
  file = join(folder, "events.ndjson");
  statePath = `${file}.onefold-import`;
  await writeFile(file, "first\nsecond\nthird\n");
});

afterEach(() => rm(folder, { recursive: true }));

async function stateAt(offset: number, change: Partial<ImportState> = {}): Promise<ImportState> {
  const counts = { ...NOTHING_YET, lines: 2, accepted: 1, refused: 1 };
  return { target: TARGET, head: await headOf(file, offset), offset, line: 2, counts, rejectedBytes: 12, ...change };
}

describe("The state of an import that was cut off", () => {
  test("comes back as it was saved", async () => {
    const state = await stateAt(13);
    await saveState(statePath, state);
    expect(await findState(statePath, file, TARGET)).toEqual(state);
  });

  test("is the newest one that was saved", async () => {
    await saveState(statePath, await stateAt(6));
    await saveState(statePath, await stateAt(13));
    expect(await findState(statePath, file, TARGET)).toMatchObject({ offset: 13 });
  });

  test("still fits a file that has grown", async () => {
    await saveState(statePath, await stateAt(13));
    await appendFile(file, "fourth\n");
    expect(await findState(statePath, file, TARGET)).toMatchObject({ offset: 13 });
  });

  test("does not fit a file that now begins otherwise", async () => {
    await saveState(statePath, await stateAt(13));
    await writeFile(file, "FIRST\nsecond\nthird\n");
    expect(await findState(statePath, file, TARGET)).toBeUndefined();
  });

  test("does not fit a file that is shorter than what was read", async () => {
    await saveState(statePath, await stateAt(13));
    await writeFile(file, "first\n");
    expect(await findState(statePath, file, TARGET)).toBeUndefined();
  });

  test("does not fit another server or another key", async () => {
    await saveState(statePath, await stateAt(13));
    expect(await findState(statePath, file, targetOf("http://other/graphql", "secret"))).toBeUndefined();
    expect(await findState(statePath, file, targetOf("http://127.0.0.1:4000/graphql", "other"))).toBeUndefined();
  });

  test.each([
    ["there is none", undefined],
    ["it is cut short", '{"target":"'],
    ["it is no state", "[]"],
    ["an offset is negative", '{"target":"t","head":"h","offset":-1,"line":0,"rejectedBytes":0,"counts":{}}'],
  ])("is not used when %s", async (_what, text) => {
    await removeState(statePath);
    if (text !== undefined) await writeFile(statePath, text);
    expect(await findState(statePath, file, TARGET)).toBeUndefined();
  });

  test("holds no key", () => {
    expect(TARGET).not.toContain("secret");
  });
});
