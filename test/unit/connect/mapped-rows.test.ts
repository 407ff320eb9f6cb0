import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { inputCheck, releasedSchema } from "../../../src/connect/import/line-check";
import type { SourceFile } from "../../../src/connect/import/source-file";
import { mapRow } from "../../../src/connect/sync/map-row";
import { type Mapping, parseMapping } from "../../../src/connect/sync/mapping";
import { recordCheck } from "../../../src/connect/sync/record-check";
import { readRows } from "../../../src/connect/sync/rows";

const MAPPING = {
  source: "hubspot",
  key: "Record ID",
  observedAt: { column: "Changed", utcOffset: "+07:00" },
  identifiers: [
    { kind: "CRM_ID", namespace: "hubspot", column: "Record ID" },
    { kind: "EMAIL", column: "Email", split: ";" },
  ],
  attributes: { givenName: "First Name", "address.city": "City", "address.country": "Country" },
};
const HEADER = "Record ID,First Name,Email,City,Country,Changed";
const check = inputCheck(releasedSchema(), "RecordInput");
const mappingOf = (change: object = {}): Mapping => parseMapping(JSON.stringify({ ...MAPPING, ...change }), "m.json");

function fileOf(content: string | Buffer, name = "contacts.csv"): SourceFile {
  const bytes = Buffer.from(content);
  // In pieces of a few bytes, so that characters and line ends are cut through.
  const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) => bytes.subarray(at * 7, at * 7 + 7));
  return {
    name,
    path: undefined,
    size: bytes.length,
    writtenAt: new Date(),
    read: (from) => Readable.from(from === 0 ? pieces : [bytes.subarray(from)]),
  };
}

async function judge(file: SourceFile, mapping = mappingOf(), from = { offset: 0, line: 0 }) {
  const judged = recordCheck(mapping, check);
  const told: { line: number; record?: Record<string, unknown>; problem?: string }[] = [];
  for await (const line of readRows(file, mapping, from, new AbortController().signal)) {
    const one = judged(line);
    told.push(
      "ok" in one
        ? { line: one.ok.number, record: JSON.parse(one.ok.text) }
        : { line: one.refused.line, problem: `${one.refused.code}: ${one.refused.message}` },
    );
  }
  return told;
}

describe("A row of CSV", () => {
  test("becomes a record", async () => {
    const text = `\ufeff${HEADER}\r\n501,"Ann ""A"" ",ann@example.com; a@example.com,"Kyoto,\nSakyo",,2026-03-01 09:30\r\n`;
    expect(await judge(fileOf(text))).toEqual([
      {
        line: 2,
        record: {
          source: "hubspot",
          key: "501",
          observedAt: "2026-03-01T02:30:00.000Z",
          identifiers: [
            { kind: "CRM_ID", namespace: "hubspot", value: "501", assurance: "ASSERTED" },
            { kind: "EMAIL", namespace: null, value: "ann@example.com", assurance: "ASSERTED" },
            { kind: "EMAIL", namespace: null, value: "a@example.com", assurance: "ASSERTED" },
          ],
          attributes: { givenName: 'Ann "A"', address: { city: "Kyoto,\nSakyo", country: null } },
          complete: false,
        },
      },
    ]);
  });

  test("is refused by itself, with its line and its column", async () => {
    const rows = ['1,"two\nlines",,,,', "2,A,,,,yesterday", ",B,,,,", "3,C", "4,D,,,,2026-02-30", "5,E,,,,"];
    expect(await judge(fileOf([HEADER, ...rows].join("\n")))).toEqual([
      { line: 2, record: expect.objectContaining({ key: "1" }) },
      { line: 4, problem: expect.stringMatching(/^BAD_CELL: column "Changed" is no date that is read here/) },
      { line: 5, problem: 'BAD_CELL: column "Record ID" is empty, and nothing else says whose row it is' },
      { line: 6, problem: "NOT_CSV: The row has 2 cells, and the header names 6" },
      { line: 7, problem: 'BAD_CELL: column "Changed" is no date of the calendar' },
      {
        line: 8,
        record: expect.objectContaining({ key: "5", observedAt: null, attributes: { givenName: "E", address: null } }),
      },
    ]);
  });

  test("that was dealt with already is passed over", async () => {
    const text = [HEADER, '1,"two\nlines",,,,', "2,B,,,,", "3,C,,,,"].join("\n");
    const rest = await judge(fileOf(text), mappingOf(), { offset: 60, line: 2 });
    expect(rest.map(({ line, record }) => [line, record?.key])).toEqual([
      [4, "2"],
      [5, "3"],
    ]);
  });

  test("is read in the encoding of the mapping", async () => {
    const thai = Buffer.concat([Buffer.from(`${HEADER}\n1,`), Buffer.from([0xb9, 0xa1]), Buffer.from(",,,,\n")]);
    const [row] = await judge(fileOf(thai), mappingOf({ encoding: "windows-874" }));
    expect(row?.record?.attributes).toMatchObject({ givenName: "นก" });
    await expect(judge(fileOf(thai))).rejects.toThrow("contacts.csv is not encoded as utf-8");
  });

  test.each([
    [
      "no column that the mapping names",
      "Record ID,Email\n1,a\n",
      'line 1: there is no column "First Name", "Changed"',
    ],
    ["a column twice", `${HEADER},Email\n`, 'the column "Email" is there twice'],
    ["nothing", "", "contacts.csv is empty"],
    ["a quotation that never ends", `${HEADER}\n1,"x,,,,\n2,y,,,,\n`, "nothing behind it was read"],
  ])("is not read from a file with %s", async (_, text, words) => {
    const mapping = mappingOf({ attributes: { givenName: "First Name" } });
    await expect(judge(fileOf(text), mapping)).rejects.toThrow(words);
  });
});

describe("A cell", () => {
  const read = (cell: unknown, format: object) => {
    const mapping = mappingOf({
      observedAt: undefined,
      identifiers: [],
      attributes: { a: { column: "c", ...format } },
    });
    const mapped = mapRow({ "Record ID": "1", c: cell }, mapping);
    return "problem" in mapped ? mapped.problem : (mapped.record as { attributes: { a?: unknown } }).attributes.a;
  };
  test.each<[string, unknown, object, unknown]>([
    ["a text", " x ", {}, "x"],
    ["a number", "1234.5", { type: "number" }, 1234.5],
    ["no number", "1,234", { type: "number" }, 'column "c" is no number; write it as 1234.5'],
    ["yes", "Yes", { type: "boolean" }, true],
    ["neither yes nor no", "maybe", { type: "boolean" }, 'column "c" is neither true nor false'],
    ["a day", "1988-04-02", { type: "date" }, "1988-04-02"],
    ["a time with an offset", "2026-02-11T08:00:00.000+0000", { type: "date" }, "2026-02-11T08:00:00.000Z"],
    ["seconds since 1970", 1772366300, { type: "date" }, "2026-03-01T11:58:20.000Z"],
    ["milliseconds since 1970", "1772366300000", { type: "date" }, "2026-03-01T11:58:20.000Z"],
    [
      "a time that says UTC",
      "2026-03-01 09:30:00 UTC",
      { type: "date", utcOffset: "+09:00" },
      "2026-03-01T09:30:00.000Z",
    ],
    ["several values", "a; b;;", { split: ";" }, ["a", "b"]],
    ["a list", ["a", 2, null], {}, ["a", "2"]],
    ["another word", "M", { values: { M: "male" } }, "male"],
    ["nothing", "", {}, null],
    ["no cell", undefined, {}, undefined],
  ])("that holds %s", (_, cell, format, value) => {
    expect(read(cell, format)).toEqual(value);
  });
});

describe("A mapping", () => {
  test.each<[string, unknown, string]>([
    ["no JSON", "{", "is not JSON"],
    ["no source", { key: "id" }, "source:"],
    ["a kind that does not exist", { ...MAPPING, identifiers: [{ kind: "FAX", column: "c" }] }, "identifiers.0.kind"],
    ["a CRM_ID of nobody's", { ...MAPPING, identifiers: [{ kind: "CRM_ID", column: "c" }] }, "identifiers.0.namespace"],
    ["a name that is misspelt", { ...MAPPING, observdAt: "c" }, "observdAt"],
    ["an encoding that does not exist", { ...MAPPING, encoding: "klingon" }, "encoding"],
  ])("with %s is refused in words", (_, content, words) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    expect(() => parseMapping(text, "m.json")).toThrow(words);
  });
});

describe("The examples", () => {
  const folder = join(__dirname, "../../../examples");
  test.each([
    ["hubspot", "csv", ["501", "502", "503"]],
    ["salesforce", "csv", ["003D000000QV9n2IAD", "003D000000QV9n3IAD"]],
    ["zendesk", "ndjson", ["6596848315901"]],
    ["intercom", "ndjson", ["5ba682d23d7cf92bef87bfd4", "5ba682d23d7cf92bef87bfd5"]],
  ])("of %s can be read as they are", async (system, format, keys) => {
    const mapping = parseMapping(await readFile(join(folder, `${system}.mapping.json`), "utf8"), system);
    const sample = await readFile(join(folder, `${system}.sample.${format}`));
    const told = await judge(fileOf(sample, `sample.${format}`), mapping);
    expect(told.map(({ record, problem }) => record?.key ?? problem)).toEqual(keys);
  });
});

test("No row makes the mapping throw", () => {
  const judged = recordCheck(mappingOf(), check);
  const cell = fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 2 }));
  const row = fc.record(
    { "Record ID": cell, Email: cell, "First Name": cell, City: cell, Country: cell, Changed: cell },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(row, fc.jsonValue()), (value) => {
      const one = judged({ number: 1, text: JSON.stringify(value), end: 0 });
      expect("ok" in one ? check(JSON.parse(one.ok.text)) : []).toEqual([]);
    }),
  );
});
