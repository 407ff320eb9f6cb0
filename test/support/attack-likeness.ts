import { Attack, soonerOrLater } from "./attack";
import { arriveKnown } from "./attack-fate";
import { identifier, Person } from "./attack-person";
import { Company, Scene } from "./attack-scene";

type Given = Record<string, unknown>;

const SYLLABLES = ["bar", "kel", "dov", "mis", "tun", "rog", "hal", "fen", "zur", "pim"];

/** Ann and Bob of one case: nobody of another one is like them, and they are not like each other. */
export function unlikeOthers(company: Company, number: number): Scene {
  const family = [...String(number + 1000)].map((digit) => SYLLABLES[Number(digit)]).join("");
  const address = { line: `${number} Elm Street`, city: "Arlington", postalCode: String(10_000 + number * 37) };
  const born = (year: number) => `${year + (number % 25)}-0${1 + (number % 9)}-1${number % 10}`;
  const ann = { givenName: "Annabel", familyName: `${family}son`, dateOfBirth: born(1955), address };
  const bob = { givenName: "Robert", familyName: `O${family}`, dateOfBirth: born(1985) };
  return new Scene(company, number, new Person("annabel", number, ann), new Person("robert", number, bob));
}

/** Nothing that a stranger said has made anybody like anybody, or suggests that the two are one. */
async function nobodyIsLikeAStranger({ ann, bob, own, company }: Scene): Promise<void> {
  const strangers = own("stranger-%");
  const compared = await company.db.ownerQuery(
    `select r.key from records r
     left join similarity_profiles p using (tenant_id, record_id)
     left join similar_pairs s on s.tenant_id = r.tenant_id and r.record_id in (s.record_a, s.record_b)
     where r.key like $1 and (p.record_id is not null or s.record_a is not null)`,
    [strangers],
  );
  expect(compared).toEqual([]);
  const suggested = await company.db.ownerQuery(
    `select a.key, b.key from similar_pairs s
     join records a on a.record_id = s.record_a join records b on b.record_id = s.record_b
     where s.suggested and a.key = any($1) and b.key = any($1)`,
    [[...ann.records, ...bob.records].map(({ key }) => key)],
  );
  expect(suggested).toEqual([]);
}

const claiming =
  (claims: (scene: Scene) => Promise<void>) =>
  async (scene: Scene): Promise<void> => {
    await claims(scene);
    await nobodyIsLikeAStranger(scene);
  };

/** Another system of the company has her too, and nothing but who she is in common with the first. */
export const herElsewhere =
  (said: (ann: Person) => Given = ({ attributes }) => attributes): Attack["twin"] =>
  async (scene) => {
    const key = scene.own("pos");
    await scene.company.upsert([{ source: "pos", key, identifiers: [], attributes: said(scene.ann) }]);
    return scene.profileIdOf({ source: "pos", key, identifiers: [], attributes: null });
  };

/** The same with a slip in everything. */
export const withSlips = ({ attributes }: Person): Given => {
  const { familyName, dateOfBirth } = attributes as { familyName: string; dateOfBirth: string };
  return { ...attributes, givenName: "Anabel", familyName: familyName.replace(/son$/, "sen"), dateOfBirth };
};

/** Somebody of her family, whom the company knows as well. */
function withRelative(attributes: (ann: Given) => Given, reachedTogether = true): Attack["arrive"] {
  return async (scene) => {
    const { ann, own, company } = scene;
    await arriveKnown(scene);
    const card = identifier("LOYALTY_ID", own("relative"), "club");
    const identifiers = reachedTogether ? [card, ann.email, ann.phone] : [card];
    await company.upsert([{ ...relativeOf(scene), identifiers, attributes: attributes(ann.attributes) }]);
    expect(await scene.profileIdOf(relativeOf(scene))).not.toBe(await scene.profileIdOf(ann.appRecord));
  };
}

function relativeOf({ own }: Scene) {
  return { source: "pos", key: own("relative"), identifiers: [], attributes: null };
}

/** A stranger would bring them together: in his own name, and in that of the relative's visitor. */
const claimsTheRelative: Attack["late"] = async (scene) => {
  const { ann, own, claim } = scene;
  await claim(
    { identifiers: [ann.email, ann.phone], attributes: ann.attributes },
    { source: "pos", key: own("relative"), identifiers: [ann.userId], attributes: ann.attributes },
    { ...ann.appRecord, attributes: { givenName: "Annabel", generation: "Jr" } },
  );
  expect(await scene.profileIdOf(relativeOf(scene))).not.toBe(await scene.profileIdOf(ann.appRecord));
};

/** Strangers who know whom the company compares, and families in which much is alike. Persons are compared here. */
export const LIKENESS: readonly Attack[] = [
  ...soonerOrLater(
    "a stranger claims her name, birth date and address",
    claiming(({ ann, claim }) => claim({ identifiers: [], attributes: ann.attributes })),
    herElsewhere(),
  ),
  ...soonerOrLater(
    "a stranger claims her name, birth date and address, and his e-mail address",
    claiming(({ ann, bob, claim }) => claim({ identifiers: [bob.email], attributes: ann.attributes })),
    herElsewhere(withSlips),
  ),
  ...soonerOrLater(
    "a stranger claims her whole name as a display name, and everything that reaches her",
    claiming(({ ann, bob, claim }) =>
      claim({
        identifiers: [ann.email, ann.phone, bob.cookie],
        attributes: { displayName: `${ann.attributes.givenName} ${ann.attributes.familyName}`, gender: "FEMALE" },
      }),
    ),
    herElsewhere(),
  ),
  {
    name: "a stranger claims her name and birth date on his own records",
    late: ({ ann, bob, claim }) =>
      claim(...bob.records.map((one) => ({ ...one, identifiers: [], attributes: ann.attributes }))),
    twin: herElsewhere(),
  },
  {
    name: "a stranger claims another name and birth date on her own records",
    late: ({ ann, claim }) =>
      claim(
        ...ann.records.map((one) => ({
          ...one,
          identifiers: [],
          attributes: { givenName: "Zebulon", familyName: "Quux", dateOfBirth: "1901-01-01", generation: "Jr" },
        })),
      ),
    twin: herElsewhere(withSlips),
  },
  ...soonerOrLater(
    "her rare name and birth date become frequent by the claims of sixty strangers",
    claiming(({ ann, claim }) =>
      claim(...Array.from({ length: 60 }, () => ({ identifiers: [], attributes: ann.attributes }))),
    ),
    herElsewhere(withSlips),
  ),
  {
    name: "sixty strangers claim her e-mail address and her telephone, and her name with them",
    late: claiming(({ ann, claim }) =>
      claim(...Array.from({ length: 60 }, () => ({ identifiers: [ann.email, ann.phone], attributes: ann.attributes }))),
    ),
    twin: herElsewhere(withSlips),
  },
  {
    name: "a stranger claims her customer card and her name",
    arrive: async ({ ann, bob, own, arrive, tell }) => {
      await arrive(ann, bob);
      await tell({ ...ann.appRecord, identifiers: [identifier("LOYALTY_ID", own("card"), "club")] });
    },
    late: claiming(({ ann, bob, own, claim }) =>
      claim(
        { identifiers: [identifier("LOYALTY_ID", own("card"), "club"), bob.email], attributes: ann.attributes },
        { identifiers: [identifier("LOYALTY_ID", own("cart"), "club")], attributes: ann.attributes },
      ),
    ),
    twin: herElsewhere(),
  },
  {
    name: "twins of one birth date, address, e-mail address and telephone, who are compared",
    arrive: withRelative((ann) => ({ ...ann, givenName: "Charlotte" })),
    late: claimsTheRelative,
    twin: herElsewhere(),
  },
  {
    name: "father and son of one name and address, who are compared",
    arrive: withRelative((ann) => ({ ...ann, dateOfBirth: "1931-12-30" })),
    late: claimsTheRelative,
    twin: herElsewhere(),
  },
  {
    name: "the elder and the younger of one name, who are compared",
    arrive: withRelative(({ dateOfBirth: _, ...others }) => ({ ...others, generation: "Jr" }), false),
    late: claimsTheRelative,
    twin: herElsewhere(),
  },
];
