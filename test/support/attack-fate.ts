import { Attack, told } from "./attack";
import { identifier, Person } from "./attack-person";
import { Scene } from "./attack-scene";

const kiosk = ({ own }: Scene) => identifier("ANONYMOUS_ID", own("kiosk"));
const tablet = ({ own }: Scene) => identifier("DEVICE_ID", own("kiosk tablet"));

/** All systems know the customers' user ids: a record that hangs by a common number alone could be anybody's. */
export async function arriveKnown({ ann, bob, arrive, tell }: Scene): Promise<void> {
  await arrive(ann, bob);
  for (const { crmRecord, lineRecord, userId } of [ann, bob]) {
    await tell({ ...crmRecord, identifiers: [userId] }, { ...lineRecord, identifiers: [userId] });
  }
}

/** The two have it in common, as the company itself says. */
function inCommon(pick: (scene: Scene) => Person["email"]): Attack["arrive"] {
  return async (scene) => {
    const { ann, bob, tell } = scene;
    await arriveKnown(scene);
    for (const { appRecord } of [ann, bob]) await tell({ ...appRecord, identifiers: [pick(scene)] });
  };
}

/** Another entry in the CRM, of somebody who lives with her. */
function relative(scene: Scene, attributes: Record<string, unknown>): Person["crmRecord"] {
  const { ann, own } = scene;
  const identifiers = [identifier("CRM_ID", own("relative"), "hubspot"), ann.email, ann.phone];
  return { source: "hubspot", key: own("relative"), identifiers, attributes };
}

function family(attributes: (scene: Scene) => Record<string, unknown>): Attack["arrive"] {
  return async (scene) => {
    await arriveKnown(scene);
    await scene.company.upsert([relative(scene, attributes(scene))]);
    expect(await scene.profileIdOf(relative(scene, {}))).not.toBe(await scene.profileIdOf(scene.ann.appRecord));
  };
}

const claimsTheFamily: Attack["late"] = async (scene) => {
  const { ann, claim } = scene;
  const other = identifier("CRM_ID", scene.own("relative"), "hubspot");
  await claim({ identifiers: [ann.email, other] }, { identifiers: [ann.crmId, other, ann.phone] });
  expect(await scene.profileIdOf(relative(scene, {}))).not.toBe(await scene.profileIdOf(ann.appRecord));
};

const duplicate: Attack["twin"] = async (scene) => {
  const { ann, own } = scene;
  const identifiers = [identifier("CRM_ID", own("duplicate"), "hubspot"), ann.email, ann.userId];
  const record = { source: "hubspot", key: own("duplicate"), identifiers, attributes: { givenName: "Ann" } };
  await scene.company.upsert([record]);
  return scene.profileIdOf(record);
};

/** Nobody means harm, and yet two people look like one. */
export const FATE: readonly Attack[] = [
  {
    name: "both sign in at one kiosk, and strangers use it too",
    arrive: inCommon(kiosk),
    late: async (scene) => {
      const { ann, bob, claim } = scene;
      await claim({ identifiers: [kiosk(scene)] }, { identifiers: [kiosk(scene), ann.email] });
      await claim({ identifiers: [kiosk(scene), bob.email] });
    },
    twin: told(({ ann }) => [ann.cookie]),
  },
  {
    name: "fifty more sign in at the kiosk's tablet",
    arrive: inCommon(tablet),
    late: async (scene) => {
      const others = Array.from({ length: 50 }, (_, n) => identifier("USER_ID", scene.own(`guest-${n}`)));
      await scene.tell(
        ...others.map((user) => ({ source: "app", key: user.value, identifiers: [user, tablet(scene)] })),
      );
    },
    twin: told(({ ann }) => [ann.deviceId]),
  },
  {
    name: "strangers without any name sit at the kiosk before anybody signs in",
    early: async (scene) => {
      await scene.tell({ source: "web", identifiers: [kiosk(scene)] });
      await scene.claim(
        { identifiers: [kiosk(scene), scene.ann.email] },
        { identifiers: [kiosk(scene), scene.bob.email] },
      );
    },
    arrive: inCommon(kiosk),
    twin: told(({ ann }) => [ann.cookie]),
  },
  {
    name: "her telephone number moves to him, and a stranger claims it",
    arrive: inCommon(({ ann }) => ann.phone),
    late: ({ ann, bob, claim }) => claim({ identifiers: [ann.phone] }, { identifiers: [ann.phone, bob.email] }),
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "her telephone number moves to him and he proves it, by a code sent to it",
    arrive: async (scene) => {
      const { ann, bob, tell } = scene;
      await arriveKnown(scene);
      await tell({ ...bob.appRecord, identifiers: [{ ...ann.phone, assurance: "VERIFIED" }] });
    },
    late: ({ ann, bob, claim }) =>
      claim({ identifiers: [ann.phone, ann.email] }, { identifiers: [ann.phone, bob.email] }),
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "her telephone number moves to him and her systems give it up, but a stranger goes on claiming it",
    arrive: async (scene) => {
      const { ann, bob, arrive, tell, company } = scene;
      await arrive(ann, bob);
      for (const one of [ann.crmRecord, ann.lineRecord]) {
        await company.upsert([{ ...one, identifiers: one.identifiers.filter(({ kind }) => kind !== "PHONE") }], true);
      }
      await tell({ ...ann.lineRecord, identifiers: [ann.email], occurredAt: "2026-01-03T00:00:00.000Z" });
      await tell({ ...bob.appRecord, identifiers: [ann.phone] });
    },
    late: ({ ann, bob, claim }) =>
      claim({ identifiers: [ann.phone, ann.email] }, { ...ann.appRecord, identifiers: [ann.phone, bob.email] }),
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "twins with one e-mail address and one telephone number",
    arrive: family(({ ann }) => ({ ...ann.attributes, givenName: "Anna-Maria" })),
    late: claimsTheFamily,
    twin: duplicate,
  },
  {
    name: "father and son with one name, one address and one telephone number",
    arrive: family(({ ann }) => ({ ...ann.attributes, dateOfBirth: "1960-09-09" })),
    late: claimsTheFamily,
    twin: duplicate,
  },
  {
    name: "a family's messenger stands on both their entries in the CRM, which no user id ties to them",
    arrive: async ({ ann, bob, own, arrive, tell }) => {
      await arrive(ann, bob);
      const family = identifier("LINE_ID", own("family"));
      for (const { crmRecord } of [ann, bob]) await tell({ ...crmRecord, identifiers: [family] });
    },
    late: ({ ann, bob, claim }) => claim({ identifiers: [ann.phone, bob.phone] }),
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "a desk's e-mail address stands on both, and becomes that of the whole office",
    arrive: inCommon(({ own }) => identifier("EMAIL", own("desk@office.example"))),
    late: async ({ own, tell }) => {
      const others = Array.from({ length: 20 }, (_, n) => identifier("USER_ID", own(`clerk-${n}`)));
      const desk = identifier("EMAIL", own("desk@office.example"));
      await tell(...others.map((user) => ({ source: "app", key: user.value, identifiers: [user, desk] })));
    },
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "an address that had joined her records becomes shared by claims alone",
    late: async ({ ann, own, claim }) => {
      for (const source of ["web", "app", "hubspot", "line"])
        await claim(
          ...Array.from({ length: 16 }, (_, n) => ({
            source,
            key: own(`${source}-${n}`),
            identifiers: [ann.email, ann.phone, ann.userId],
          })),
        );
    },
    twin: told(({ ann }) => [ann.phone]),
  },
];
