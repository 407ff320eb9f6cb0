import { ProfileSplit, ProfilesMerged } from "../../src/live/change.type";
import { kindsOf, LiveServer, positionsOf, take, takeUntil } from "../support/live-server";

const SEED = Number(process.env.ONEFOLD_TEST_SEED ?? Date.now() % 1_000_000);

let server: LiveServer;

beforeAll(async () => {
  server = await LiveServer.open();
});

afterAll(() => server.close());

describe("a watched id", () => {
  it("is followed to the survivor when its profile is absorbed", async () => {
    const older = await server.knows("m1", ["m1@example.com"]);
    const start = await server.now();
    const younger = await server.knows("m2", ["m2@example.com"]);
    const stream = await server.watch(younger);
    await server.knows("m1", ["m1@example.com", "m2@example.com"]);
    await server.servesInCrm("m1");
    const [merged, happened] = await take(stream, 2);
    expect(merged).toBeInstanceOf(ProfilesMerged);
    expect(merged).toMatchObject({ profileId: older, absorbedIds: [younger] });
    expect(kindsOf([happened!])).toEqual(["InteractionAdded"]);
    expect(happened!.profileId).toBe(older);
    const past = await take(await server.watch(younger, start), 3);
    expect(kindsOf(past)).toEqual(["ProfileUpdated", "ProfilesMerged", "InteractionAdded"]);
    expect(past.map(({ profileId }) => profileId)).toEqual([younger, older, older]);
    await stream.return();
  });

  it("is followed to the half that holds it when its profile comes apart", async () => {
    const older = await server.knows("s1", ["s@example.com"]);
    const start = await server.now();
    const younger = await server.knows("s2", ["s@example.com"]);
    const streams = await Promise.all([server.watch(older), server.watch(younger)]);
    await server.knows("s2", ["other@example.com"]);
    for (const stream of streams) {
      const [split] = await take(stream, 1);
      expect(split).toBeInstanceOf(ProfileSplit);
      expect(split).toMatchObject({ profileId: older, separatedIds: [younger] });
    }
    await server.servesInCrm("s1");
    await server.servesInCrm("s2");
    for (const [stream, id] of [
      [streams[0]!, older],
      [streams[1]!, younger],
    ] as const) {
      expect(await take(stream, 1)).toMatchObject([{ profileId: id }]);
      await stream.return();
    }
    const past = await take(await server.watch(younger, start), 3);
    expect(kindsOf(past)).toEqual(["ProfileUpdated", "ProfileSplit", "InteractionAdded"]);
    expect(past.map(({ profileId }) => profileId)).toEqual([older, older, younger]);
  });

  it("is told live exactly what it is told afterwards, through any history of merges and splits", async () => {
    process.stdout.write(`live-following: ONEFOLD_TEST_SEED=${SEED}\n`);
    const random = randomOf(SEED);
    const start = await server.now();
    const begin = await server.newestPosition();
    let end = Number.POSITIVE_INFINITY;
    const keys = ["h1", "h2", "h3", "h4", "h5", "h6"];
    const shared = ["p@example.com", "q@example.com", "r@example.com"];
    const ids: string[] = [];
    for (const key of keys) ids.push(await server.knows(key, [`${key}@example.com`]));
    const live = ids.map(async (id) => takeUntil(await server.watch(id, start), () => end));
    for (let n = 0; n < 50; n += 1) {
      const key = keys[Math.floor(random() * keys.length)]!;
      if (random() < 0.3) await server.servesInCrm(key);
      else await server.knows(key, [`${key}@example.com`, ...shared.filter(() => random() < 0.3)]);
    }
    end = await server.newestPosition();
    for (const key of keys) await server.servesInCrm(key);
    for (const [place, id] of ids.entries()) {
      const told = await live[place]!;
      expect(positionsOf(told)).toEqual(await positionsConcerning(id, begin, end));
      for (let cut = 0; cut < told.length; cut += 9) {
        const again = await takeUntil(await server.watch(id, told[cut]!.cursor), () => end);
        expect(again).toEqual(told.slice(cut + 1));
      }
    }
    const moves = await server.db.ownerQuery("select 1 from past_memberships");
    expect(moves.length).toBeGreaterThan(5);
  });
});

/** Judged entry by entry: it happened to the profile that held the record at its position, or it is what moved it. */
async function positionsConcerning(recordId: string, begin: number, end: number): Promise<number[]> {
  const rows = await server.db.ownerQuery<{ position: string }>(
    `select c.position from changes c
     where c.position > $2 and c.position <= $3 and exists (
       select from (
         select profile_id, since_position as first, null::bigint as stop from records where record_id = $1
         union all select profile_id, from_position, to_position from past_memberships where record_id = $1) m
       where c.position >= m.first and (m.stop is null or c.position < m.stop)
         and (c.profile_id = m.profile_id
           or (c.position = m.first and c.kind = 'PROFILE_SPLIT' and m.profile_id = any(c.related_ids))))
     order by c.position`,
    [recordId, begin, end],
  );
  return rows.map(({ position }) => Number(position));
}

/** Mulberry32: a small generator with a seed, so that a failing history can be run again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
