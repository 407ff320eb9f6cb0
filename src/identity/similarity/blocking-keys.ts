import { formalNamesOf } from "./compare/given-name-groups";
import type { PersonName } from "./compare/person-name";
import { soundOf } from "./compare/sound";
import type { PersonProfile } from "./person-profile";

const PHONE_TAIL = 7;
const BEGINNING = 2;
const LOCAL_FROM = 5;
const HALVED_FROM = 6;
const FORMS_MAX = 3;
const CITY_BEGINNING = 4;
const YEAR = 4;
/** The most records of which a birth date alone, or a part of it or of a number with one name, is had by few. */
const COARSE_UP_TO = 100_000;

/**
 * The index keys of one record: two records are compared when they have a key in common. Each key is selective by itself
 * (a name with a part of the birth date, never a name alone), and together they find a pair although any one or two of its
 * attributes are missing, misspelled or exchanged. Distinct and in no particular order.
 *
 * @param recordBracket of the rules: among very many records the weakest keys take the other name's initial as well, since
 * they would find next to nothing but strangers
 */
export function blockingKeys(profile: PersonProfile, recordBracket: number): string[] {
  const isCoarse = recordBracket <= COARSE_UP_TO;
  const keys = new Set<string>();
  const { name } = profile;
  const given = soundsOf(name, "given");
  const family = soundsOf(name, "family");
  // Given and family name may stand in each other's place: keys with one name take either.
  const either = [...new Set([...given, ...family])];
  const initials = initialsOf(name);
  const finer = isCoarse ? either : withOtherInitial(name, given, family);
  const whole = wholeOf(name);
  if (whole !== null) keys.add(`whole ${whole}`);
  for (const one of given) for (const other of family) keys.add(`name ${[one, other].sort().join(" ")}`);
  for (const date of profile.birthDates) {
    if (isCoarse || initials.length === 0) keys.add(`born ${date}`);
    else for (const initial of initials) keys.add(`born ${date} ${initial}`);
    const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)];
    for (const one of either) {
      keys.add(`year-month ${year}${month} ${one}`);
      keys.add(`year-day ${year} ${day} ${one}`);
    }
    for (const one of finer) keys.add(`month-day ${[month, day].sort().join("")} ${one}`);
  }
  for (const key of spelledKeys(name)) keys.add(key);
  for (const phone of profile.phones) for (const key of phoneKeys(phone, either, finer)) keys.add(key);
  for (const email of profile.emails) for (const key of emailKeys(email)) keys.add(key);
  for (const key of placeKeys(profile, either, finer)) keys.add(key);
  if (isCoarse) for (const key of cityKeys(profile)) keys.add(key);
  for (const [namespace, values] of profile.identifiers) {
    for (const value of values) for (const key of identifierKeys(namespace, value)) keys.add(key);
  }
  for (const organization of profile.organizations) {
    if (either.length === 0) keys.add(`organization ${organization.split(" ")[0]}`);
    for (const one of either) keys.add(`organization ${organization.split(" ")[0]} ${one}`);
  }
  return [...keys];
}

/** One name as it is written with the beginning of the other, for when the other is misspelled beyond its sound. */
function spelledKeys(name: PersonName | null): string[] {
  const [given, family] = [name?.given[0], name?.family[0]];
  if (given === undefined || family === undefined) return [];
  return [`given ${given} ${family.slice(0, BEGINNING)}`, `family ${family} ${given.slice(0, BEGINNING)}`];
}

/** A slip leaves one half of the number as it was. */
function phoneKeys(phone: string, names: readonly string[], finer: readonly string[]): string[] {
  const tail = phone.replace(/[^0-9]/g, "").slice(-PHONE_TAIL);
  const half = Math.ceil(tail.length / 2);
  return [
    `phone ${tail}`,
    ...names.map((name) => `phone <${tail.slice(0, half)} ${name}`),
    ...finer.map((name) => `phone ${tail.slice(half)}> ${name}`),
  ];
}

function emailKeys(email: string): string[] {
  const at = email.lastIndexOf("@");
  const local = email.slice(0, at);
  const letters = local.replace(/[^\p{L}]/gu, "");
  return [
    `email ${email}`,
    ...(local.length >= LOCAL_FROM ? [`mailbox ${local}`] : []),
    ...(letters.length > 0 ? [`mail letters ${letters} ${email.slice(at + 1, at + 4)}`] : []),
  ];
}

function placeKeys({ address }: PersonProfile, names: readonly string[], finer: readonly string[]): string[] {
  if (address === null) return [];
  const { postalCode, numbers } = address;
  const keys: string[] = [];
  if (postalCode !== "") {
    for (const name of finer) keys.push(`postal ${postalCode} ${name}`);
    if (numbers.length > 0) keys.push(`house ${postalCode} ${numbers[0]}`);
  }
  if (numbers.length > 0) for (const name of names) keys.push(`number ${numbers[0]} ${name}`);
  return keys;
}

/** For when the names are misspelled beyond their sound and the birth date in its days; either name may begin the other. */
function cityKeys({ name, address, birthDates }: PersonProfile): string[] {
  if (address === null || address.city === "") return [];
  const city = address.city.slice(0, CITY_BEGINNING);
  return birthDates.flatMap((date) =>
    initialsOf(name).map((initial) => `city ${city} ${date.slice(0, YEAR)} ${initial}`),
  );
}

/** A slip leaves one half of the value as it was. */
function identifierKeys(namespace: string, value: string): string[] {
  if (value.length < HALVED_FROM) return [`id ${namespace} ${value}`];
  const half = Math.ceil(value.length / 2);
  return [
    `id ${namespace} ${value}`,
    `id ${namespace} <${value.slice(0, half)}`,
    `id ${namespace} ${value.slice(-half)}>`,
  ];
}

/** Names in East Asian writing often come without a space between their parts. */
function wholeOf(name: PersonName | null): string | null {
  if (name === null || (name.writing !== "EAST_ASIAN" && name.writing !== "HANGUL")) return null;
  return [...name.family, ...name.given].join("");
}

function initialsOf(name: PersonName | null): string[] {
  return [name?.given[0], name?.family[0]].flatMap((word) => word?.slice(0, 1) ?? []);
}

/** Each name's sound with the initial of the other, where there are two. */
function withOtherInitial(name: PersonName | null, given: readonly string[], family: readonly string[]): string[] {
  const [ofGiven, ofFamily] = [name?.given[0]?.slice(0, 1) ?? "", name?.family[0]?.slice(0, 1) ?? ""];
  return [...given.map((sound) => `${sound} ${ofFamily}`), ...family.map((sound) => `${sound} ${ofGiven}`)];
}

function soundsOf(name: PersonName | null, part: "given" | "family"): string[] {
  const first = name?.[part][0];
  if (first === undefined) return [];
  const forms = part === "given" ? formalNamesOf(first).slice(0, FORMS_MAX) : [];
  return [...new Set([first, ...forms].map(soundOf))].filter((sound) => sound !== "");
}
