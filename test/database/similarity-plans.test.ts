import { describePerson, encodeProfile } from "../../src/identity/similarity/described-person";
import {
  readBlocks,
  readDescribed,
  readPairs,
  readProfiles,
  removeSimilarity,
  writeDescribed,
  writePairs,
} from "../../src/identity/similarity/similarity.repository";
import { holdSimilarity } from "../../src/identity/similarity/similarity-state.repository";
import { findSuggested, markSuggested } from "../../src/identity/similarity/suggestion.repository";
import {
  beginSharedValue,
  dropEmptySharedRulings,
  endSharedValue,
  listCarriers,
  listRulingsThatShare,
  listSharedValues,
  readSharedValues,
  silenceSharedRulings,
} from "../../src/identity/write/shared-value.repository";
import { listSuggestions } from "../../src/profile/suggestion-list.repository";
import { openTestDatabase, TestDatabase } from "../support/database";
import { Facts } from "../support/facts";
import { NotedDatabase, noteStatements } from "../support/noted-database";
import { accessesOf } from "../support/plan";

/** What a person says in these tests; who says it does not matter to a plan. */
const PERSON = describePerson({ givenName: "Ann", familyName: "Carter", dateOfBirth: "1978-11-12" }, [], 10_000)!;
const FILLED = [
  "similarity_profiles",
  "similarity_keys",
  "similar_pairs",
  "shared_values",
  "rulings",
  "ruling_records",
];
/** Answered whole, one row a tenant, or all that is in force. */
const WHOLE: ReadonlySet<string> = new Set(["feeds_key", "similarity_states_key", "shared_values_in_force"]);

let db: TestDatabase;
let facts: Facts;
let noted: NotedDatabase;
let ids: readonly string[];
let values: readonly string[];
let shared: readonly string[];

beforeAll(async () => {
  db = await openTestDatabase();
  for (let n = 0; n < 3; n += 1) await fill(await Facts.ofNewTenant(db), 800);
  facts = await Facts.ofNewTenant(db);
  await fill(facts, 1_200);
  await db.ownerQuery(
    `with made as (
       insert into tenants (tenant_id, name, hash_key, cursor_key, created_at)
       select gen_random_uuid(), 'one of many', '\\x01', '\\x02', now() from generate_series(1, 2000) returning tenant_id)
     insert into feeds (tenant_id, position, tag, at) select tenant_id, 0, 1, now() from made`,
  );
  await db.ownerQuery(`analyze feeds, ${FILLED.join(", ")}`);
  noted = noteStatements(db.database);
  ids = await listOf("select record_id as id from records where tenant_id = $1 order by record_id limit 20");
  values = await listOf(
    "select identifier_id as id from shared_values where tenant_id = $1 order by identifier_id limit 5",
  );
  shared = await listOf(
    "select ruling_id as id from shared_values where tenant_id = $1 order by identifier_id limit 5",
  );
}, 120_000);
afterAll(() => db.close());

async function listOf(text: string): Promise<string[]> {
  return (await db.ownerQuery<{ id: string }>(text, [facts.tenantId])).map(({ id }) => id);
}

/** Each record shares keys with some ten others and is alike five; every tenth is ruled apart from the next. */
async function fill(of: Facts, customers: number): Promise<void> {
  await of.crowd(customers, 2);
  const run = (text: string, ...more: unknown[]) => db.ownerQuery(text, [of.tenantId, ...more]);
  await run("insert into similarity_states values ($1, 1, true, null, 0)");
  await run(
    `insert into similarity_profiles (tenant_id, record_id, keys, profile)
     select $1, record_id, array[n / 10, 100000 + n / 7, 200000 + n / 13], $2
     from (select record_id, row_number() over (order by record_id) as n from records where tenant_id = $1) r`,
    encodeProfile(PERSON.profile),
  );
  await run(`insert into similarity_keys (tenant_id, key, record_id)
    select tenant_id, unnest(keys), record_id from similarity_profiles where tenant_id = $1`);
  await run(`insert into similar_pairs (tenant_id, record_a, record_b, strength, comparisons, suggested)
    select $1, a.record_id, b.record_id, 12 + (a.n * 7 + b.n * 3) % 40 / 4.0, '[]', (a.n + b.n) % 3 > 0
    from (select record_id, row_number() over (order by record_id) as n from records where tenant_id = $1) a
    join (select record_id, row_number() over (order by record_id) as n from records where tenant_id = $1) b
      on b.n > a.n and b.n <= a.n + 5`);
  await run(`insert into rulings (tenant_id, ruling_id, kind, actor, position, made_at)
    select $1, record_id, 'DIFFERENT', 'an agent', 1, now() from similarity_profiles where tenant_id = $1 and keys[1] % 10 = 0`);
  await run(`insert into ruling_records (tenant_id, ruling_id, record_id, side)
    select $1, g.ruling_id, p.record_id, case when p.record_id = g.ruling_id then 0 else 1 end
    from rulings g join similarity_profiles o on o.tenant_id = $1 and o.record_id = g.ruling_id
    join similarity_profiles p on p.tenant_id = $1 and p.keys[1] = o.keys[1] where g.tenant_id = $1`);
  await run(`insert into rulings (tenant_id, ruling_id, kind, actor, position, made_at)
    select $1, identifier_id, 'SHARED', 'an agent', 1, now() from identifiers where tenant_id = $1`);
  await run(`insert into shared_values (tenant_id, ruling_id, identifier_id, from_position, to_position)
    select $1, identifier_id, identifier_id, 1, case when value like '%0%' then null else 2 end
    from identifiers where tenant_id = $1`);
}

/** Reading a whole table, or a whole tenant's part of one. */
async function faults(...names: string[]): Promise<string[]> {
  const found: string[] = [];
  const sent = noted.sent.splice(0);
  expect(sent.map(({ statement }) => statement.name)).toEqual(expect.arrayContaining(names));
  for (const each of sent) {
    for (const { by, within } of await accessesOf(db, facts.tenantId, each)) {
      const bounded = within.includes("tenant_id =") && (within.includes(" AND ") || WHOLE.has(by));
      if (!bounded) found.push(`${each.statement.name}: ${by} ${within}`);
    }
  }
  return found;
}

describe("touches what it answers with and no more:", () => {
  it("the list of suggestions, from its beginning and from the middle", async () => {
    await noted.database.read(facts.tenantId, async (tx) => {
      const first = await listSuggestions(tx, null, 20);
      expect(first).toHaveLength(20);
      const [next] = await listSuggestions(tx, first.at(-1)!, 20, 50);
      expect(await findSuggested(tx, next!.recordA, next!.recordB)).not.toBeNull();
    });
    expect(await faults("profile.suggestionGroupEnd", "profile.listSuggestions", "identity.findSuggested")).toEqual([]);
  });

  it("judging suggestions", async () => {
    await noted.database.write(facts.tenantId, (tx) => markSuggested(tx, ids, { reviewThreshold: 14, guard: true }));
    expect(await faults("identity.touchedPairs", "identity.saidOfCustomers", "identity.markSuggested")).toEqual([]);
  });

  it("blocks, pairs and what is said of persons, read and written", async () => {
    await noted.database.write(facts.tenantId, async (tx) => {
      await holdSimilarity(tx);
      const described = await readDescribed(tx, ids);
      expect(described.size).toBe(ids.length);
      expect((await readProfiles(tx, ids.slice(0, 3))).size).toBe(3);
      const keys = [...new Set([...described.values()].flatMap((one) => one.keys))];
      expect((await readBlocks(tx, new Map(keys.map((key) => [key, 5])))).size).toBe(keys.length);
      const pairs = [...(await readPairs(tx, ids)).values()];
      expect(pairs.length).toBeGreaterThan(ids.length);
      const changes = ids.map((recordId, n) => {
        return { recordId, lostKeys: keys.slice(0, 2), gainedKeys: [900_000 + n], person: n % 2 ? PERSON : null };
      });
      await writeDescribed(tx, changes);
      await writePairs(tx, pairs.slice(0, 9), pairs.slice(9));
      await removeSimilarity(tx, ids.slice(0, 4));
    });
    const names = ["identity.similarityBlocks", "identity.similarPairs", "identity.setSimilarPairs"];
    expect(await faults(...names, "identity.removeSimilarPairs", "identity.removeDescribed")).toEqual([]);
  });

  it("shared values", async () => {
    await noted.database.write(facts.tenantId, async (tx) => {
      expect((await listSharedValues(tx)).length).toBeGreaterThan(10);
      expect((await readSharedValues(tx, shared)).size).toBe(shared.length);
      expect((await listCarriers(tx, values[0]!, 10)).length).toBeGreaterThan(0);
      expect(await listRulingsThatShare(tx, values)).toHaveLength(values.length);
      await endSharedValue(tx, shared[0]!, values[0]!, 3);
      await beginSharedValue(tx, shared[0]!, values[1]!, 4);
      await silenceSharedRulings(tx, shared);
      await dropEmptySharedRulings(tx, shared);
    });
    const names = ["identity.sharedValuesInForce", "identity.sharedValuesOfRulings", "identity.carriersOfValue"];
    expect(await faults(...names, "identity.markRuledShared", "identity.endSharedValue")).toEqual([]);
  });
});
