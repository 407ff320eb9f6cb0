import { compareNames } from "../../../../src/identity/similarity/compare/compare-name";
import { personName } from "../../../../src/identity/similarity/compare/person-name";

type Name = Record<string, string> | string;

function nameOf(name: Name) {
  return personName(typeof name === "string" ? { displayName: name } : name);
}

function levels(a: Name, b: Name): string {
  const found = compareNames(nameOf(a), nameOf(b));
  return found.map(({ attribute, level }) => `${attribute} ${level}`).join(", ");
}

const of = (givenName: string, familyName: string) => ({ givenName, familyName });

describe("two names are compared", () => {
  it.each<[string, Name, Name, string]>([
    ["equal", of("Ann", "Lee"), of("ANN", "lee "), "givenName EXACT, familyName EXACT"],
    ["in each other's field", of("Lee", "Ann"), of("Ann", "Lee"), "givenName EXACT, familyName EXACT"],
    ["as a display name", "Ann Lee", of("Ann", "Lee"), "givenName EXACT, familyName EXACT"],
    ["with a comma", "Lee, Ann", of("Ann", "Lee"), "givenName EXACT, familyName EXACT"],
    ["with titles", "Dr. Ann Lee", "Mrs Ann Lee", "givenName EXACT, familyName EXACT"],
    ["with accents and an apostrophe", of("José", "O’Hare"), of("jose", "Ohare"), "givenName EXACT, familyName EXACT"],
    ["with a nickname", of("Bob", "Smith"), of("Robert", "Smith"), "givenName FORM, familyName EXACT"],
    ["with two nicknames", of("Peggy", "Smith"), of("Maggie", "Smith"), "givenName FORM, familyName EXACT"],
    ["with an initial", of("R", "Smith"), of("Robert", "Smith"), "givenName INITIAL, familyName EXACT"],
    ["with the initial of a nickname", of("B", "Smith"), of("Robert", "Smith"), "givenName INITIAL, familyName EXACT"],
    ["with another initial", of("K", "Smith"), of("Robert", "Smith"), "givenName DIFFERENT, familyName EXACT"],
    ["with a slip", of("Rboert", "Smth"), of("Robert", "Smith"), "givenName SLIP, familyName SLIP"],
    [
      "with a slip that makes another name",
      of("Daniel", "Lee"),
      of("Daniela", "Lee"),
      "givenName OTHER_NAME, familyName EXACT",
    ],
    [
      "with names that only look alike",
      of("Marinda", "Lee"),
      of("Marinella", "Lee"),
      "givenName NEAR, familyName EXACT",
    ],
    [
      "with two known names that look alike",
      of("Hannah", "Lee"),
      of("Anna", "Lee"),
      "givenName OTHER_NAME, familyName EXACT",
    ],
    ["with another first letter", of("Kayden", "Ashby"), of("Zayden", "Ashby"), "givenName NEAR, familyName EXACT"],
    [
      "with one of two family names",
      of("Marie", "Sanchez Mendoza"),
      of("Marie", "Mendoza"),
      "givenName EXACT, familyName PART",
    ],
    ["known by the middle name", of("Robert James", "Smith"), of("James", "Smith"), "givenName PART, familyName EXACT"],
    ["run together", of("Mary Ann", "Smith"), of("Maryann", "Smith"), "givenName EXACT, familyName EXACT"],
    ["where one lacks the family name", of("Ann", ""), of("Ann", "Lee"), "givenName EXACT"],
    [
      "in Cyrillic and in Latin letters",
      of("Иван", "Петров"),
      of("Ivan", "Petrov"),
      "givenName EXACT, familyName EXACT",
    ],
  ])("%s", (_, a, b, expected) => {
    expect(levels(a, b)).toBe(expected);
    expect(levels(b, a)).toBe(expected);
  });

  it.each<[string, Name, Name, string]>([
    ["Thai, with a title", "นายสมชาย ใจดี", of("สมชาย", "ใจดี"), "givenName EXACT, familyName EXACT"],
    ["Thai, without a tone mark", of("สมชาย", "แก่นแก้ว"), of("สมชาย", "แกนแกว"), "givenName EXACT, familyName SLIP"],
    ["Thai, with a slip", of("สมศักดิ์", "ใจดี"), of("สมศกัดิ์", "ใจดี"), "givenName SLIP, familyName EXACT"],
    ["Thai brothers", of("ณัฐพล", "ใจดี"), of("ณัฐพร", "ใจดี"), "givenName NEAR, familyName EXACT"],
    ["Thai sisters", of("ศิริพร", "ใจดี"), of("ศิริวรรณ", "ใจดี"), "givenName DIFFERENT, familyName EXACT"],
    ["Thai, in Latin letters", of("สมชาย", "ใจดี"), of("Somchai", "Jaidee"), "givenName FORM"],
    ["Japanese, without a space", "佐藤健", of("健", "佐藤"), "givenName EXACT, familyName EXACT"],
    [
      "Japanese, of a rare family, without a space",
      "勅使河原健",
      of("健", "勅使河原"),
      "givenName EXACT, familyName EXACT",
    ],
    ["Japanese, with さん and a space", "佐藤　健さん", of("健", "佐藤"), "givenName EXACT, familyName EXACT"],
    ["Japanese, in variants of one character", of("健", "齋藤"), of("健", "斉藤"), "givenName EXACT, familyName EXACT"],
    ["Japanese, another given name", of("健", "佐藤"), of("健太", "佐藤"), "givenName DIFFERENT, familyName EXACT"],
    ["Japanese, in both kana", of("タケシ", "サトウ"), of("たけし", "さとう"), "givenName EXACT, familyName EXACT"],
    ["Japanese, half-width kana", of("ｻﾄｼ", "佐藤"), of("さとし", "佐藤"), "givenName EXACT, familyName EXACT"],
    ["Japanese, kana and kanji", of("健", "佐藤"), of("たけし", "さとう"), ""],
    ["Chinese, in Latin letters", "张伟", of("Wei", "Zhang"), "givenName FORM, familyName FORM"],
    [
      "Chinese, of two characters, in Latin letters",
      "张秀英",
      of("Xiu Ying", "Zhang"),
      "givenName FORM, familyName FORM",
    ],
    ["Chinese, traditional and simplified", of("偉", "張"), of("伟", "张"), "givenName EXACT, familyName EXACT"],
    ["Chinese, a rare name in Latin letters", of("骁", "欧阳"), of("Xiao", "Ouyang"), ""],
  ])("%s", (_, a, b, expected) => {
    expect(levels(a, b)).toBe(expected);
    expect(levels(b, a)).toBe(expected);
  });

  it.each<[string, Name, Name, string]>([
    ["senior and junior", of("John", "Smith Sr"), of("John", "Smith Jr."), "generation DIFFERENT"],
    ["the first and the second", of("Morris I", "Klein"), of("Morris II", "Klein"), "generation DIFFERENT"],
    ["junior and the second", of("John", "Smith Jr"), of("John", "Smith II"), "generation EXACT"],
    ["junior and nothing", of("John", "Smith Jr"), of("John", "Smith"), "generation PART"],
    ["after a comma", "John Smith, Jr.", of("John", "Smith Senior"), "generation DIFFERENT"],
  ])("for the generation: %s", (_, a, b, expected) => {
    expect(levels(a, b)).toBe(`givenName EXACT, familyName EXACT, ${expected}`);
  });
});

test("a placeholder is no name", () => {
  expect(personName({ givenName: "N/A", familyName: "unknown" })).toBeNull();
  expect(personName({ displayName: "ไม่ระบุ" })).toBeNull();
});

test("a common name counts as more common than a rare one, and a Thai family name as a family's own", () => {
  const share = (a: Name) =>
    compareNames(nameOf(a), nameOf(a)).find(({ attribute }) => attribute === "familyName")!.share!;
  expect(share(of("Ann", "Smith"))).toBeGreaterThan(share(of("Ann", "Vavasour")));
  expect(share(of("Ann", "Vavasour"))).toBeGreaterThan(share(of("มาลี", "ทองสุวรรณ")));
  expect(share(of("Wei", "Wang"))).toBeGreaterThan(share(of("Ann", "Smith")));
});
