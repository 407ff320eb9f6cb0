import { contradictionOf } from "../../../../src/identity/resolve/person-conflicts";
import { DEFAULT_WEIGHTS } from "../../../../src/identity/similarity/model";
import { scorePair } from "../../../../src/identity/similarity/score";
import { joinsByItself } from "../../../../src/identity/similarity/similar-pair";
import { DEFAULT_SIMILARITY } from "../../../../src/identity/similarity/similarity-rules";
import { person, type Said } from "./people";
import { profilesOf } from "./profiles-of";

const of = (givenName: string, familyName: string, dateOfBirth?: string) => ({ givenName, familyName, dateOfBirth });
const elm = { address: { line: "12 Elm Street", city: "Arlington", postalCode: "23208" } };
const palm = { address: "3212 W. 32nd St Palm Harbor, FL 60527" };

/** Each trap with its twin: people who are one and have to stay one. */
describe("similarity", () => {
  it.each<[string, Record<string, Said>, string]>([
    [
      "keeps father and son apart by their suffix",
      { jr: { ...of("David", "Dobbins Jr"), ...elm }, sr: { ...of("David", "Dobbins Senior"), ...elm } },
      "jr | sr",
    ],
    [
      "keeps father and son apart even with one birth date",
      { first: of("Morris I", "Klein", "4/12/82"), second: of("Morris II", "Klein", "4/12/82") },
      "first | second",
    ],
    [
      "holds a missing suffix for no conflict",
      { a: { ...of("Geoffrey", "Brown Jr", "6/21/82"), ...elm }, b: { ...of("Jeffrey", "Brown", "6/21/82"), ...elm } },
      "a b",
    ],
    [
      "keeps a son apart from his father at one address although only his own records say Jr",
      {
        father: { ...of("David", "Dobbins"), ...elm },
        son: { ...of("David", "Dobbins", "2001-05-06"), ...elm, phone: "+15035551234" },
        sonAgain: { ...of("David", "Dobbins Jr", "2001-05-06"), phone: "+15035551234" },
      },
      "father | son sonAgain",
    ],
    [
      "keeps sisters of one birth date apart: Darla, Darlene, Darletta",
      {
        darla: of("Darla", "Anderson", "1/7/80"),
        darlene: of("Darlene", "Anderson", "1/7/80"),
        darletta: of("Darletta", "Anderson", "1/7/80"),
      },
      "darla | darlene | darletta",
    ],
    [
      "joins spellings of one name with one birth date: Mohamed, Muhammed, Mhd",
      {
        a: of("Mohamed", "Vasquezian", "1/7/80"),
        b: of("Muhammed", "Vasquezian", "1/7/80"),
        c: of("Mhd", "Vasquezian", "1/7/80"),
      },
      "a b c",
    ],
    [
      "keeps the two John Smiths of one address apart, and gives the one nobody can place to neither",
      {
        elder: { ...of("John", "Smith", "10/10/70"), ...palm, gender: "M" },
        younger: { ...of("John", "Smith", "3/15/90"), ...palm },
        nobody: { ...of("John", "Smith"), ...palm },
      },
      "elder | nobody | younger",
    ],
    [
      "joins two records of a rare name at one address",
      { a: { ...of("Ottilie", "Vavasour"), ...elm }, b: { ...of("Ottilie", "Vavasour"), ...elm } },
      "a b",
    ],
    [
      "keeps twins apart who share everything but their names",
      {
        jack: { ...of("Jack", "Molyneux", "2012-03-04"), ...elm, email: "molyneux@example.com", phone: "+15035551234" },
        noah: { ...of("Noah", "Molyneux", "2012-03-04"), ...elm, email: "molyneux@example.com", phone: "+15035551234" },
      },
      "jack | noah",
    ],
    [
      "gives a twin's initial to neither twin",
      {
        ella: { ...of("Ella", "Molyneux", "2012-03-04"), ...elm, gender: "f" },
        erin: { ...of("Erin", "Molyneux", "2012-03-04"), ...elm },
        e: { ...of("E", "Molyneux", "2012-03-04"), ...elm, gender: "f" },
      },
      "e | ella | erin",
    ],
    [
      "keeps Thai twins apart whose names differ by a letter",
      { a: { ...of("ณัฐพล", "ใจดี", "2012-03-04"), ...elm }, b: { ...of("ณัฐพร", "ใจดี", "2012-03-04"), ...elm } },
      "a | b",
    ],
    [
      "keeps Japanese brothers apart",
      { a: { ...of("健", "佐藤", "1990-03-04"), ...elm }, b: { ...of("健太", "佐藤", "1990-03-04"), ...elm } },
      "a | b",
    ],
    [
      "joins a Thai name with a slip and one birth date",
      { a: of("สมศักดิ์", "ใจดี", "1990-03-04"), b: of("สมศกัดิ์", "ใจดี", "1990-03-04") },
      "a b",
    ],
    [
      "joins a Chinese name in characters and in Latin letters",
      {
        a: { displayName: "张秀英", dateOfBirth: "1931-02-14", ...elm },
        b: { ...of("Xiu Ying", "Zhang", "1931-02-14"), ...elm },
      },
      "a b",
    ],
    [
      "joins across day and month exchanged",
      { a: of("Leonora", "Featherstone", "1984-11-12"), b: of("Leonora", "Featherstone", "1984-12-11") },
      "a b",
    ],
    [
      "does not join strangers of one given name and birth date",
      { a: of("Emily", "Ravenscroft", "1984-11-12"), b: of("Emily", "Tredwell", "1984-11-12") },
      "a | b",
    ],
    [
      "does not join strangers of one common name",
      { a: { ...of("James", "Smith") }, b: { ...of("James", "Smith"), ...elm } },
      "a | b",
    ],
  ])("%s", (_, people, expected) => {
    expect(profilesOf(people)).toBe(expected);
    expect(profilesOf(Object.fromEntries(Object.entries(people).reverse()))).toBe(expected);
  });

  test("keeps everybody behind info@ apart, 21 people of one office", () => {
    const names = [..."ABCDEFGHIJKLMNOPQRSTU"].map((letter) => of(`${letter}lberta`, `${letter}ornwallis`));
    const office = { email: "info@ca-state.gov", organization: "State of California", ...elm };
    const people = Object.fromEntries(
      names.map((name, i) => [`p${String(i).padStart(2, "0")}`, { ...name, ...office }]),
    );
    expect(profilesOf(people)).toBe(Object.keys(people).sort().join(" | "));
  });
});

describe("two records that carry one e-mail address", () => {
  it.each<[string, Said, Said, boolean]>([
    [
      "contradict as father and daughter of one family",
      of("Edward", "Kusha", "3/1/1970"),
      of("Mary", "Kusha", "10/27/76"),
      true,
    ],
    ["contradict by given name alone", of("Jorg", "Swarm"), of("Kandace", "Kellar"), true],
    ["contradict by birth date alone", of("Mark", "Kusha", "9/28/97"), of("Mark", "Kusha", "3/1/1970"), true],
    ["do not contradict as Ed and Edward", of("Ed", "Kusha", "3/1/70"), of("Edward", "Kusha", "Mar 1 1970"), false],
    [
      "do not contradict after a marriage",
      of("Amanda", "Jones", "3/12/87"),
      of("Amanda", "Anderson", "3/12/87"),
      false,
    ],
    ["do not contradict where one says nothing", of("Amanda", "Jones"), {}, false],
    ["do not contradict with names in two scripts", of("健", "佐藤"), of("Ken", "Sato"), false],
  ])("%s", (_, a, b, expected) => {
    expect(contradictionOf(person(a), person(b), true) !== null).toBe(expected);
    expect(contradictionOf(person(b), person(a), true) !== null).toBe(expected);
  });

  it("do not contradict by a display name, which is often no name at all", () => {
    const [named, shown] = [person(of("Ann", "Carter")), person({ displayName: "Moonlight Brews" })];
    expect(contradictionOf(named, shown, true)).toBeNull();
    expect(contradictionOf(named, shown, false)).toMatchObject({ about: "givenName" });
    expect(contradictionOf(named, person({ displayName: "Noah Carter" }), true)).toMatchObject({ about: "givenName" });
  });
});

test("name and address alone join nobody where one of the two is called Jr", () => {
  const [plain, junior] = [
    person({ ...of("David", "Dobbins"), ...elm }),
    person({ ...of("David", "Dobbins Jr"), ...elm }),
  ];
  expect(joinsByItself(scorePair(plain, plain, DEFAULT_WEIGHTS), DEFAULT_SIMILARITY)).toBe(true);
  expect(joinsByItself(scorePair(plain, junior, DEFAULT_WEIGHTS), DEFAULT_SIMILARITY)).toBe(false);
});

test("a contradiction anywhere between two sides keeps the sides apart", () => {
  const people = {
    a: of("Ann", "Vavasour", "1980-05-06"),
    b: { ...of("Ann", "Vavasour"), ...elm, email: "ann@example.com" },
    c: { ...of("Ann", "Vavasour"), email: "ann@example.com" },
    d: of("Ann", "Vavasour", "1951-11-30"),
  };
  const ruled = [
    ["a", "b"],
    ["c", "d"],
  ];
  expect(profilesOf(people, DEFAULT_SIMILARITY, ruled)).toBe("a b | c d");
  expect(profilesOf(people, { ...DEFAULT_SIMILARITY, guard: false }, ruled)).toBe("a b c d");
});
