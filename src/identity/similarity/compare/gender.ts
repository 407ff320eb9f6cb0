import { plainText } from "./writing";

const WORDS: Readonly<Record<string, "MALE" | "FEMALE">> = {
  ...{ m: "MALE", male: "MALE", man: "MALE", ชาย: "MALE", 男: "MALE", 男性: "MALE", おとこ: "MALE", "1": "MALE" },
  ...{ f: "FEMALE", female: "FEMALE", woman: "FEMALE", w: "FEMALE", หญิง: "FEMALE", 女: "FEMALE", 女性: "FEMALE" },
  ...{ おんな: "FEMALE", "2": "FEMALE" },
};

/** The gender among a record's attributes; digits are those of ISO/IEC 5218. Anything else says nothing to compare. */
export function genderOf(value: unknown): "MALE" | "FEMALE" | null {
  const word = typeof value === "string" || typeof value === "number" ? plainText(String(value)) : "";
  return Object.hasOwn(WORDS, word) ? WORDS[word]! : null;
}
