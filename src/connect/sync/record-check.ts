import type { InputCheck, LineCheck } from "../import/line-check";
import { LONGEST_LINE_BYTES } from "../import/numbered-lines";
import { mapRow } from "./map-row";
import type { Mapping } from "./mapping";
import { parseRow } from "./rows";

/** Judges rows: each becomes a record by the mapping, or is refused with the column that is wrong. */
export function recordCheck(mapping: Mapping, check: InputCheck): LineCheck {
  return (line) => {
    const refuse = (code: string, message: string) => ({
      refused: { line: line.number, code, message, text: line.text },
    });
    if (line.problem === "TOO_LONG") return refuse("TOO_LONG", `A line holds at most ${LONGEST_LINE_BYTES} bytes`);
    if (line.problem === "NOT_UTF8") return refuse("NOT_UTF8", "The line is not encoded as UTF-8");
    if (line.problem === "NOT_CSV") return refuse("NOT_CSV", line.reason ?? "The line is no row");
    const row = parseRow(line.text);
    if (row === null) return refuse("NOT_JSON", "The line is not a JSON object");
    const mapped = mapRow(row, mapping);
    if ("problem" in mapped) return refuse("BAD_CELL", mapped.problem);
    const problems = check(mapped.record);
    if (problems.length > 0) return refuse("BAD_USER_INPUT", problems.slice(0, 5).join(" "));
    return { ok: { number: line.number, text: JSON.stringify(mapped.record) } };
  };
}
