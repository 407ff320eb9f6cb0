import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ASSURANCES, IDENTIFIER_KINDS } from "../../identity/identifier-kind";
import { SOURCE_MAX } from "../../ingest/prepare";
import { ATTRIBUTES_MAX, IDENTIFIERS_MAX, NAME_MAX } from "../../ingest/subject";

/**
 * How the columns of an export become records. A column is named as the file's header names it; in NDJSON a name with
 * dots, such as `location.city`, leads into objects.
 */

const column = z.string().min(1);
const name = z.string().min(1).max(NAME_MAX);

/** How the cells of a column are read: texts as they are, unless it says something else. */
export const cellFormat = z.strictObject({
  column,
  type: z.enum(["text", "number", "boolean", "date"]).default("text"),
  /** Where the times of the file have no offset of their own: `+07:00`. */
  utcOffset: z
    .string()
    .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, "has to look like +07:00")
    .default("+00:00"),
  /** Several values in one cell, parted by this text; an attribute becomes a list of them. */
  split: z.string().min(1).optional(),
  /** Other words for some values, such as `{ "M": "male" }`. */
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

const namedColumn = z
  .union([column.transform((text) => ({ column: text })), z.looseObject({ column })])
  .pipe(cellFormat);

const identifier = z
  .strictObject({
    kind: z.enum(IDENTIFIER_KINDS),
    namespace: z.string().min(1).max(NAME_MAX).optional(),
    column,
    split: z.string().min(1).optional(),
    assurance: z.enum(ASSURANCES).default("ASSERTED"),
  })
  .refine(({ kind, namespace }) => (kind !== "CRM_ID" && kind !== "CUSTOM") || namespace !== undefined, {
    path: ["namespace"],
    message: "is needed for CRM_ID and CUSTOM",
  });

const mapping = z.strictObject({
  /** A link to what describes this format, for editors. */
  $schema: z.string().optional(),
  source: z.string().min(1).max(SOURCE_MAX),
  format: z.enum(["csv", "ndjson"]).optional(),
  /** Of CSV. */
  delimiter: z.string().length(1).default(","),
  encoding: z.string().default("utf-8").refine(isEncoding, "is no encoding that is known here"),
  /** Only rows in which the column has one of these values; the others are passed over. */
  only: z.strictObject({ column, in: z.array(z.string()).min(1) }).optional(),
  key: column,
  observedAt: namedColumn.optional(),
  identifiers: z.array(identifier).max(IDENTIFIERS_MAX).default([]),
  /** By the attribute's name; `address.city` is the member `city` of the attribute `address`. */
  attributes: z
    .record(name, namedColumn)
    .default({})
    .refine((attributes) => Object.keys(attributes).length <= ATTRIBUTES_MAX, `has more than ${ATTRIBUTES_MAX} names`),
  /** Whether a row holds all identifiers there are, so that those of before which are missing are taken away. */
  complete: z.boolean().default(false),
});

export type Mapping = z.output<typeof mapping>;
export type CellFormat = z.output<typeof cellFormat>;

/** @throws Error with words for the user, which name the file and the place in it */
export async function readMapping(path: string): Promise<Mapping> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new Error(`There is no mapping ${path}`);
  });
  return parseMapping(text, path);
}

/** @throws Error with words for the user */
export function parseMapping(text: string, path: string): Mapping {
  const result = mapping.safeParse(parseJson(text, path));
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `  ${issue.path.map(String).join(".") || "it"}: ${issue.message}`,
  );
  throw new Error(`The mapping ${path} cannot be used:\n${problems.join("\n")}`);
}

/** Every column that the mapping reads. */
export function columnsOf({ key, observedAt, identifiers, attributes, only }: Mapping): string[] {
  const named = [
    ...identifiers,
    ...Object.values(attributes),
    ...(observedAt ? [observedAt] : []),
    ...(only ? [only] : []),
  ];
  return [...new Set([key, ...named.map((one) => one.column)])];
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The mapping ${path} is not JSON: ${(error as Error).message}`);
  }
}

function isEncoding(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}
