const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const LONG = 16;

/**
 * The same JSON with integers of 16 digits and more as texts, so that none of their digits are lost. Expects JSON that
 * parses. Walks by hand: on texts of megabytes a regular expression runs out of stack.
 */
export function quoteLongIntegers(json: string): string {
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
      if (token.length >= LONG && !/[.eE]/.test(token)) {
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
