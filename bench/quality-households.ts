import { IdentifierKind } from "../src/identity/identifier-kind";
import { Culture, ENGLISH, JAPANESE, THAI } from "./quality-names";
import { Home, makeBirthDate, makeEmail, makeHome, makePhone, Person } from "./quality-person";
import { Random } from "./quality-random";
import { LabelledRecord, LabelledSet } from "./quality-set";
import { areSpellings } from "./quality-short-forms";
import { mistakeDate, mistakeDigits, mistype, writeFamily, writeGiven } from "./quality-slips";

/** What a system knows of the people in it: the chance that it has each thing. */
interface Channel {
  readonly source: string;
  readonly chance: number;
  readonly given: number;
  readonly family: number;
  readonly born: number;
  readonly email: number;
  readonly phone: number;
  readonly address: number;
  readonly gender: number;
  readonly displayName: boolean;
}

export const HOUSEHOLD_SET = "household set";

const CHANNELS: readonly Channel[] = [
  {
    source: "crm",
    chance: 0.8,
    given: 1,
    family: 1,
    born: 0.75,
    email: 0.7,
    phone: 0.7,
    address: 0.8,
    gender: 0.5,
    displayName: false,
  },
  {
    source: "shop",
    chance: 0.6,
    given: 1,
    family: 1,
    born: 0.35,
    email: 0.95,
    phone: 0.5,
    address: 0.9,
    gender: 0.1,
    displayName: false,
  },
  {
    source: "loyalty",
    chance: 0.5,
    given: 1,
    family: 1,
    born: 0.85,
    email: 0.4,
    phone: 0.7,
    address: 0.6,
    gender: 0.8,
    displayName: false,
  },
  {
    source: "line",
    chance: 0.4,
    given: 1,
    family: 0.7,
    born: 0.1,
    email: 0.2,
    phone: 0.5,
    address: 0,
    gender: 0,
    displayName: true,
  },
  {
    source: "call",
    chance: 0.45,
    given: 0.9,
    family: 1,
    born: 0.5,
    email: 0.15,
    phone: 0.85,
    address: 0.4,
    gender: 0.3,
    displayName: false,
  },
  {
    source: "clinic",
    chance: 0.3,
    given: 1,
    family: 1,
    born: 1,
    email: 0.3,
    phone: 0.5,
    address: 0.8,
    gender: 0.9,
    displayName: false,
  },
];
const CULTURES: readonly Culture[] = [ENGLISH, ENGLISH, THAI, JAPANESE];

/**
 * Made-up households: couples with children, twins, father and son of one name, relatives of the same family name at one
 * address, with e-mail addresses and telephone numbers that several of them use, telephone numbers that moved to other
 * people, in English, Thai and Japanese. Every person has records in some of six systems, each with its own gaps and slips.
 */
export function generateHouseholds(seed: number, households: number): LabelledSet {
  const random = new Random(seed);
  const people: Person[] = [];
  const taken = new Set<string>();
  for (let number = 0; number < households; number++) people.push(...makeHousehold(random, number, taken));
  const ofCulture = new Map<Culture, Person[]>();
  for (const culture of CULTURES) ofCulture.set(culture, []);
  for (const person of people) ofCulture.get(person.culture)!.push(person);
  const records = people.flatMap((person) => recordsOf(random, person, ofCulture.get(person.culture)!));
  return { name: HOUSEHOLD_SET, defaultCountry: null, records };
}

function makeHousehold(random: Random, number: number, taken: Set<string>): Person[] {
  const culture = random.pick(CULTURES);
  const home = makeHome(random, culture);
  const family = random.pickEarly(culture.family);
  const shared = {
    email: makeEmail(random, culture, random.pickEarly(culture.male), family, taken),
    phone: makePhone(random, culture),
  };
  const people: Person[] = [];
  const add = (male: boolean, born: string, given?: string, generation: string | null = null, named = family): void => {
    let name = given ?? random.pickEarly(male ? culture.male : culture.female);
    // Nobody gives two of a household one name, unless they mean to.
    while (given === undefined && people.some((other) => areSpellings(other.given, name))) {
      name = random.pick(male ? culture.male : culture.female);
    }
    const child = Number(born.slice(0, 4)) > 2008;
    people.push({
      ...{ id: `${number}-${people.length}`, culture, male, given: name, family: named, generation, born, home },
      // One in eight uses the family's address or number; children mostly do.
      email: random.happens(child ? 0.6 : 0.12) ? shared.email : makeEmail(random, culture, name, named, taken),
      phone: random.happens(child ? 0.7 : 0.15) ? shared.phone : makePhone(random, culture),
    });
  };
  const father = makeBirthDate(random, 1945, 1990);
  const kind = random.next();
  add(true, father);
  if (kind < 0.35) return people;
  // Not everybody takes the family's name.
  const mothers = culture.language === "en" && random.happens(0.3) ? random.pickEarly(culture.family) : family;
  add(false, makeBirthDate(random, 1945, 1990), undefined, null, mothers);
  if (kind < 0.5) return people;
  const born = Number(father.slice(0, 4)) + 22;
  if (kind < 0.58) addTwins(random, people, makeBirthDate(random, born, born + 12), add);
  else if (kind < 0.66 && culture.language === "en")
    addJunior(random, people, makeBirthDate(random, born, born + 8), add);
  else {
    for (let children = 1 + random.below(3); children > 0; children--) {
      add(random.happens(0.5), makeBirthDate(random, born, born + 15));
    }
  }
  if (random.happens(0.15)) add(random.happens(0.5), makeBirthDate(random, 1925, 1960));
  return people;
}

type Add = (male: boolean, born: string, given?: string, generation?: string | null) => void;

/** Twins of whom every third pair has names that look alike. */
function addTwins(random: Random, parents: readonly Person[], born: string, add: Add): void {
  const { culture } = parents[0]!;
  const male = random.happens(0.5);
  const taken = parents.map(({ given }) => given);
  const names = male ? culture.male : culture.female;
  const first = random.pick(names.filter((name) => !taken.some((other) => areSpellings(other, name))));
  const others = names.filter((name) => !areSpellings(name, first));
  const alike = others.filter((name) => name[0] === first[0]);
  const second = alike.length > 0 && random.happens(0.34) ? random.pick(alike) : random.pick(others);
  add(male, born, first);
  add(male, born, second);
}

/** A son of his father's name; the suffix is written by some. */
function addJunior(random: Random, people: Person[], born: string, add: Add): void {
  const father = people[0]!;
  people[0] = { ...father, generation: random.happens(0.5) ? "Sr" : null };
  add(true, born, father.given, "Jr");
}

/** @param people those of the same culture */
function recordsOf(random: Random, person: Person, people: readonly Person[]): LabelledRecord[] {
  const records: LabelledRecord[] = [];
  // Some have moved: older systems hold the old address and number.
  const earlier = random.happens(0.2) ? makeHome(random, person.culture) : null;
  const changed = random.happens(0.15) ? makePhone(random, person.culture) : null;
  // The operator gave the number to somebody else, whose records do not know.
  const inherited = random.happens(0.03) ? random.pick(people).phone : null;
  for (const channel of CHANNELS) {
    for (let copy = 0; copy < 2; copy++) {
      // A system holds one in eight of its people twice.
      if (!random.happens(copy === 0 ? channel.chance : channel.chance * 0.12)) continue;
      const home = earlier !== null && random.happens(0.4) ? earlier : person.home;
      const phone = inherited ?? (changed !== null && random.happens(0.4) ? changed : person.phone);
      records.push(makeRecord(random, { ...person, phone }, home, channel, `${person.id}-${channel.source}-${copy}`));
    }
  }
  return records;
}

function makeRecord(random: Random, person: Person, home: Home, channel: Channel, id: string): LabelledRecord {
  const given = random.happens(channel.given) ? writeGiven(random, person) : "";
  const bare = random.happens(channel.family) ? writeFamily(random, person) : "";
  const suffix = person.generation !== null && random.happens(0.7) ? ` ${person.generation}` : "";
  const family = bare === "" ? "" : bare + suffix;
  const attributes: Record<string, unknown> = channel.displayName
    ? { displayName: displayName(random, person, given, family) }
    : names(random, given, family);
  if (random.happens(channel.born)) {
    attributes.dateOfBirth = random.happens(0.05) ? mistakeDate(random, person.born) : person.born;
  }
  if (random.happens(channel.gender)) attributes.gender = random.happens(0.99) === person.male ? "male" : "female";
  if (random.happens(channel.address)) attributes.address = writeAddress(random, person, home);
  const identifiers: { kind: IdentifierKind; value: string }[] = [];
  if (random.happens(channel.email)) {
    identifiers.push({ kind: "EMAIL", value: random.happens(0.04) ? mistype(random, person.email) : person.email });
  }
  if (random.happens(channel.phone)) {
    const value = random.happens(0.03) ? mistakeDigits(random, person.phone) : person.phone;
    identifiers.push({ kind: "PHONE", value });
  }
  // A record of a bare name is nobody's: something by which to reach the person stands in every one.
  if (identifiers.length === 0 && (given === "" || family === "" || attributes.dateOfBirth === undefined)) {
    identifiers.push(
      random.happens(0.5) ? { kind: "EMAIL", value: person.email } : { kind: "PHONE", value: person.phone },
    );
  }
  return { id, source: channel.source, attributes, identifiers, person: person.id };
}

/** Forms put the two names into each other's field now and then. */
function names(random: Random, given: string, family: string): Record<string, unknown> {
  const exchanged = random.happens(0.02) && given !== "" && family !== "";
  return {
    ...(given === "" ? {} : { givenName: exchanged ? family : given }),
    ...(family === "" ? {} : { familyName: exchanged ? given : family }),
  };
}

function displayName(random: Random, { culture }: Person, given: string, family: string): string {
  if (culture.familyFirst) return random.happens(0.5) ? family + given : `${family} ${given}`;
  return `${given} ${family}`.trim();
}

function writeAddress(random: Random, { culture }: Person, home: Home): Record<string, unknown> {
  const street = culture.language === "en" && random.happens(0.4) ? home.street.replace("Street", "St") : home.street;
  const line = culture.language === "ja" ? `${street}${home.number}` : `${home.number} ${street}`;
  return {
    line: random.happens(0.04) && culture.language === "en" ? mistype(random, line) : line,
    ...(random.happens(0.9) ? { city: home.city } : {}),
    ...(random.happens(0.8)
      ? { postalCode: random.happens(0.03) ? mistakeDigits(random, home.postalCode) : home.postalCode }
      : {}),
  };
}
