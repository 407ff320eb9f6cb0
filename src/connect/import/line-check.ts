import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, coerceInputValue, GraphQLInputObjectType, GraphQLNonNull, GraphQLScalarType } from "graphql";
import { DateTime } from "../../graphql/date-time";
import { LONGEST_LINE_BYTES, type NumberedLine } from "./numbered-lines";
import type { Refusal } from "./refusal";

/** A line that may be sent: its JSON as it stands in the input, so that nothing of it is lost in between. */
export interface CheckedLine {
  readonly number: number;
  readonly text: string;
}

export type LineCheck = (line: NumberedLine) => { readonly ok: CheckedLine } | { readonly refused: Refusal };

const SCHEMA_FILE = join(__dirname, "../../../schema/schema.graphql");

/** The contract as it was released with this program. */
export function releasedSchema(): string {
  return readFileSync(SCHEMA_FILE, "utf8");
}

/** What is wrong with a value, in words; nothing when it may be sent. */
export type InputCheck = (value: unknown) => readonly string[];

/**
 * Judges values by an input type of the schema, with the very coercion a GraphQL server runs. One such error in a request
 * makes a server refuse all of it, so it must be found before a batch is sent. What needs the stored data or the rules of
 * an event is left to the server, which refuses events one by one.
 */
export function inputCheck(schema: string, type: "EventInput" | "RecordInput"): InputCheck {
  const types = buildSchema(schema);
  const input = types.getType(type);
  const dateTime = types.getType("DateTime");
  if (!(input instanceof GraphQLInputObjectType) || !(dateTime instanceof GraphQLScalarType)) {
    throw new Error(`The schema has no ${type}`);
  }
  dateTime.parseValue = DateTime.parseValue;
  const required = new GraphQLNonNull(input);
  return (value) => {
    const problems: string[] = [];
    coerceInputValue(value, required, (path, _value, error) => {
      problems.push(path.length === 0 ? error.message : `${path.join(".")}: ${error.message}`);
    });
    return problems;
  };
}

/** Judges lines that hold one event each. */
export function lineCheck(schema: string): LineCheck {
  const check = inputCheck(schema, "EventInput");

  return (line) => {
    const refuse = (code: string, message: string) => ({
      refused: { line: line.number, code, message, text: line.text },
    });
    if (line.problem === "TOO_LONG") return refuse("TOO_LONG", `A line holds at most ${LONGEST_LINE_BYTES} bytes`);
    if (line.problem === "NOT_UTF8") return refuse("NOT_UTF8", "The line is not encoded as UTF-8");
    if (line.problem === "NOT_TAKEN") return refuse("NOT_TAKEN", line.reason ?? "It is none of what is imported");
    const value = parseJson(line.text);
    if (value instanceof Error) return refuse("NOT_JSON", value.message);
    const problems = check(value);
    if (problems.length > 0) return refuse("BAD_USER_INPUT", problems.slice(0, 5).join(" "));
    return { ok: { number: line.number, text: line.text } };
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return new Error("The line is not a JSON object");
  }
}
