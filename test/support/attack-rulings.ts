import { Attack, told } from "./attack";
import { identifier, Person } from "./attack-person";
import { Scene } from "./attack-scene";

/** A second account of hers, with nothing that ties it to the first. */
const secondAccount = ({ own }: Scene) => identifier("USER_ID", own("second account"));

async function withSecondAccount(scene: Scene): Promise<void> {
  await scene.arrive(scene.ann, scene.bob);
  await scene.tell({ source: "shop", key: scene.own("second"), identifiers: [secondAccount(scene)] });
}

async function merged(scene: Scene): Promise<string> {
  return scene.merge(await scene.profileIdOf(scene.ann.appRecord), await scene.recordId("shop", scene.own("second")));
}

const second: Attack["twin"] = (scene) => scene.recordId("shop", scene.own("second"));

/** The browser of somebody who only says that her address is his. */
const mallory = ({ own }: Scene) => ({ source: "web", key: own("mallory") });

async function expectApart(scene: Scene): Promise<void> {
  const { source, key } = mallory(scene);
  const stranger = await scene.profile(await scene.recordId(source, key));
  expect(stranger.id).not.toBe(await scene.profileIdOf(scene.ann.appRecord));
}

/** A person's decisions are facts about records, and strangers may have records among them. */
export const RULINGS: readonly Attack[] = [
  {
    name: "a stranger who waits on her profile and his is there when an agent merges her accounts",
    arrive: async (scene) => {
      const { ann, bob, claim } = scene;
      await withSecondAccount(scene);
      await claim({ identifiers: [ann.email] }, { identifiers: [ann.phone, bob.phone] });
      await merged(scene);
    },
    late: ({ ann, bob, own, claim }) =>
      claim(
        { key: own("stranger-1"), identifiers: [bob.email, bob.userId], occurredAt: "2026-02-01T00:00:00.000Z" },
        { key: own("stranger-2"), identifiers: [ann.userId, bob.userId], occurredAt: "2026-02-01T00:00:00.000Z" },
      ),
    twin: second,
  },
  {
    name: "a stranger claims her merged accounts together with his",
    arrive: async (scene) => {
      await withSecondAccount(scene);
      await merged(scene);
    },
    late: (scene) => scene.claim({ identifiers: [scene.ann.email, secondAccount(scene), scene.bob.userId] }),
    twin: second,
  },
  {
    name: "the two accounts that an agent will merge are claimed together with his",
    early: (scene) => scene.claim({ identifiers: [scene.ann.userId, secondAccount(scene), scene.bob.userId] }),
    arrive: withSecondAccount,
    twin: async (scene) => {
      await merged(scene);
      return second(scene);
    },
  },
  {
    name: "a stranger waits on her profile for an agent to merge her accounts, and signs in afterwards",
    arrive: async (scene) => {
      await withSecondAccount(scene);
      await scene.claim({ ...mallory(scene), identifiers: [scene.ann.email] });
      await merged(scene);
    },
    late: async (scene) => {
      await scene.tell({ ...mallory(scene), identifiers: [identifier("USER_ID", scene.own("mallory"))] });
      await expectApart(scene);
    },
    twin: second,
  },
  {
    name: "a stranger waits on her profile and his on hers, and both sign in after an agent merged her accounts",
    arrive: async (scene) => {
      const { ann, own, claim } = scene;
      await withSecondAccount(scene);
      await claim({ ...mallory(scene), identifiers: [ann.email, identifier("ANONYMOUS_ID", own("browser"))] });
      await claim({ key: own("tab"), identifiers: [identifier("ANONYMOUS_ID", own("browser"))] });
      await merged(scene);
    },
    late: async (scene) => {
      const { own, tell } = scene;
      await tell({ source: "web", key: own("tab"), identifiers: [identifier("EMAIL", `${own("m")}@mallory.example`)] });
      await tell({ ...mallory(scene), identifiers: [identifier("EMAIL", `${own("m")}@mallory.example`)] });
      await expectApart(scene);
    },
    twin: second,
  },
  {
    name: "a stranger takes a key of his and waits on her profile, which an agent then takes apart from him",
    arrive: async (scene) => {
      const { ann, bob, arrive, tell, claim, split } = scene;
      await arrive(ann);
      await tell({ ...bob.appRecord, identifiers: [bob.email, ann.phone] });
      await claim({ ...bob.lineRecord, identifiers: [ann.email], attributes: null });
      await split(await scene.profileIdOf(ann.appRecord), await scene.recordId("app", bob.appRecord.key));
      await arrive(bob);
    },
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "claims are made between a merge and its revocation",
    arrive: async (scene) => {
      await withSecondAccount(scene);
      const ruling = await merged(scene);
      await scene.claim(
        { identifiers: [scene.ann.email, secondAccount(scene)] },
        { identifiers: [scene.ann.email, scene.bob.email] },
      );
      await scene.revoke(ruling);
    },
    late: async (scene) => {
      expect(await second(scene).then(scene.profile)).not.toMatchObject({
        id: await scene.profileIdOf(scene.ann.appRecord),
      });
      await scene.claim({ identifiers: [scene.ann.phone, secondAccount(scene)] });
      expect(await second(scene).then(scene.profile)).not.toMatchObject({
        id: await scene.profileIdOf(scene.ann.appRecord),
      });
    },
    twin: async (scene) => {
      await merged(scene);
      return second(scene);
    },
  },
  {
    name: "a stranger claims both halves of what an agent took apart",
    arrive: async (scene) => {
      const { ann, bob, arrive, tell, split } = scene;
      await arrive(ann);
      await tell({ ...bob.appRecord, identifiers: [bob.email, ann.phone] });
      const wrong = await scene.recordId("app", bob.appRecord.key);
      await split(await scene.profileIdOf(ann.appRecord), wrong);
    },
    late: ({ ann, bob, claim }) =>
      claim(
        { identifiers: [ann.email, bob.email] },
        { identifiers: [ann.phone] },
        { ...bob.appRecord, identifiers: [ann.email] },
      ),
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "claims make two user ids one that an agent merged, so that others who share them would meet",
    arrive: async (scene) => {
      const [one, other] = desks(scene);
      const { ann, bob, own, arrive, tell, merge } = scene;
      await arrive(ann, bob);
      // Two user ids that whole departments sign in with; one clerk of each was once merged by hand.
      for (const desk of [one, other]) {
        await tell(
          ...Array.from({ length: 16 }, (_, n) => ({
            source: "desk",
            key: own(`${desk.value}-${n}`),
            identifiers: [desk],
          })),
        );
      }
      await merge(
        await scene.recordId("desk", own(`${one.value}-0`)),
        await scene.recordId("desk", own(`${other.value}-0`)),
      );
      await tell({ source: "desk", key: own(`${one.value}-0`), identifiers: [clerk(scene)] });
      await tell(...clients(scene));
    },
    late: async (scene) => {
      await scene.claim({ identifiers: [clerk(scene), common(scene)] });
      const [x, y] = await Promise.all(
        clients(scene).map((one) => scene.recordId(one.source, one.key).then(scene.profile)),
      );
      expect(x!.id).not.toBe(y!.id);
    },
    twin: told(({ ann }) => [ann.email]),
  },
];

const desks = ({ own }: Scene) => [identifier("USER_ID", own("north")), identifier("USER_ID", own("south"))] as const;
const clerk = ({ own }: Scene) => identifier("LINE_ID", own("clerk"));
const common = ({ own }: Scene) => identifier("LINE_ID", own("common"));

/** A customer of each department, with one messenger between them. */
function clients(scene: Scene): Pick<Person["appRecord"], "source" | "key" | "identifiers">[] {
  return desks(scene).map((desk, n) => ({
    source: "clients",
    key: scene.own(`client-${n}`),
    identifiers: [desk, common(scene)],
  }));
}
