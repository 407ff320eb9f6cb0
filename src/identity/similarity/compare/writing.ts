import { foldText } from "../../normalize/fold-text";

/** How a text is written, which decides what it can be compared with. KANA and HAN mix in Japanese names and count as one. */
export type Writing = "LATIN" | "THAI" | "EAST_ASIAN" | "HANGUL" | "OTHER";

const WRITINGS: readonly (readonly [Writing, RegExp])[] = [
  ["LATIN", /\p{Script=Latin}/u],
  ["THAI", /\p{Script=Thai}/u],
  ["EAST_ASIAN", /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ["HANGUL", /\p{Script=Hangul}/u],
];

/** Letters that stay when marks are taken off, though people write them with plain ones. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
};

/** Passport spelling (ICAO 9303) of the letters of Russian, Ukrainian and Belarusian, and ISO 843 for Greek, both simplified. */
const ROMAN: Readonly<Record<string, string>> = {
  ...{ а: "a", б: "b", в: "v", г: "g", ґ: "g", д: "d", е: "e", ё: "e", є: "ie", ж: "zh", з: "z", и: "i", і: "i" },
  ...{ ї: "i", й: "i", к: "k", л: "l", м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ў: "u" },
  ...{ ф: "f", х: "kh", ц: "ts", ч: "ch", ш: "sh", щ: "shch", ъ: "", ы: "y", ь: "", э: "e", ю: "iu", я: "ia" },
  ...{ α: "a", β: "v", γ: "g", δ: "d", ε: "e", ζ: "z", η: "i", θ: "th", ι: "i", κ: "k", λ: "l", μ: "m", ν: "n" },
  ...{ ξ: "x", ο: "o", π: "p", ρ: "r", σ: "s", ς: "s", τ: "t", υ: "y", φ: "f", χ: "ch", ψ: "ps", ω: "o" },
};
/** Forms of one character that people write as they please: of Japanese family names, and the traditional ones of Chinese. */
const SAME_CHARACTERS =
  "齋斉齊斉斎斉髙高﨑崎嵜崎邊辺邉辺澤沢濱浜濵浜廣広國国嶋島嶌島眞真櫻桜瀧滝龍竜" +
  "張张劉刘陳陈楊杨黃黄趙赵吳吴孫孙馬马羅罗鄭郑謝谢許许韓韩馮冯鄧邓葉叶蔣蒋盧卢蘇苏閻阎偉伟麗丽靜静強强軍军傑杰濤涛蘭兰";
const SAME_CHARACTER: ReadonlyMap<string, string> = new Map(
  Array.from({ length: SAME_CHARACTERS.length / 2 }, (_, i) => [SAME_CHARACTERS[2 * i]!, SAME_CHARACTERS[2 * i + 1]!]),
);
const HAN = /\p{Script=Han}/gu;
const MARKS = /[\u0300-\u036f]/gu;
const ROMANIZED = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;
/** Distance between a katakana and its hiragana. */
const KANA_DISTANCE = 0x60;

/**
 * The text as names and addresses are compared: folded, Latin letters without marks, Cyrillic and Greek in Latin letters,
 * katakana as hiragana. Thai, Han and Hangul stay as they are: romanizing them needs the reading, which only the person
 * knows.
 */
export function plainText(text: string): string {
  let plain = foldText(text);
  if (/^\p{ASCII}*$/u.test(plain)) return plain;
  // Thai vowels and Japanese voicing are marks as well, of which these are none: the range is that of European letters.
  plain = plain.normalize("NFD").replace(MARKS, "").normalize("NFC");
  plain = plain.replace(/[\u30a1-\u30f6]/gu, (kana) => String.fromCodePoint(kana.codePointAt(0)! - KANA_DISTANCE));
  plain = plain.replace(HAN, (character) => SAME_CHARACTER.get(character) ?? character);
  plain = plain.replace(/[ßæœøđðþłı]/gu, (letter) => PLAIN[letter] ?? letter);
  return ROMANIZED.test(plain) ? [...plain].map((letter) => ROMAN[letter] ?? letter).join("") : plain;
}

export function writingOf(plain: string): Writing {
  return WRITINGS.find(([, letters]) => letters.test(plain))?.[0] ?? "OTHER";
}
