import { Attack } from "./attack";
import { Scene } from "./attack-scene";

/** Plays an attack: nothing that an agent sees of the two customers changes by it, and what is legitimate joins. */
export async function attackFailsAndTwinJoins(scene: Scene, attack: Attack): Promise<void> {
  const { ann, bob } = scene;
  const look = () => Promise.all([scene.see(ann), scene.see(bob)]);

  await attack.early?.(scene);
  await (attack.arrive ?? (() => scene.arrive(ann, bob)))(scene);
  const [her, him] = await look();
  expect(her.id).not.toBe(him.id);
  expect([await scene.profilesOf(ann), await scene.profilesOf(bob)]).toEqual([[her.id], [him.id]]);
  if (!attack.arrive) {
    expect(her).toMatchObject(scene.expected(ann));
    expect(him).toMatchObject(scene.expected(bob));
    for (const { id, found } of [her, him]) expect(new Set(Object.values(found))).toEqual(new Set([id]));
  }

  await attack.late?.(scene);
  expect(await look()).toEqual([her, him]);
  for (const { id } of [her, him]) expect((await scene.profile(id)).records.length).toBeLessThanOrEqual(500);

  const joined = await scene.profile(await attack.twin(scene));
  expect(joined.id).toBe((await scene.see(ann)).id);
  expect(joined.id).not.toBe((await scene.see(bob)).id);
}
