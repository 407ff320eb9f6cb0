import { Attack, soonerOrLater, told } from "./attack";
import { identifier, OwnRecord, Person } from "./attack-person";
import { Scene } from "./attack-scene";

const LIES = { givenName: "Mallory", familyName: "Malice", dateOfBirth: "1970-01-01", city: "Nowhere", language: "xx" };

const again: Attack["twin"] = async ({ ann, tell, recordId }) => {
  const { source, key } = ann.appRecord;
  await tell({ source, key, identifiers: [ann.phone], occurredAt: "2026-02-01T00:00:00.000Z" });
  return recordId(source, key);
};

/** Somebody whom the company has without anything that would say who it is. */
const nameless = ({ own }: Scene): OwnRecord => ({
  source: "pos",
  key: own("nameless"),
  identifiers: [],
  attributes: { givenName: "Nobody", note: "owes us 10" },
});

/** Somebody's session, as the company's own server saw it. */
const visit = ({ own }: Scene): OwnRecord => ({
  source: "web",
  key: own("session"),
  identifiers: [identifier("ANONYMOUS_ID", own("session"))],
  attributes: null,
});

/** It is as the company told it, and nobody's. */
async function isAsTheCompanySaid(scene: Scene, { source, key, identifiers, attributes }: OwnRecord): Promise<void> {
  const id = await scene.recordId(source, key);
  const profile = await scene.profile(id);
  expect(profile.records.map((record) => record.id)).toEqual([id]);
  expect(profile.identifiers.map(({ value }) => value)).toEqual(identifiers.map(({ value }) => value));
  const said = profile.attributes.map(({ name, value }) => [name, value] as const);
  expect(Object.fromEntries(said)).toEqual(attributes ?? {});
  expect(await scene.textsOf([id])).not.toContain("a lie");
}

/** A stranger names the key of a record that the company has, and her address or his with it. */
function namedByKey(what: string, recordOf: (scene: Scene) => OwnRecord, arrives: Attack["arrive"]): Attack[] {
  const claims = (scene: Scene) =>
    scene.claim(
      { ...recordOf(scene), identifiers: [scene.ann.email], attributes: LIES, text: "a lie" },
      { ...recordOf(scene), identifiers: [scene.ann.userId, scene.ann.lineId], occurredAt: "9999-12-31T23:59:59.000Z" },
    );
  const twin: Attack["twin"] = async (scene) => {
    await isAsTheCompanySaid(scene, recordOf(scene));
    return scene.tell({ ...recordOf(scene), identifiers: [scene.ann.email], attributes: null });
  };
  const arrive: Attack["arrive"] = async (scene) => {
    await scene.arrive(scene.ann, scene.bob);
    await arrives!(scene);
  };
  return soonerOrLater(`a stranger names the key of ${what}, and claims that it is hers`, claims, twin).map(
    (attack) => ({
      ...attack,
      arrive,
    }),
  );
}

/** A public key may name any source and any key, also those of a customer's own records. */
export const OWN_RECORDS: readonly Attack[] = [
  {
    name: "a second user id is claimed on her own record",
    late: ({ ann, own, claim }) => claim({ ...ann.appRecord, identifiers: [identifier("USER_ID", own("second"))] }),
    twin: told(({ ann }) => [ann.userId]),
  },
  {
    name: "his user id is claimed on her own record",
    late: ({ ann, bob, claim }) => claim({ ...ann.appRecord, identifiers: [bob.userId] }),
    twin: again,
  },
  {
    name: "his CRM id and e-mail address are claimed on her entry in the CRM",
    late: ({ ann, bob, claim }) => claim({ ...ann.crmRecord, identifiers: [bob.crmId, bob.email] }),
    twin: again,
  },
  {
    name: "all of his is claimed on all of her records, and the reverse",
    late: async ({ ann, bob, claim }) => {
      await claim(...ann.records.map((one) => ({ ...one, identifiers: bob.identifiers })));
      await claim(...bob.records.map((one) => ({ ...one, identifiers: ann.identifiers })));
    },
    twin: again,
  },
  {
    name: "a stranger takes the key that her record will have, and claims his user id on it",
    early: ({ ann, bob, claim }) => claim({ ...ann.appRecord, identifiers: [bob.userId, bob.email], attributes: LIES }),
    twin: again,
  },
  {
    name: "lies about her name and birth are told on all of her records",
    late: ({ ann, claim }) => claim(...ann.records.map((one) => ({ ...one, attributes: LIES }))),
    twin: again,
  },
  {
    name: "the lies are dated after everything that the company will ever say",
    late: ({ ann, claim }) =>
      claim(...ann.records.map((one) => ({ ...one, attributes: LIES, occurredAt: "9999-12-31T23:59:59.000Z" }))),
    twin: again,
  },
  {
    name: "her attributes are cleared and emptied",
    late: async ({ ann, claim }) => {
      const cleared = { givenName: null, familyName: "", dateOfBirth: " ", city: {}, language: [] };
      await claim(...ann.records.map((one) => ({ ...one, attributes: cleared })));
    },
    twin: again,
  },
  {
    name: "a birth date is claimed that would contradict her second entry in the CRM",
    arrive: async ({ ann, bob, own, arrive, company }) => {
      await arrive(ann, bob);
      const second = { ...ann.crmRecord, key: own("duplicate") };
      const identifiers = [identifier("CRM_ID", own("duplicate"), "hubspot"), ann.email];
      await company.upsert([{ ...second, identifiers }]);
    },
    late: ({ own, claim }) => claim({ source: "hubspot", key: own("duplicate"), identifiers: [], attributes: LIES }),
    twin: told(({ ann }) => [ann.crmId]),
  },
  {
    name: "her telephone number is claimed on her entry in the CRM with a date that no sync will reach",
    late: ({ ann, claim }) => claim({ ...ann.crmRecord, attributes: null, occurredAt: "9999-12-31T23:59:59.000Z" }),
    twin: async (scene) => {
      await takesAway(scene.ann, scene);
      return scene.profileIdOf(scene.ann.crmRecord);
    },
  },
  {
    name: "the same before the CRM has named the number",
    early: ({ ann, claim }) => claim({ ...ann.crmRecord, attributes: null, occurredAt: "9999-12-31T23:59:59.000Z" }),
    twin: async (scene) => {
      await takesAway(scene.ann, scene);
      return scene.profileIdOf(scene.ann.crmRecord);
    },
  },
  {
    name: "an event without a key claims her e-mail address, and takes the key that hers would get",
    early: ({ ann, bob, claim }) => claim({ key: null, identifiers: [ann.email, bob.userId] }),
    twin: ({ ann, tell }) => tell({ source: "web", key: null, identifiers: [ann.email] }),
  },
  {
    name: "a stranger uses up the message ids of the company",
    early: async ({ ann, own, claim }) => {
      await claim({ ...ann.appRecord, messageId: own("order"), identifiers: [ann.email] });
    },
    twin: ({ ann, own, tell }) => tell({ ...ann.appRecord, messageId: own("order") }),
  },
  {
    name: "a claim calls itself verified",
    late: ({ ann, bob, claim }) =>
      claim({ identifiers: [ann.email, bob.email].map((one) => ({ ...one, assurance: "VERIFIED" as const })) }),
    twin: told(({ ann }) => [{ ...ann.email, assurance: "VERIFIED" }]),
  },
  {
    name: "another name to be shown is claimed on her record",
    late: ({ ann, claim }) =>
      claim({ ...ann.appRecord, attributes: { displayName: "Mallory", name: "Mallory" }, identifiers: [] }),
    twin: again,
  },
  {
    name: "a handle is claimed that would be shown instead of her address",
    arrive: async ({ ann, bob, arrive, tell }) => {
      await arrive(bob);
      await tell(ann.appRecord);
    },
    late: ({ ann, own, claim }) => claim({ identifiers: [ann.email, identifier("X_HANDLE", own("mallory"))] }),
    twin: again,
  },
  ...namedByKey("a record of which the company has no identifier", nameless, (scene) =>
    scene.company.upsert([nameless(scene)]),
  ),
  ...namedByKey(
    "somebody of whom the company has sent an event, and no more",
    (scene) => ({ ...nameless(scene), attributes: null }),
    async (scene) => {
      await scene.tell({ ...nameless(scene), attributes: null });
    },
  ),
  ...namedByKey("a visit that the company itself has seen", visit, async (scene) => {
    await scene.tell(visit(scene));
  }),
  {
    name: "a stranger writes a message as if it were hers",
    late: ({ ann, claim }) => claim(...ann.records.map((one) => ({ ...one, identifiers: [], text: "a lie" }))),
    twin: again,
  },
];

/** The CRM no longer knows the number, and so it goes. */
async function takesAway({ crmRecord, phone }: Person, scene: Parameters<Attack["twin"]>[0]): Promise<void> {
  const rest = crmRecord.identifiers.filter((one) => one !== phone);
  await scene.company.upsert([{ ...crmRecord, identifiers: rest }], true, "2026-03-01T00:00:00.000Z");
  const { records } = await scene.profile(await scene.recordId(crmRecord.source, crmRecord.key));
  const { identifiers } = records.find(({ key, claimed }) => key === crmRecord.key && !claimed)!;
  expect(identifiers.map(({ kind }) => kind)).not.toContain("PHONE");
}
