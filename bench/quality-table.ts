/** Text of comma-separated values (RFC 4180) as one object a row, by the names in its first line, trimmed. */
export function parseTable(text: string): Record<string, string>[] {
  const [names = [], ...rows] = cellsOf(text);
  return rows
    .filter((row) => row.length > 1)
    .map((row) => Object.fromEntries(names.map((name, i) => [name.trim(), (row[i] ?? "").trim()])));
}

function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ",") rows.push([]);
  }
  return rows;
}
