import "reflect-metadata";
import { pino } from "pino";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { RecordInput } from "../../src/ingest/record-input.type";
import { SearchText, searchTokens, TOKENS_PER_RECORD_MAX } from "../../src/profile/search-tokens";
import { replaceSearchTokens } from "../../src/profile/search-tokens-writer.repository";
import { openTestDatabase, TestDatabase } from "../support/database";
import { Facts } from "../support/facts";
import { Reading } from "../support/reading";

let db: TestDatabase;
let facts: Facts;
let reading: Reading;

beforeAll(async () => {
  db = await openTestDatabase();
  reading = new Reading(db);
});
beforeEach(async () => {
  facts = await Facts.ofNewTenant(db);
});
afterAll(() => db.close());

const silent = pino({ level: "silent" });
const day = (n: number) => `2026-01-0${n}T00:00:00.000Z`;

/** A customer of one record, found by what is said of it. */
async function customer(texts: readonly SearchText[], seenAt = day(1), profileId?: string): Promise<string> {
  const record = await facts.record({ createdAt: seenAt, profileId });
  await facts.tokens(record, ...searchTokens(texts));
  return record;
}

const named = (text: string, seenAt?: string, profileId?: string) =>
  customer([{ text, kind: "NAME" }], seenAt, profileId);

async function find(query: string, first = 100, after?: string | null): Promise<string[]> {
  const page = await reading.list.list(reading.operation(facts.tenantId), { query, first, after });
  return page.nodes.map(({ id }) => id);
}

describe("a search finds a customer", () => {
  it.each([
    ["by the beginning of a name", "Annabelle Lee", "annab"],
    ["by every word, in any order and case", "Annabelle Lee", "LEE anna"],
    ["by Thai", "สมชาย ใจดี", "สมช"],
    ["by the Thai family name", "สมชาย ใจดี", "ใจดี"],
    ["by Japanese", "山田花子", "山田"],
    ["by the Japanese given name in the middle of what is written as one", "山田花子", "花子"],
  ])("%s", async (_, name, query) => {
    const id = await named(name);
    await named("Somebody Else");
    expect(await find(query)).toEqual([id]);
  });

  it("by an identifier and by an attribute", async () => {
    const id = await customer([
      { text: "ann.lee@example.com", kind: "IDENTIFIER" },
      { text: "Chiang Mai", kind: "ATTRIBUTE" },
    ]);
    expect(await find("ann.lee@example.com")).toEqual([id]);
    expect(await find("chiang")).toEqual([id]);
  });

  it("by words that stand on different records of theirs", async () => {
    const id = await named("Annabelle");
    await named("Lee", day(1), id);
    await named("Annabelle");
    expect(await find("annabelle lee")).toEqual([id]);
  });

  it("once, though several records match", async () => {
    const id = await named("Annabelle");
    await named("Annabelle", day(2), id);
    expect(await find("annabelle")).toEqual([id]);
  });

  it("not when one word is missing", async () => {
    await named("Annabelle Lee");
    expect(await find("annabelle li")).toEqual([]);
  });

  it("never in another tenant", async () => {
    await named("Annabelle");
    facts = await Facts.ofNewTenant(db);
    expect(await find("annabelle")).toEqual([]);
  });

  it.each(["!!!", "%", "\u{1f600}"])("nowhere for %j", async (query) => {
    await named("Annabelle");
    expect(await find(query)).toEqual([]);
  });

  it("in its whole list for a blank query", async () => {
    const id = await named("Annabelle");
    expect(await find("  ")).toEqual([id]);
  });
});

describe("the order of results", () => {
  it("is: more words matched exactly, then last seen, then the older", async () => {
    const late = await named("Anna Lee", day(5));
    const exact = await named("Ann Lee", day(1));
    const early = await named("Anna Lee", day(3));
    const sameDay = await named("Anna Lee", day(3));
    const exactest = await named("Ann Le", day(2));
    expect(await find("ann le")).toEqual([exactest, exact, late, early, sameDay]);
  });

  it("counts when the whole customer was last seen, not the record that matched", async () => {
    const quiet = await named("Annabelle", day(2));
    const active = await named("Annabelle", day(1));
    await facts.record({ profileId: active, createdAt: day(5) });
    expect(await find("annabelle")).toEqual([active, quiet]);
  });

  it.each([1, 2, 3])("holds over pages of %d", async (first) => {
    for (const n of [1, 2, 2, 3, 2]) await named(n === 3 ? "Ann" : "Anna", day(n));
    const whole = await find("ann");
    const paged: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await reading.list.list(reading.operation(facts.tenantId), { query: "ann", first, after });
      paged.push(...page.nodes.map(({ id }) => id));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(paged).toEqual(whole);
    expect(whole).toHaveLength(5);
  });

  it("refuses a cursor of another list", async () => {
    await named("Annabelle");
    const list = await reading.list.list(reading.operation(facts.tenantId), {});
    await expect(find("annabelle", 1, list.pageInfo.endCursor)).rejects.toMatchObject({ code: "BAD_CURSOR" });
    await expect(find("annabelle", 1, "")).rejects.toMatchObject({ code: "BAD_CURSOR" });
  });
});

describe("replacing the words of records", () => {
  const stored = async () =>
    (
      await db.ownerQuery<{ word: string }>(
        "select record_id || ' ' || token as word from search_tokens where tenant_id = $1 order by 1",
        [facts.tenantId],
      )
    ).map(({ word }) => word);

  it("adds what is new, drops what is gone, and leaves other records alone", async () => {
    const [a, b, c] = [await facts.record(), await facts.record(), await facts.record()];
    await facts.tokens(a, "kept", "gone");
    await facts.tokens(b, "gone");
    await facts.tokens(c, "untouched");
    await db.database.write(facts.tenantId, (tx) =>
      replaceSearchTokens(
        tx,
        [a, b],
        [
          { recordId: a, token: "new" },
          { recordId: a, token: "kept" },
        ],
      ),
    );
    expect(await stored()).toEqual([`${a} kept`, `${a} new`, `${c} untouched`].sort());
  });

  it("forgets records of which nothing is left to say", async () => {
    const a = await facts.record();
    await facts.tokens(a, "gone");
    await db.database.write(facts.tenantId, (tx) => replaceSearchTokens(tx, [a], []));
    expect(await stored()).toEqual([]);
  });
});

describe("the words of a record that is sent again", () => {
  const upsert = async (given: Partial<RecordInput>): Promise<void> => {
    const viewer = { ...reading.operation(facts.tenantId).viewer, role: "ADMIN" as const };
    const ingest = new IngestService(db.database, new RulesService(db.database), new FeedSignal(db.database, silent));
    const record = { source: "crm", key: "c1", identifiers: [], attributes: null, complete: false, ...given };
    const [result] = await ingest.upsertRecords(viewer, [record]);
    expect(result!.status).toBe("ACCEPTED");
  };

  it("are those of its new name, and no longer those of its old", async () => {
    await upsert({ attributes: { displayName: "Annabelle" } });
    await upsert({ attributes: { displayName: "Barbara" } });
    expect([await find("annabelle"), await find("barbara")]).toEqual([[], [expect.any(String)]]);
  });

  it("are no longer those of a value that was taken away", async () => {
    await upsert({ identifiers: [{ kind: "EMAIL", value: "ann@example.com" }] });
    await upsert({ identifiers: [{ kind: "PHONE", value: "+66811110001" }], complete: true });
    expect([await find("ann@example.com"), await find("+66811110001")]).toEqual([[], [expect.any(String)]]);
  });

  it("are as many as a record may have, though another value comes: names stay, others make room", async () => {
    const words = (prefix: string) => Array.from({ length: 40 }, (_, n) => `${prefix}${n}`).join(" ");
    await upsert({ attributes: { city: words("city"), note: words("note") } });
    await upsert({ attributes: { displayName: words("name") } });
    const [counted] = await db.ownerQuery<{ count: number }>(
      "select count(*)::integer from search_tokens where tenant_id = $1",
      [facts.tenantId],
    );
    expect(counted!.count).toBe(TOKENS_PER_RECORD_MAX);
  });
});
