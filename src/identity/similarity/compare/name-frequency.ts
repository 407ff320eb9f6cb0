import {
  CANTONESE_FAMILIES_READ,
  CHINESE_FAMILIES,
  CHINESE_FAMILIES_READ,
  CHINESE_GIVENS,
  CHINESE_GIVENS_READ,
  JAPANESE_FAMILIES,
  JAPANESE_FAMILIES_READ,
  JAPANESE_GIVENS,
  KOREAN_FAMILIES,
  KOREAN_FAMILIES_READ,
  THAI_GIVENS,
  THAI_GIVENS_READ,
  VIETNAMESE_FAMILIES,
} from "./frequent-names";
import { areFormsOfOneName, isKnownGivenName } from "./given-name-groups";

/*
 * How common names are, frozen: these numbers are part of the rules, because counting a tenant's own names would let an
 * unrelated record change an answer elsewhere. A name counts as common as it is in the population in which it is most
 * common: a wrong "rare" joins two people, a wrong "common" only asks somebody.
 *
 * The lists are in the order of frequency, from general knowledge of census publications; a name's share follows from
 * its rank r by a Zipf-Mandelbrot law c / (r + b), whose constants were set by hand so that the known shares at ranks
 * 1, 10, 100 and 1,000 are met within about a third (English family names: 0.8 %, 0.4 %, 0.1 %, 0.01 %). A name that
 * is not listed counts as one of rank 225 (given) or 188 (family) by the English laws, no rarer, because the
 * lists do not know every population.
 */
interface Law {
  readonly c: number;
  readonly b: number;
}

const ENGLISH_FAMILY: Law = { c: 0.1, b: 12 };
const ENGLISH_GIVEN: Law = { c: 0.35, b: 20 };
const JAPANESE_FAMILY: Law = { c: 0.15, b: 9 };
const CHINESE_FAMILY: Law = { c: 0.45, b: 5 };
const KOREAN_FAMILY: Law = { c: 0.35, b: 0.6 };
const THAI_GIVEN: Law = { c: 0.08, b: 15 };
const UNLISTED_GIVEN = 1 / 700;
const UNLISTED_FAMILY = 1 / 2_000;
/** Thai law gives a family name to one family (Person Name Act of 1962), so even relatives apart share it rarely. */
const THAI_FAMILY = 1 / 10_000;

const FAMILY = shares([
  [
    ENGLISH_FAMILY,
    `smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson
    thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young
    allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts
    gomez phillips evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy cook rogers gutierrez
    ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward richardson watson brooks chavez wood james
    bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross foster jimenez powell jenkins
    perry russell sullivan bell coleman butler henderson barnes gonzales fisher vasquez simmons romero jordan patterson
    alexander hamilton graham reynolds griffin wallace moreno west cole hayes bryant herrera gibson ellis tran medina
    aguilar stevens murray ford castro marshall owens harrison fernandez mcdonald woods washington kennedy wells vargas
    henry chen freeman webb tucker guzman burns crawford olson simpson porter hunter gordon mendez silva shaw snyder mason
    dixon munoz hunt hicks holmes palmer wagner black robertson boyd rose stone salazar fox warren mills meyer rice schmidt
    garza daniels ferguson nichols stephens soto weaver ryan gardner payne grant dunn kelley spencer hawkins arnold pierce
    hansen peters santos hart bradley knight elliott cunningham duncan armstrong hudson carroll lane riley andrews alvarado
    ray delgado berry perkins hoffman johnston matthews pena richards contreras willis carpenter lawrence sandoval guerrero
    george chapman rios estrada ortega watkins greene nunez wheeler valdez harper burke larson santiago maldonado morrison
    khan begum ahmed ali hussain singh kaur`,
  ],
  [JAPANESE_FAMILY, JAPANESE_FAMILIES],
  [JAPANESE_FAMILY, JAPANESE_FAMILIES_READ],
  [CHINESE_FAMILY, CHINESE_FAMILIES],
  [CHINESE_FAMILY, CHINESE_FAMILIES_READ],
  [CHINESE_FAMILY, CANTONESE_FAMILIES_READ],
  [KOREAN_FAMILY, KOREAN_FAMILIES],
  [KOREAN_FAMILY, KOREAN_FAMILIES_READ],
  [KOREAN_FAMILY, VIETNAMESE_FAMILIES],
]);

const GIVEN = shares([
  [
    ENGLISH_GIVEN,
    `james john michael robert david mary william richard joseph thomas jennifer patricia linda elizabeth barbara susan
    jessica christopher charles daniel matthew anthony sarah karen nancy lisa mark donald steven betty margaret sandra
    andrew paul ashley joshua kenneth kevin brian george timothy ronald kimberly emily donna michelle edward jason carol
    amanda dorothy melissa deborah stephanie jeffrey ryan jacob rebecca gary sharon laura cynthia nicholas kathleen eric
    jonathan stephen larry justin scott brandon amy angela shirley anna brenda pamela emma nicole helen benjamin samuel
    gregory alexander frank patrick raymond jack dennis jerry samantha katherine christine debra rachel carolyn janet
    catherine maria heather tyler aaron jose adam nathan henry zachary douglas peter kyle diane ruth julie olivia joyce
    virginia noah ethan jeremy walter christian keith roger terry austin sean gerald carl victoria kelly lauren christina
    joan evelyn judith megan harold dylan arthur lawrence jordan jesse bryan billy bruce gabriel joe logan albert willie
    alan andrea cheryl hannah jacqueline martha gloria teresa ann sara madison frances kathryn janice jean abigail alice
    julia judy sophia grace denise amber doris marilyn danielle beverly isabella theresa diana natalie brittany charlotte
    marie kayla alexis lori juan wayne elijah randy roy vincent ralph eugene russell bobby mason philip louis harry oliver
    jack charlie alfie oscar leo muhammad isla ava mia poppy ella lily freya ellie chloe lucy evie holly`,
  ],
  [THAI_GIVEN, THAI_GIVENS],
  [THAI_GIVEN, THAI_GIVENS_READ],
  [THAI_GIVEN, JAPANESE_GIVENS],
  [THAI_GIVEN, CHINESE_GIVENS],
  [THAI_GIVEN, CHINESE_GIVENS_READ],
]);

/** The share of people who have this given name, in its plain spelling. */
export function givenNameShare(name: string): number {
  return GIVEN.get(name) ?? UNLISTED_GIVEN;
}

/** The share of people who have this family name, in its plain spelling. */
export function familyNameShare(name: string): number {
  return FAMILY.get(name) ?? (/\p{Script=Thai}/u.test(name) ? THAI_FAMILY : UNLISTED_FAMILY);
}

/** Whether two different given names are both names that people have: then a likeness between them is no slip. */
export function areOtherNames(a: string, b: string): boolean {
  const isName = (word: string) => GIVEN.has(word) || isKnownGivenName(word);
  return a !== b && isName(a) && isName(b) && !areFormsOfOneName(a, b);
}

function shares(lists: readonly (readonly [Law, string])[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [{ c, b }, names] of lists) {
    for (const [index, name] of names.trim().split(/\s+/u).entries()) {
      const share = c / (index + 1 + b);
      if (share > (found.get(name) ?? 0)) found.set(name, share);
    }
  }
  return found;
}
