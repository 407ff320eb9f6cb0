import { ListedSuggestion } from "../../src/profile/listed-suggestion";
import { decodeSuggestionPlace, encodeSuggestionPlace } from "../../src/profile/suggestion-cursor";
import { listSuggestions, SUGGESTIONS_A_GROUP } from "../../src/profile/suggestion-list.repository";
import { openTestDatabase, TestDatabase } from "../support/database";
import { Facts } from "../support/facts";
import { randomOf } from "../support/random";

const SEED = Number(process.env.SEED ?? 20260421);
const HALF_A_YEAR_MS = 180 * 86_400_000;

let db: TestDatabase;
let facts: Facts;

beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  facts = await Facts.ofNewTenant(db);
});
afterAll(() => db.close());

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly strength: number;
}

async function suggest(one: string, other: string, strength: number): Promise<Pair> {
  const [a, b] = one < other ? [one, other] : [other, one];
  await db.ownerQuery("insert into similar_pairs values ($1, $2, $3, $4, '[]', true)", [
    facts.tenantId,
    a,
    b,
    strength,
  ]);
  return { a: a!, b: b!, strength };
}

/** A customer of one record with so many interactions, last seen then. */
async function customer(interactions: number, lastAt = "2026-01-01T00:00:00.000Z"): Promise<string> {
  const id = await facts.record({ createdAt: "2020-01-01T00:00:00.000Z" });
  await facts.activity(id, "EMAIL", interactions, "2020-01-01T00:00:00.000Z", lastAt);
  return id;
}

async function list(count: number, aGroup = SUGGESTIONS_A_GROUP): Promise<ListedSuggestion[]> {
  const all: ListedSuggestion[] = [];
  for (let cursor: string | null = null; ; ) {
    const place = decodeSuggestionPlace(cursor);
    const page = await db.database.read(facts.tenantId, (tx) => listSuggestions(tx, place, count, aGroup));
    all.push(...page);
    if (page.length < count) return all;
    cursor = encodeSuggestionPlace(page.at(-1)!);
  }
}

const names = (listed: readonly Pick<ListedSuggestion, "recordA" | "recordB">[]) =>
  listed.map(({ recordA, recordB }) => `${recordA} ${recordB}`);
const named = (...pairs: readonly Pair[]) => pairs.map(({ a, b }) => `${a} ${b}`);

describe("suggestions come", () => {
  it("strongest first, by whole bits, whatever the customers are worth", async () => {
    const weak = await suggest(await customer(1_000), await customer(1_000), 14.9);
    const strong = await suggest(await customer(0), await customer(0), 15);
    expect(names(await list(10))).toEqual(named(strong, weak));
  });

  it("within one bit those first who were in contact more, together", async () => {
    const none = await suggest(await customer(0), await customer(0), 15.9);
    const many = await suggest(await customer(700), await customer(0), 15.1);
    const few = await suggest(await customer(3), await customer(4), 15.5);
    expect(names(await list(10))).toEqual(named(many, few, none));
  });

  it("within one bit those first who were seen later", async () => {
    const before = await suggest(await customer(9, "2023-03-01T00:00:00.000Z"), await customer(9, "2022-01-01Z"), 15.9);
    const lately = await suggest(await customer(9, "2023-01-01T00:00:00.000Z"), await customer(9, "2025-06-01Z"), 15.1);
    const ahead = await suggest(await customer(9, "9999-01-01T00:00:00.000Z"), await customer(9), 15);
    const [first, ...others] = await list(10);
    expect(names([first!])).toEqual(named(ahead));
    expect(first!.value).toBeLessThan((Date.now() + 30 * HALF_A_YEAR_MS) / HALF_A_YEAR_MS);
    expect(names(others)).toEqual(named(lately, before));
  });

  it("of equal value the stronger first, then the older", async () => {
    const ids = [];
    for (let n = 0; n < 6; n += 1) ids.push(await customer(5));
    const one = await suggest(ids[0]!, ids[1]!, 15.2);
    const other = await suggest(ids[2]!, ids[3]!, 15.2);
    const stronger = await suggest(ids[4]!, ids[5]!, 15.3);
    expect(names(await list(10))).toEqual(named(stronger, one, other));
  });

  it("once for two customers, by their strongest pair, with the value of all their records", async () => {
    const one = await customer(1);
    const other = await customer(1);
    const more = await facts.record({ profileId: other });
    await facts.activity(more, "LINE", 500, "2020-01-01Z", "2026-01-01Z");
    await suggest(one, other, 12);
    const strongest = await suggest(one, more, 15.1);
    const another = await suggest(other, await customer(0), 15.9);
    const worthMore = await suggest(await customer(5_000), await customer(0), 15);
    expect(names(await list(10))).toEqual(named(worthMore, another, strongest));
  });

  it(`in pages of any size as they do at once, however many make a group (seed ${SEED})`, async () => {
    const random = randomOf(SEED);
    const below = (most: number) => Math.floor(random() * most);
    const records: { id: string; profileId: string; interactions: number; lastAt: number }[] = [];
    for (let n = 0; n < 40; n += 1) {
      const known = records.length > 0 && below(3) === 0 ? records[below(records.length)]! : null;
      const profileId = known?.profileId;
      const id = await facts.record({ ...(profileId && { profileId }), createdAt: "2020-01-01T00:00:00.000Z" });
      const interactions = 4 ** below(5);
      const lastAt = Date.UTC(2021 + below(5), 5, 1);
      await facts.activity(id, "EMAIL", interactions, "2020-01-01Z", new Date(lastAt).toISOString());
      records.push({ id, profileId: profileId ?? id, interactions, lastAt });
    }
    const pairs = new Map<string, Pair>();
    while (pairs.size < 90) {
      const [one, other] = [records[below(40)]!, records[below(40)]!];
      const key = [one.id, other.id].sort().join();
      if (one.profileId === other.profileId || pairs.has(key)) continue;
      pairs.set(key, await suggest(one.id, other.id, 12 + below(12) / 4));
    }
    for (const aGroup of [4, 25, SUGGESTIONS_A_GROUP]) {
      const expected = inOrder([...pairs.values()], records, aGroup);
      for (const size of [1, 7, 100]) expect(names(await list(size, aGroup))).toEqual(named(...expected));
    }
  });
});

/** The order as it is described, worked out from nothing. */
function inOrder(
  pairs: readonly Pair[],
  records: readonly { id: string; profileId: string; interactions: number; lastAt: number }[],
  aGroup: number,
): Pair[] {
  const profileOf = new Map(records.map(({ id, profileId }) => [id, profileId]));
  const customersOf = ({ a, b }: Pair) => [profileOf.get(a)!, profileOf.get(b)!].sort();
  const worthOf = (pair: Pair) => {
    const theirs = records.filter(({ profileId }) => customersOf(pair).includes(profileId));
    const interactions = theirs.reduce((sum, record) => sum + record.interactions, 0);
    return Math.floor(Math.log2(1 + interactions) + Math.max(...theirs.map(({ lastAt }) => lastAt)) / HALF_A_YEAR_MS);
  };
  const byStrength = (x: Pair, y: Pair) => y.strength - x.strength || (x.a + x.b < y.a + y.b ? -1 : 1);
  const sorted = [...pairs].sort(byStrength);
  const firstOf = new Map<string, Pair>();
  for (const pair of sorted) {
    const customers = customersOf(pair).join();
    if (!firstOf.has(customers)) firstOf.set(customers, pair);
  }
  const listed: Pair[] = [];
  for (let from = 0; from < sorted.length; ) {
    const bit = Math.floor(sorted[from]!.strength);
    const group = sorted.slice(from, from + aGroup).filter(({ strength }) => Math.floor(strength) === bit);
    from += group.length;
    const standing = group.filter((pair) => firstOf.get(customersOf(pair).join()) === pair);
    listed.push(...standing.sort((x, y) => worthOf(y) - worthOf(x) || byStrength(x, y)));
  }
  return listed;
}
