import { findJsonProblem } from "../../ingest/text-rules";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
/** What lies in no such number is exact: no digits so many, and no exponent. */
const MAY_BE_INEXACT = /[0-9]{16}|(?:^|[:,[\s-])[0-9.]+[eE]\+?[0-9]/;

/**
 * The same JSON with those numbers as texts that a double does not hold: integers beyond 2^53, and what lies beyond a
 * double altogether. Expects JSON that parses. Walks by hand: on texts of megabytes a regular expression runs out of stack.
 */
export function quoteInexactNumbers(json: string): string {
  if (!MAY_BE_INEXACT.test(json)) return json;
  let quoted = "";
  let copied = 0;
  let at = 0;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = afterText(json, at);
    } else if (code === MINUS || isDigit(code)) {
      const end = afterNumber(json, at);
      const token = json.slice(at, end);
      if (findJsonProblem(Number(token)) !== null) {
        quoted += `${json.slice(copied, at)}"${token}"`;
        copied = end;
      }
      at = end;
    } else {
      at++;
    }
  }
  return quoted + json.slice(copied);
}

function afterText(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Every character that a number of JSON may hold: digits, signs, the point, the exponent. */
function afterNumber(json: string, start: number): number {
  let at = start;
  while (at < json.length && /[-+.eE0-9]/.test(json[at]!)) at++;
  return at;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
