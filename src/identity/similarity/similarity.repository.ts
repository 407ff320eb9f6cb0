import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { type DescribedPerson, decodeProfile, encodeProfile } from "./described-person";
import type { PersonProfile } from "./person-profile";
import { pairKey, type SimilarPair } from "./similar-pair";

const DESCRIBED = statement(
  "identity.describedPersons",
  `select record_id as "recordId", keys, profile from similarity_profiles
   where tenant_id = $1 and record_id = any($2::uuid[])`,
);

/* The transaction that wrote a row last tells its versions apart: it is written once in a transaction. */
const PROFILES = statement(
  "identity.similarityProfiles",
  `select record_id as "recordId", profile, xmin::text as version from similarity_profiles
   where tenant_id = $1 and record_id = any($2::uuid[])`,
);

const OTHER_VERSIONS = statement(
  "identity.otherSimilarityProfiles",
  `select p.record_id as "recordId", p.xmin::text as version
   from unnest($2::uuid[], $3::xid[]) u(record_id, version)
   join similarity_profiles p on p.tenant_id = $1 and p.record_id = u.record_id
   where p.xmin <> u.version`,
);

/*
 * A key with more records than were asked for answers with as many as were: who they are does not matter then. They come as
 * one text, because to take an array apart costs the client more than all else it does with it.
 */
const BLOCKS = statement(
  "identity.similarityBlocks",
  `select u.key, string_agg(m.record_id::text, ' ') as "recordIds"
   from unnest($2::bigint[], $3::integer[]) u(key, most)
   cross join lateral (
     select k.record_id from similarity_keys k where k.tenant_id = $1 and k.key = u.key limit u.most) m
   group by u.key`,
);

const PAIRS = statement(
  "identity.similarPairs",
  `select record_a as "recordA", record_b as "recordB", strength, comparisons from similar_pairs
   where tenant_id = $1 and record_a = any($2::uuid[]) and strength >= $3
   union all
   select record_a, record_b, strength, comparisons from similar_pairs
   where tenant_id = $1 and record_b = any($2::uuid[]) and strength >= $3`,
);

const DELETE_KEYS = statement(
  "identity.deleteSimilarityKeys",
  `delete from similarity_keys k using unnest($2::bigint[], $3::uuid[]) u(key, record_id)
   where k.tenant_id = $1 and k.key = u.key and k.record_id = u.record_id`,
);

/* No key is there already: what a record has is written with its profile, by whoever holds the state. */
const INSERT_KEYS = statement(
  "identity.insertSimilarityKeys",
  `insert into similarity_keys as k (tenant_id, key, record_id)
   select f.tenant_id, u.key, u.record_id from feeds f cross join unnest($2::bigint[], $3::uuid[]) u(key, record_id)
   where f.tenant_id = $1`,
);

const SET_PROFILES = statement(
  "identity.setSimilarityProfiles",
  `insert into similarity_profiles as p (tenant_id, record_id, keys, profile)
   select f.tenant_id, u.record_id, u.keys::bigint[], u.profile
   from feeds f cross join unnest($2::uuid[], $3::text[], $4::text[]) u(record_id, keys, profile)
   where f.tenant_id = $1
   on conflict (tenant_id, record_id) do update set keys = excluded.keys, profile = excluded.profile`,
);

const DELETE_PROFILES = statement(
  "identity.deleteSimilarityProfiles",
  "delete from similarity_profiles where tenant_id = $1 and record_id = any($2::uuid[])",
);

const DELETE_PAIRS = statement(
  "identity.deleteSimilarPairs",
  `delete from similar_pairs p using unnest($2::uuid[], $3::uuid[]) u(record_a, record_b)
   where p.tenant_id = $1 and p.record_a = u.record_a and p.record_b = u.record_b`,
);

const SET_PAIRS = statement(
  "identity.setSimilarPairs",
  `insert into similar_pairs as p (tenant_id, record_a, record_b, strength, comparisons, suggested)
   select f.tenant_id, u.record_a, u.record_b, u.strength, u.comparisons::json, false
   from feeds f
   cross join unnest($2::uuid[], $3::uuid[], $4::double precision[], $5::text[]) u(record_a, record_b, strength, comparisons)
   where f.tenant_id = $1
   on conflict (tenant_id, record_a, record_b) do update set
     strength = excluded.strength, comparisons = excluded.comparisons`,
);

const REMOVE_DESCRIBED = statement(
  "identity.removeDescribed",
  `with gone as (
     delete from similarity_profiles p where p.tenant_id = $1 and p.record_id = any($2::uuid[])
     returning p.record_id, p.keys),
   entries as (select g.record_id, k.key from gone g cross join lateral unnest(g.keys) k(key))
   delete from similarity_keys k using entries e
   where k.tenant_id = $1 and k.key = e.key and k.record_id = e.record_id`,
);

const REMOVE_PAIRS = statement(
  "identity.removeSimilarPairs",
  `delete from similar_pairs where tenant_id = $1 and (record_a = any($2::uuid[]) or record_b = any($2::uuid[]))
   returning 1`,
);

/** What is stored of these records; those of which nothing is are absent. */
export async function readDescribed(
  tx: Transaction,
  recordIds: readonly string[],
): Promise<Map<string, { readonly keys: readonly number[]; readonly profileText: string }>> {
  if (recordIds.length === 0) return new Map();
  const rows = await tx.query<{ recordId: string; keys: string[]; profile: string }>(DESCRIBED, [
    tx.tenantId,
    recordIds,
  ]);
  return new Map(
    rows.map(({ recordId, keys, profile }) => [recordId, { keys: keys.map(Number), profileText: profile }]),
  );
}

export async function readProfiles(tx: Transaction, recordIds: readonly string[]): Promise<Map<string, PersonProfile>> {
  const stored = await readStoredProfiles(tx, recordIds);
  return new Map(stored.map(({ recordId, profile }) => [recordId, profile]));
}

export interface StoredProfile extends ProfileVersion {
  readonly profile: PersonProfile;
}

/** Which of all that a record says in the course of time: other versions may say something else. */
export interface ProfileVersion {
  readonly recordId: string;
  readonly version: string;
}

export async function readStoredProfiles(tx: Transaction, recordIds: readonly string[]): Promise<StoredProfile[]> {
  if (recordIds.length === 0) return [];
  const rows = await tx.query<ProfileVersion & { profile: string }>(PROFILES, [tx.tenantId, recordIds]);
  return rows.map((row) => ({ ...row, profile: decodeProfile(row.profile) }));
}

/** Of these the records of which another version is stored by now, with that. */
export async function readOtherVersions(tx: Transaction, known: readonly ProfileVersion[]): Promise<ProfileVersion[]> {
  if (known.length === 0) return [];
  const [ids, versions] = [known.map(({ recordId }) => recordId), known.map(({ version }) => version)];
  return tx.query<ProfileVersion>(OTHER_VERSIONS, [tx.tenantId, ids, versions]);
}

/** By key, so many of its records at most; keys without records are absent. */
export async function readBlocks(tx: Transaction, most: ReadonlyMap<number, number>): Promise<Map<number, string[]>> {
  if (most.size === 0) return new Map();
  const sorted = [...most].sort(([one], [other]) => one - other);
  const rows = await tx.query<{ key: number; recordIds: string }>(BLOCKS, [
    tx.tenantId,
    sorted.map(([key]) => key),
    sorted.map(([, limit]) => limit),
  ]);
  return new Map(rows.map(({ key, recordIds }) => [key, recordIds.split(" ")]));
}

/** The pairs of at least this strength of which either is one of these records, by `pairKey`. */
export async function readPairs(
  tx: Transaction,
  recordIds: readonly string[],
  strength = Number.NEGATIVE_INFINITY,
): Promise<Map<string, SimilarPair>> {
  if (recordIds.length === 0) return new Map();
  const rows = await tx.query<SimilarPair>(PAIRS, [tx.tenantId, recordIds, strength]);
  return new Map(rows.map((pair) => [pairKey(pair.recordA, pair.recordB), pair]));
}

/** Keys that records have no longer and have from now on, and what they say; null: nothing any more. */
export interface DescribedChange {
  readonly recordId: string;
  readonly lostKeys: readonly number[];
  readonly gainedKeys: readonly number[];
  readonly person: DescribedPerson | null;
}

export async function writeDescribed(tx: Transaction, changes: readonly DescribedChange[]): Promise<void> {
  if (changes.length === 0) return;
  const lost = changes.flatMap(({ recordId, lostKeys }) => lostKeys.map((key) => ({ recordId, key })));
  const gained = changes.flatMap(({ recordId, gainedKeys }) => gainedKeys.map((key) => ({ recordId, key })));
  const gone = changes.filter(({ person }) => person === null).map(({ recordId }) => recordId);
  const described = changes.flatMap(({ recordId, person }) => (person === null ? [] : [{ recordId, ...person }]));
  const work: Promise<unknown>[] = [];
  if (lost.length > 0) work.push(tx.query(DELETE_KEYS, [tx.tenantId, ...columns(lost)]));
  if (gained.length > 0) work.push(tx.query(INSERT_KEYS, [tx.tenantId, ...columns(gained)]));
  if (gone.length > 0) work.push(tx.query(DELETE_PROFILES, [tx.tenantId, gone]));
  if (described.length > 0) {
    work.push(
      tx.query(SET_PROFILES, [
        tx.tenantId,
        described.map(({ recordId }) => recordId),
        described.map(({ keys }) => `{${keys.join()}}`),
        described.map(({ profile }) => encodeProfile(profile)),
      ]),
    );
  }
  await Promise.all(work);
}

export async function writePairs(
  tx: Transaction,
  gone: readonly SimilarPair[],
  found: readonly SimilarPair[],
): Promise<void> {
  const ends = (pairs: readonly SimilarPair[]) => [
    pairs.map(({ recordA }) => recordA),
    pairs.map(({ recordB }) => recordB),
  ];
  const work: Promise<unknown>[] = [];
  if (gone.length > 0) work.push(tx.query(DELETE_PAIRS, [tx.tenantId, ...ends(gone)]));
  if (found.length > 0) {
    const said = found.map(({ comparisons }) => JSON.stringify(comparisons));
    work.push(tx.query(SET_PAIRS, [tx.tenantId, ...ends(found), found.map(({ strength }) => strength), said]));
  }
  await Promise.all(work);
}

/** In the order of the keys: writers then meet in the same order, and neighbours in the index are written together. */
function columns(entries: readonly { readonly recordId: string; readonly key: number }[]): [number[], string[]] {
  const sorted = [...entries].sort((a, b) => a.key - b.key || (a.recordId < b.recordId ? -1 : 1));
  return [sorted.map(({ key }) => key), sorted.map(({ recordId }) => recordId)];
}

/** Removes all that is kept for comparing these records, and answers with the number of their pairs. */
export async function removeSimilarity(tx: Transaction, recordIds: readonly string[]): Promise<number> {
  const [pairs] = await Promise.all([
    tx.query(REMOVE_PAIRS, [tx.tenantId, recordIds]),
    tx.query(REMOVE_DESCRIBED, [tx.tenantId, recordIds]),
  ]);
  return pairs.length;
}
