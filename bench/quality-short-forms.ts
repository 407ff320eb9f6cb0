/** Short forms that people of these names go by; written for the generator alone, not taken from the table that is measured. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  ...{ James: ["Jim", "Jamie"], John: ["Jack", "Johnny"], Michael: ["Mike", "Mick"], Robert: ["Bob", "Rob", "Bobby"] },
  ...{ David: ["Dave"], William: ["Bill", "Will", "Liam"], Richard: ["Rick", "Dick", "Rich"], Joseph: ["Joe"] },
  ...{ Thomas: ["Tom"], Christopher: ["Chris", "Kit"], Charles: ["Charlie", "Chuck"], Daniel: ["Dan", "Danny"] },
  ...{ Matthew: ["Matt"], Anthony: ["Tony"], Steven: ["Steve"], Andrew: ["Andy", "Drew"], Joshua: ["Josh"] },
  ...{ Kenneth: ["Ken"], Timothy: ["Tim"], Ronald: ["Ron"], Edward: ["Ed", "Ted", "Eddie"], Jeffrey: ["Jeff"] },
  ...{ Nicholas: ["Nick"], Jonathan: ["Jon"], Benjamin: ["Ben"], Samuel: ["Sam"], Gregory: ["Greg"] },
  ...{ Alexander: ["Alex", "Sandy"], Patrick: ["Pat", "Paddy"], Raymond: ["Ray"], Zachary: ["Zach"], Nathan: ["Nate"] },
  ...{ Patricia: ["Pat", "Trish"], Jennifer: ["Jen", "Jenny"], Elizabeth: ["Liz", "Beth", "Betty"], Barbara: ["Barb"] },
  ...{ Susan: ["Sue"], Jessica: ["Jess"], Margaret: ["Maggie", "Peggy", "Meg"], Kimberly: ["Kim"], Deborah: ["Deb"] },
  ...{ Rebecca: ["Becky"], Cynthia: ["Cindy"], Katherine: ["Kate", "Kathy", "Katie"], Catherine: ["Cathy", "Kate"] },
  ...{
    Samantha: ["Sam"],
    Christine: ["Chris", "Tina"],
    Victoria: ["Vicky", "Tori"],
    Christina: ["Tina"],
    Pamela: ["Pam"],
  },
  ...{ Amanda: ["Mandy"], Melissa: ["Missy"], Stephanie: ["Steph"], Teresa: ["Terry", "Tess"], Philippa: ["Pippa"] },
  ...{ Theodora: ["Dora"], Henrietta: ["Hettie"], Leopold: ["Leo"], Thaddeus: ["Thad"], Rosalind: ["Ros"] },
};

export function formsOfName(given: string): readonly string[] {
  return SHORT[given] ?? [];
}

/** Spellings of one name, which nobody gives to two people of a household. */
const SPELLINGS: readonly ReadonlySet<string>[] = [
  ["Steven", "Stephen"],
  ["Catherine", "Katherine", "Kathleen"],
  ["Christine", "Christina"],
  ["Sarah", "Sara"],
  ["Ann", "Anna"],
  ["Brian", "Bryan"],
  ["Mary", "Maria"],
  ["Julia", "Julie"],
].map((names) => new Set(names));

export function areSpellings(a: string, b: string): boolean {
  return a === b || SPELLINGS.some((names) => names.has(a) && names.has(b));
}
