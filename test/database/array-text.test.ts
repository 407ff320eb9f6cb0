import fc from "fast-check";
import { statement } from "../../src/db/statement";
import { openTestDatabase, TestDatabase } from "../support/database";

let db: TestDatabase;

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const ECHO_TEXTS = statement("test.echoTexts", "select to_json($1::text[]) as said");
const ECHO_NUMBERS = statement("test.echoNumbers", "select to_json($1::double precision[]) as said");
const ECHO_TRUTHS = statement("test.echoTruths", "select to_json($1::boolean[]) as said");

async function echo(said: typeof ECHO_TEXTS, values: unknown[]): Promise<unknown> {
  const [row] = await db.database.across((tx) => tx.query<{ said: unknown }>(said, [values]));
  return row!.said;
}

describe("a list that is sent to PostgreSQL", () => {
  it.each<[string, string[]]>([
    ["nothing", []],
    ["an empty text", [""]],
    ["what an array is written with", ["{", "}", ",", '"', "\\", "a,b", "{a,b}", '\\"', '"\\', "\\\\", "\\n"]],
    ["what would be read as nothing", ["NULL", "null", " null "]],
    ["blanks around and within", [" a", "a ", " ", "\t", "\n", "a\nb", "\r\n", "\u000b", "\u007f", "\u2028"]],
    ["other writings", ["ปิยพร", "山田 太郎", "👩‍👩‍👧", "é", "e\u0301"]],
  ])("keeps %s", async (_, texts) => {
    expect(await echo(ECHO_TEXTS, texts)).toEqual(texts);
  });

  it("keeps what has no value", async () => {
    expect(await echo(ECHO_TEXTS, [null, "a", null])).toEqual([null, "a", null]);
  });

  it("keeps any texts", async () => {
    // PostgreSQL holds no character 0 and no half of a pair.
    const texts = fc.array(fc.string({ unit: "binary", maxLength: 8 }).map((text) => text.replaceAll("\0", "\\")));
    await fc.assert(
      fc.asyncProperty(texts, async (said) => {
        expect(await echo(ECHO_TEXTS, said)).toEqual(said);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps numbers, also those that JSON does not know, and truth values", async () => {
    expect(await echo(ECHO_NUMBERS, [0, -1.5, 4503599627370496, 1e300])).toEqual([0, -1.5, 4503599627370496, 1e300]);
    expect(await echo(ECHO_NUMBERS, [Number.POSITIVE_INFINITY])).toEqual(["Infinity"]);
    expect(await echo(ECHO_TRUTHS, [true, false, null])).toEqual([true, false, null]);
  });
});
