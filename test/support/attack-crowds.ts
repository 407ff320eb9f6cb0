import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { Attack, told } from "./attack";
import { identifier } from "./attack-person";
import { Said, Scene } from "./attack-scene";

/** As many strangers as are asked for, each with claims and a source of its own where one is given. */
function strangers(
  count: number,
  identifiers: (n: number) => readonly IdentifierInput[],
  source: (n: number) => string = () => "web",
): Said[] {
  return Array.from({ length: count }, (_, n) => ({ source: source(n), identifiers: identifiers(n) }));
}

const ofItsOwn =
  ({ own }: Scene) =>
  (n: number) =>
    own(`source-${n}`);
const userOf = ({ own }: Scene, n: number) => identifier("USER_ID", own(`claimed-${n}`));

/** Claims by the dozen: they may switch off what claims join, and nothing else. */
export const CROWDS: readonly Attack[] = [
  ...([16, 60] as const).flatMap((count): Attack[] => [
    {
      name: `${count} strangers of one source claim her e-mail address`,
      late: ({ ann, claim }) => claim(...strangers(count, () => [ann.email])),
      twin: told(({ ann }) => [ann.email]),
    },
    {
      name: `${count} strangers, each of another source, claim her telephone number`,
      late: (scene) => scene.claim(...strangers(count, () => [scene.ann.phone], ofItsOwn(scene))),
      twin: told(({ ann }) => [ann.phone]),
    },
    {
      name: `${count} strangers claim her user id, her device and her cookie`,
      late: ({ ann, claim }) => claim(...strangers(count, () => [ann.userId, ann.deviceId, ann.cookie])),
      twin: told(({ ann }) => [ann.userId]),
    },
  ]),
  {
    name: "sixteen claims of her e-mail address wait for her",
    early: ({ ann, claim }) => claim(...strangers(16, () => [ann.email])),
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "one stranger after the other claims her e-mail address",
    late: async ({ ann, claim }) => {
      for (const stranger of strangers(17, () => [ann.email])) await claim(stranger);
    },
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "strangers of the CRM's own source claim her e-mail address under keys of the CRM",
    late: ({ ann, claim }) =>
      claim(
        ...strangers(
          20,
          () => [ann.email, ann.phone],
          () => "hubspot",
        ),
      ),
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "fifteen entries of hers in one source, and a claim that makes it one too many",
    arrive: async ({ ann, bob, arrive, tell }) => {
      await arrive(ann, bob);
      await tell(
        ...strangers(
          14,
          () => [ann.phone],
          () => "till",
        ),
      );
    },
    late: ({ ann, claim }) =>
      claim(
        ...strangers(
          5,
          () => [ann.phone],
          () => "till",
        ),
      ),
    twin: told(({ ann }) => [ann.phone]),
  },
  {
    name: "strangers by the hundred, each of another source and with another user id, claim her e-mail address",
    late: (scene) => scene.claim(...strangers(200, (n) => [scene.ann.email, userOf(scene, n)], ofItsOwn(scene))),
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "more strangers than a profile has room for claim one of her identifiers each",
    late: (scene) => scene.claim(...strangers(600, (n) => [scene.ann.identifiers[n % 7]!], ofItsOwn(scene))),
    twin: async (scene) => {
      const id = await scene.tell({ identifiers: [scene.ann.email] });
      expect((await scene.profile(id)).records.length).toBeLessThanOrEqual(500);
      return id;
    },
  },
  {
    name: "two strangers with other user ids make honest visitors of her address ambiguous",
    arrive: async ({ ann, bob, own, arrive, tell }) => {
      await arrive(ann, bob);
      await tell({
        source: "web",
        key: own("honest"),
        identifiers: [ann.cookie, identifier("DEVICE_ID", own("phone"))],
      });
    },
    late: async (scene) => {
      const { ann, own, claim } = scene;
      const device = identifier("DEVICE_ID", own("phone"));
      await claim(...strangers(2, (n) => [ann.email, ann.cookie, device, userOf(scene, n)]));
    },
    twin: (scene) => scene.recordId("web", scene.own("honest")),
  },
  {
    name: "user ids are claimed on an honest visitor's own record",
    arrive: async ({ ann, bob, own, arrive, tell }) => {
      await arrive(ann, bob);
      await tell({ source: "web", key: own("honest"), identifiers: [ann.cookie] });
    },
    late: async (scene) => {
      const { bob, own, claim } = scene;
      await claim({ source: "web", key: own("honest"), identifiers: [userOf(scene, 1), userOf(scene, 2), bob.userId] });
    },
    twin: (scene) => scene.recordId("web", scene.own("honest")),
  },
  {
    name: "one stranger bridges two hundred customers",
    arrive: async (scene) => {
      await scene.arrive(scene.ann, scene.bob);
      await scene.tell(...crowd(scene).map((email, n) => ({ key: scene.own(`customer-${n}`), identifiers: [email] })));
    },
    late: async (scene) => {
      const emails = crowd(scene);
      await scene.claim(...emails.slice(1).map((email, n) => ({ identifiers: [emails[n]!, email] })));
      for (const from of [0, 50, 100, 150])
        await scene.claim({ key: scene.own("spider"), identifiers: emails.slice(from, from + 50) });
      const [row] = await scene.company.db.ownerQuery<{ profiles: number }>(
        "select count(distinct profile_id)::integer as profiles from records where source = 'till' and key like $1",
        [`customer-%-${scene.number}`],
      );
      expect(row!.profiles).toBe(200);
    },
    twin: told(({ ann }) => [ann.email]),
  },
];

/** The e-mail addresses of two hundred customers, hers and his among them. */
function crowd({ ann, bob, own }: Scene): IdentifierInput[] {
  const others = Array.from({ length: 198 }, (_, n) => identifier("EMAIL", own(`customer-${n}@crowd.example`)));
  return [ann.email, ...others, bob.email];
}
