import { CellProblem, readCell, readInstant, textOf } from "./cell";
import type { Mapping } from "./mapping";

/** One row of an export, its cells by their columns. */
export type Row = Readonly<Record<string, unknown>>;

/** A record as `upsertRecords` takes it, or what is wrong with which column. */
export type MappedRow = { readonly record: object } | { readonly problem: string };

/** A row of an export as a record. Pure. */
export function mapRow(row: Row, mapping: Mapping): MappedRow {
  let reading = mapping.key;
  const cellOf = (column: string): unknown => {
    reading = column;
    return findCell(row, column);
  };
  try {
    const key = textOf(cellOf(mapping.key));
    if (key === "") throw new CellProblem("is empty, and nothing else says whose row it is");
    const { observedAt } = mapping;
    return {
      record: {
        source: mapping.source,
        key,
        observedAt: observedAt === undefined ? null : readInstant(cellOf(observedAt.column), observedAt),
        identifiers: identifiersOf(mapping, cellOf),
        attributes: attributesOf(mapping, cellOf),
        complete: mapping.complete,
      },
    };
  } catch (error) {
    if (error instanceof CellProblem) return { problem: `column "${reading}" ${error.message}` };
    throw error;
  }
}

/** Whether the mapping speaks of this row at all. */
export function isWanted(row: Row, { only }: Mapping): boolean {
  return only === undefined || only.in.includes(textOf(findCell(row, only.column)));
}

/** The cell of that column; else, for a name with dots, the one inside objects. */
export function findCell(row: Row, column: string): unknown {
  if (Object.hasOwn(row, column)) return row[column];
  let value: unknown = row;
  for (const name of column.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Row)[name];
  }
  return value;
}

function identifiersOf({ identifiers }: Mapping, cellOf: (column: string) => unknown): object[] {
  return identifiers.flatMap(({ kind, namespace, column, split, assurance }) => {
    const cell = cellOf(column);
    const texts = Array.isArray(cell) ? cell.map(textOf) : split ? textOf(cell).split(split) : [textOf(cell)];
    return texts
      .map((text) => text.trim())
      .filter((text) => text !== "")
      .map((value) => ({ kind, namespace: namespace ?? null, value, assurance }));
  });
}

/** An empty cell clears its attribute: the export knows that there is nothing. */
function attributesOf({ attributes }: Mapping, cellOf: (column: string) => unknown): object {
  const read: Record<string, unknown> = {};
  for (const [name, format] of Object.entries(attributes)) {
    const value = readCell(cellOf(format.column), format);
    if (value === undefined) continue;
    const [outer, ...inner] = name.split(".");
    if (inner.length === 0) read[name] = value;
    else read[outer!] = { ...(read[outer!] as object | null | undefined), [inner.join(".")]: value };
  }
  for (const [name, value] of Object.entries(read)) {
    const isEmpty = typeof value === "object" && value !== null && Object.values(value).every((part) => part === null);
    if (isEmpty && !Array.isArray(value)) read[name] = null;
  }
  return read;
}
