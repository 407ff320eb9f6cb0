/**
 * One spelling for texts that look alike: what two people, two keyboards or two systems write differently without
 * meaning anything different. Every function here is total and gives the same when applied to its own result.
 */

const ASCII = /^\p{ASCII}*$/u;
/** Zero-width characters, joiners, direction marks, variation selectors, fillers: nothing of them is seen. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** The blank braille cell is a visible character to Unicode and a blank to everybody else. */
const BLANK = /^[\s\u2800]*$/u;
/** The zeros of the scripts whose decimal digits keyboards offer; NFKC has already turned full-width ones into ASCII. */
const ZEROS = [
  0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x0f20,
  0x1040, 0x17e0, 0x1810,
];
const DIGIT_OF = new Map(ZEROS.flatMap((zero) => Array.from({ length: 10 }, (_, n) => [zero + n, String(n)] as const)));

/** The text as a person sees it: NFC without invisible characters and surrounding white space; its case is kept. */
export function trimText(text: string): string {
  if (ASCII.test(text)) return text.trim();
  return text.replace(INVISIBLE, "").normalize("NFC").trim();
}

/** The text for comparison: NFKC, no invisible characters, trimmed, lower case. */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.trim().toLowerCase();
  let folded = text;
  // Each step can undo another one: without a joiner letters compose, and a lower-cased letter can decompose. It settles
  // at the second round; the bound is for characters nobody has met yet.
  for (let round = 0; round < 4; round++) {
    const next = folded.normalize("NFKC").replace(INVISIBLE, "").trim().toLowerCase();
    if (next === folded) break;
    folded = next;
  }
  return folded;
}

/** Every decimal digit as 0 to 9; everything else is left as it is. Expects NFKC. */
export function asciiDigits(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(/\p{Nd}/gu, (digit) => DIGIT_OF.get(digit.codePointAt(0) ?? 0) ?? digit);
}

/** White space and invisible characters only. */
export function isBlank(text: string): boolean {
  return BLANK.test(text.replace(INVISIBLE, ""));
}
