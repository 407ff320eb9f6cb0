import { Culture } from "./quality-names";
import { Random } from "./quality-random";

/** A made-up person, as they really are. */
export interface Person {
  readonly id: string;
  readonly culture: Culture;
  readonly male: boolean;
  readonly given: string;
  readonly family: string;
  readonly generation: string | null;
  /** yyyy-mm-dd */
  readonly born: string;
  readonly home: Home;
  /** Their own, or one that the household shares. */
  readonly email: string;
  readonly phone: string;
}

export interface Home {
  readonly number: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
}

const DOMAINS = ["gmail.com", "gmail.com", "yahoo.com", "outlook.com", "icloud.com", "hotmail.com", "proton.me"];

export function makeHome(random: Random, culture: Culture): Home {
  const [city, postal] = random.pick(culture.cities);
  // The last two digits tell districts of a city apart.
  const postalCode = postal.slice(0, -2) + random.digits(2);
  return { number: String(1 + random.below(400)), street: random.pick(culture.streets), city, postalCode };
}

export function makeBirthDate(random: Random, fromYear: number, toYear: number): string {
  const year = fromYear + random.below(toYear - fromYear + 1);
  const date = new Date(Date.UTC(year, random.below(12), 1 + random.below(28)));
  return date.toISOString().slice(0, 10);
}

/** @param taken the addresses that others have already */
export function makeEmail(random: Random, culture: Culture, given: string, family: string, taken: Set<string>): string {
  const [first, last] = [given, family].map((name) => (culture.roman[name] ?? name).toLowerCase());
  const forms = [
    `${first}.${last}`,
    `${first}${last}`,
    `${first![0]}${last}`,
    `${first}.${last![0]}`,
    `${last}${first}`,
  ];
  // Most plain forms are taken at the large providers.
  const number = random.happens(0.75) ? random.digits(1 + random.below(4)) : "";
  const domain = random.pick(DOMAINS);
  let address = `${random.pick(forms)}${number}@${domain}`;
  while (taken.has(address)) address = `${random.pick(forms)}${random.digits(4)}@${domain}`;
  taken.add(address);
  return address;
}

export function makePhone(random: Random, culture: Culture): string {
  if (culture.language === "th") return `${culture.dialling}8${random.digits(8)}`;
  if (culture.language === "ja") return `${culture.dialling}90${1 + random.below(9)}${random.digits(7)}`;
  return `${culture.dialling}503${2 + random.below(8)}${random.digits(6)}`;
}
