import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { Attack } from "./attack";
import { herElsewhere, withSlips } from "./attack-likeness";
import { identifier, OwnRecord } from "./attack-person";
import { Said, Scene } from "./attack-scene";

type Given = Record<string, unknown>;

/** Another record of the company's about her, with nothing that names her. */
function elsewhere({ ann, own }: Scene, attributes: Given = withSlips(ann)): OwnRecord {
  return { source: "pos", key: own("elsewhere"), identifiers: [], attributes };
}

/** Little is known of her there: a name and a town. */
function perhapsHer(scene: Scene): OwnRecord {
  const { givenName, familyName, address } = scene.ann.attributes as { address: Given } & Given;
  return elsewhere(scene, { givenName, familyName, address: { ...address, line: "9 Quay Lane" } });
}

const alsoArrives =
  (other: (scene: Scene) => OwnRecord): Attack["arrive"] =>
  async (scene) => {
    await scene.arrive(scene.ann, scene.bob);
    await scene.company.upsert([other(scene)]);
  };

/** Whether the other record is one with her, and how strongly it is suggested where it is not. */
async function standingOf(scene: Scene): Promise<{ readonly isHers: boolean; readonly suggested: readonly number[] }> {
  const pairs = await scene.company.db.ownerQuery<{ strength: number }>(
    `select s.strength from similar_pairs s
     join records a on a.record_id = s.record_a join records b on b.record_id = s.record_b
     where s.suggested and a.key = any($1) and b.key = any($1)`,
    [[elsewhere(scene), ...scene.ann.records].map(({ key }) => key)],
  );
  const isHers = (await scene.profileIdOf(elsewhere(scene))) === (await scene.profileIdOf(scene.ann.appRecord));
  return { isHers, suggested: pairs.map(({ strength }) => strength) };
}

/** The claims change nothing of it; what the company itself says does. */
function standing(
  name: string,
  other: (scene: Scene) => OwnRecord,
  expected: { readonly isHers: boolean; readonly suggestions: number },
  claims: (scene: Scene) => readonly Said[],
  said: (scene: Scene) => Said,
): Attack {
  return {
    name,
    arrive: alsoArrives(other),
    late: async (scene) => {
      const before = await standingOf(scene);
      expect([before.isHers, before.suggested.length]).toEqual([expected.isHers, expected.suggestions]);
      await scene.claim(...claims(scene));
      expect(await standingOf(scene)).toEqual(before);
    },
    twin: async (scene) => {
      const before = await standingOf(scene);
      const { source, key } = elsewhere(scene);
      await scene.tell({ source, key, ...said(scene), occurredAt: "2026-02-01T00:00:00.000Z" });
      expect(await standingOf(scene)).not.toEqual(before);
      return herElsewhere()(scene);
    },
  };
}

const SOMEBODY_ELSE = { givenName: "Zebulon", dateOfBirth: "1901-01-01", generation: "Jr" };

/** What likeness has made of records of the company, and what strangers would make of that. Persons are compared here. */
export const STANDING: readonly Attack[] = [
  standing(
    "a stranger names the keys of two records that are one by likeness, and says what no one person could be both",
    elsewhere,
    { isHers: true, suggestions: 0 },
    (scene) => [
      { ...elsewhere(scene), identifiers: [identifier("USER_ID", scene.own("other"))], attributes: SOMEBODY_ELSE },
      { ...scene.ann.crmRecord, identifiers: [], attributes: SOMEBODY_ELSE },
    ],
    () => ({ identifiers: [], attributes: SOMEBODY_ELSE }),
  ),
  standing(
    "strangers with her address say what she could not be, to have her taken apart from what likeness joined",
    elsewhere,
    { isHers: true, suggestions: 0 },
    ({ ann, bob }) => [
      { identifiers: [ann.email, ann.phone], attributes: SOMEBODY_ELSE },
      { identifiers: [ann.userId, bob.email], attributes: { ...bob.attributes, ...SOMEBODY_ELSE } },
    ],
    ({ own }) => ({ identifiers: [identifier("USER_ID", own("somebody else"))] }),
  ),
  standing(
    "sixty strangers claim the addresses by which two records are alike, until those would say nothing",
    (scene) => ({ ...perhapsHer(scene), identifiers: [slippedEmail(scene)] }),
    { isHers: false, suggestions: 1 },
    (scene) => Array.from({ length: 60 }, () => ({ identifiers: [scene.ann.email, slippedEmail(scene)] })),
    ({ ann }) => ({ identifiers: [ann.phone] }),
  ),
  standing(
    "a stranger would end a suggestion: he says that the two were born on other days",
    perhapsHer,
    { isHers: false, suggestions: 1 },
    (scene) => [
      { ...perhapsHer(scene), identifiers: [], attributes: SOMEBODY_ELSE },
      { ...scene.ann.crmRecord, identifiers: [], attributes: { ...SOMEBODY_ELSE, dateOfBirth: "1902-02-02" } },
    ],
    () => ({ identifiers: [], attributes: { dateOfBirth: "1901-01-01", generation: "Jr" } }),
  ),
  standing(
    "a stranger would have a suggestion become a join: he claims for it all that she is and has",
    perhapsHer,
    { isHers: false, suggestions: 1 },
    (scene) => [{ ...perhapsHer(scene), identifiers: scene.ann.identifiers, attributes: scene.ann.attributes }],
    ({ ann }) => ({ identifiers: [], attributes: ann.attributes }),
  ),
  standing(
    "sixty strangers say all that is said of her and of the other, so that the two are never compared again",
    perhapsHer,
    { isHers: false, suggestions: 1 },
    (scene) =>
      Array.from({ length: 60 }, (_, n) => ({
        identifiers: [],
        attributes: n % 2 === 0 ? scene.ann.attributes : perhapsHer(scene).attributes!,
      })),
    ({ ann }) => ({ identifiers: [ann.email] }),
  ),
];

function slippedEmail({ ann }: Scene): IdentifierInput {
  return { ...ann.email, value: ann.email.value.replace("lee", "le") };
}
