import { Person } from "./quality-person";
import { Random } from "./quality-random";
import { formsOfName } from "./quality-short-forms";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** A text with one slip of the keyboard: a letter left out, doubled, replaced, or exchanged with its neighbour. */
export function mistype(random: Random, text: string): string {
  const letters = [...text];
  if (letters.length < 3) return text;
  const at = 1 + random.below(letters.length - 1);
  const kind = random.below(4);
  if (kind === 0) letters.splice(at, 1);
  else if (kind === 1) letters.splice(at, 0, letters[at]!);
  else if (kind === 2) letters[at] = /[a-z]/i.test(letters[at]!) ? random.pick([...LETTERS]) : letters[at]!;
  else [letters[at - 1], letters[at]] = [letters[at]!, letters[at - 1]!];
  return letters.join("");
}

/** A birth date as a form or a voice on the telephone gets it wrong. */
export function mistakeDate(random: Random, date: string): string {
  const [year, month, day] = date.split("-") as [string, string, string];
  const kind = random.below(4);
  if (kind === 0 && Number(day) <= 12) return `${year}-${day}-${month}`;
  if (kind === 1) return `${year}-${month}-${String((Number(day) % 28) + 1).padStart(2, "0")}`;
  if (kind === 2) return `${Number(year) + (random.happens(0.5) ? 1 : -1)}-${month}-${day}`;
  return `${year.slice(0, 2)}${year[3]}${year[2]}-${month}-${day}`;
}

/** The given name as a channel writes it: in full, short, as an initial, or with a slip. */
export function writeGiven(random: Random, { given, culture }: Person): string {
  const forms = formsOfName(given);
  if (culture.language === "en") {
    if (forms.length > 0 && random.happens(0.12)) return random.pick(forms);
    if (random.happens(0.04)) return given[0]!;
  }
  return random.happens(0.05) ? slipOfName(random, given, culture.language) : given;
}

export function writeFamily(random: Random, { family, culture }: Person): string {
  return random.happens(0.05) ? slipOfName(random, family, culture.language) : family;
}

/** Names in Japanese characters are chosen from a list by their sound: a slip is another character, and rare. */
function slipOfName(random: Random, name: string, language: string): string {
  return language === "ja" ? name : mistype(random, name);
}

export function mistakeDigits(random: Random, digits: string): string {
  const at = digits.length - 1 - random.below(4);
  return digits.slice(0, at) + String((Number(digits[at]) + 1 + random.below(9)) % 10) + digits.slice(at + 1);
}
