import { likenessesOf } from "../../../../src/identity/similarity/score";
import { person, type Said } from "./people";

function levels(a: Said, b: Said): string {
  return likenessesOf(person(a), person(b))
    .map(({ attribute, level }) => `${attribute} ${level}`)
    .join(", ");
}

describe("two records are compared by", () => {
  it.each<[string, Said, Said, string]>([
    ["the same e-mail address", { email: "ann7@example.com" }, { email: "ann7@example.com" }, "email EXACT"],
    ["one with a slip", { email: "roberta25@smith.net" }, { email: "robert255@smith.net" }, "email SLIP"],
    ["the mailbox at another domain", { email: "skylark9@a.com" }, { email: "skylark9@b-mail.org" }, "email PART"],
    ["another address", { email: "ann@example.com" }, { email: "bob@example.com" }, "email DIFFERENT"],
    ["the same number", { phone: "+66812345678" }, { phone: "+66812345678" }, "phone EXACT"],
    ["a number without its country", { phone: "+390352655353" }, { phone: "+10352655353" }, "phone PART"],
    ["a number with a slip", { phone: "+66812345678" }, { phone: "+66812345679" }, "phone SLIP"],
    ["a number with two digits exchanged", { phone: "+66812345678" }, { phone: "+66812345687" }, "phone SLIP"],
    ["another number", { phone: "+66812345678" }, { phone: "+66898765432" }, "phone DIFFERENT"],
    ["gender in words of any language", { gender: "ชาย" }, { gender: "M" }, "gender EXACT"],
    ["another gender", { gender: "女性" }, { gender: "male" }, "gender DIFFERENT"],
    ["an unknown gender", { gender: "U" }, { gender: "male" }, ""],
    [
      "organizations without their legal form",
      { organization: "Acme, Inc." },
      { organization: "ACME" },
      "organization EXACT",
    ],
    ["an organization's longer name", { organization: "Acme" }, { organization: "Acme Europe" }, "organization NEAR"],
    ["another organization", { organization: "Acme" }, { organization: "Zenith" }, "organization DIFFERENT"],
    ["an id written with dashes", { ssn: "521-21-2123" }, { ssn: "521212123" }, "identifier EXACT"],
    ["an id with a slip", { ssn: "3871397" }, { ssn: "3871937" }, "identifier SLIP"],
    ["another id", { ssn: "3871397" }, { ssn: "8329801" }, "identifier DIFFERENT"],
    ["nothing, where one lacks it", { email: "ann@example.com", gender: "f" }, { phone: "+66812345678" }, ""],
  ])("%s", (_, a, b, expected) => {
    expect(levels(a, b)).toBe(expected);
    expect(levels(b, a)).toBe(expected);
  });

  test("a mailbox made of the name says nothing that the name did not say", () => {
    const name = { givenName: "Ann", familyName: "Lee" };
    expect(levels({ ...name, email: "ann.lee@a.com" }, { ...name, email: "ann.lee@b-mail.org" })).toContain(
      "email OF_NAME",
    );
    expect(levels({ ...name, email: "ann.lee73@a.com" }, { ...name, email: "ann.lee73@b-mail.org" })).toContain(
      "email PART",
    );
  });
});

const at = (line: string, city?: string, postalCode?: string) => ({ address: { line, city, postalCode } });

describe("two addresses are compared", () => {
  it.each<[string, Said, Said, string]>([
    ["in other words for the street", at("123 Main Street"), at("123 Main St."), "address EXACT"],
    ["as one text", { address: "123 Main Street, Las Vegas NV 89132" }, at("123 Main St"), "address EXACT"],
    ["run together", at("177 pridham street"), at("177 pridhamstreet"), "address EXACT"],
    ["with a slip in the number", at("123 Main Street"), at("124 Main Street"), "address NEAR"],
    ["with another number", at("123 Main Street"), at("9 Main Street"), "address PART"],
    ["with another street", at("123 Main Street"), at("123 Oakwood Avenue"), "address DIFFERENT"],
    [
      "in Japanese",
      at("神南１丁目２−３", "渋谷区", "150-0041"),
      at("神南1丁目2-3", "渋谷区", "1500041"),
      "address EXACT, postalCode EXACT, city EXACT",
    ],
    ["in Thai", at("255 ถนนพระราม4", "กรุงเทพ"), at("255 ถ.พระราม4", "กรุงเทพ"), "address EXACT, city EXACT"],
    [
      "with slips",
      at("1 Elm St", "Portsmouth", "4217"),
      at("1 Elm St", "Pootsmruth", "4271"),
      "address EXACT, postalCode SLIP, city SLIP",
    ],
  ])("%s", (_, a, b, expected) => {
    expect(levels(a, b)).toBe(expected);
    expect(levels(b, a)).toBe(expected);
  });
});
