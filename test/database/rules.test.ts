import fc from "fast-check";
import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesPreviewService } from "../../src/identity/preview/rules-preview.service";
import { DEFAULT_RULES, ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { resolve } from "../../src/identity/resolve/resolve";
import { getRules } from "../../src/identity/rules/rules.repository";
import { RulesService, StaleRules } from "../../src/identity/rules/rules.service";
import { RulesApplier } from "../../src/identity/rules/rules-applier";
import { RulesDifference } from "../../src/identity/rules/rules-difference";
import { changedRules, RulesChange } from "../../src/identity/rules/rules-input";
import { RulesSettingService } from "../../src/identity/rules/rules-setting.service";
import { RulingService } from "../../src/identity/rulings/ruling.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { RecordInput } from "../../src/ingest/record-input.type";
import { respell } from "../../src/profile/respell";
import { openTestDatabase, TestDatabase } from "../support/database";
import { cookie, crmId, email, event, phone, record, userId } from "../support/events";
import { factsAsSent } from "../support/facts-as-sent";
import { storedPartition } from "../support/stored-facts";
import { makeViewer } from "../support/tenant";

const SEED = Number(process.env.SEED ?? 20260202);
const silent = pino({ level: "silent" });

let db: TestDatabase;
let viewer: Viewer;
let rules: RulesService;
let ingest: IngestService;
let settings: RulesSettingService;
let preview: RulesPreviewService;
let rulings: RulingService;

beforeAll(async () => {
  db = await openTestDatabase();
  viewer = await makeViewer(db.database, "ADMIN");
});

beforeEach(async () => {
  await db.ownerQuery(
    `truncate records, identifiers, identifier_links, identifier_spellings, attribute_observations, past_memberships,
       past_identifier_links, past_attribute_observations, identity_events, identity_event_profiles, interactions,
       record_activity, search_tokens, deliveries, changes, identity_rules, rulings, ruling_records, shared_values`,
  );
  await db.ownerQuery("update feeds set position = 0, rules_version = 1, rules_applied = 1");
  const signal = new FeedSignal(db.database, silent);
  rules = new RulesService(db.database);
  ingest = new IngestService(db.database, rules, signal);
  settings = new RulesSettingService(db.database, rules, () => undefined);
  preview = new RulesPreviewService(db.database);
  rulings = new RulingService(db.database, rules, signal);
});

afterAll(() => db.close());

function applier(recordsAStep?: number): RulesApplier {
  return new RulesApplier(db.database, new FeedSignal(db.database, silent), silent, respell, { recordsAStep });
}

const decision = () => ({ tenantId: viewer.tenantId, actor: viewer.keyId, reason: "because" });
const set = (change: RulesChange) => settings.set(viewer, change);
const apply = (recordsAStep?: number) => applier(recordsAStep).settle(viewer.tenantId);
const ask = (change: RulesChange) => preview.preview(viewer.tenantId, change);

async function send(...records: (Partial<RecordInput> & { key: string })[]): Promise<void> {
  const results = await ingest.upsertRecords(
    viewer,
    records.map((one) => record(one)),
  );
  for (const { status } of results) expect(status).not.toBe("REJECTED");
}

/** Each profile by the keys of its records, without their ids. */
async function profiles(): Promise<string[]> {
  const rows = await db.ownerQuery<{ keys: string }>(
    "select string_agg(key, ' ' order by key) as keys from records group by profile_id order by 1",
  );
  return rows.map((row) => row.keys);
}

async function changesSince(position: number) {
  return db.ownerQuery<{ kind: string; profile_id: string; related: number }>(
    `select kind, profile_id, cardinality(related_ids)::integer as related from changes where position > $1
     order by position`,
    [position],
  );
}

async function position(): Promise<number> {
  return (
    await db.ownerQuery<{ position: string }>("select position from feeds where tenant_id = $1", [viewer.tenantId])
  ).map((row) => Number(row.position))[0]!;
}

async function inForce(): Promise<ResolutionRules> {
  return db.database.read(viewer.tenantId, getRules);
}

/** What is stored is what a resolution from nothing makes of what was sent. */
async function expectResolved(): Promise<void> {
  const current = await inForce();
  const { clusters } = resolve(await factsAsSent(db, current), current);
  const expected = clusters.map((recordIds) => ({ profileId: recordIds[0], recordIds: [...recordIds] }));
  expect(await storedPartition(db)).toEqual(expected.sort((a, b) => (a.profileId! < b.profileId! ? -1 : 1)));
}

async function counted(change: () => Promise<unknown>): Promise<Pick<RulesDifference, "joined" | "split">> {
  const before = await storedPartition(db);
  await change();
  const after = new Map(
    (await storedPartition(db)).flatMap(({ profileId, recordIds }) => recordIds.map((id) => [id, profileId])),
  );
  const pieces = new Set(
    before.flatMap(({ profileId, recordIds }) => recordIds.map((id) => `${profileId} ${after.get(id)}`)),
  );
  return { joined: pieces.size - new Set(after.values()).size, split: pieces.size - before.length };
}

describe("a default country", () => {
  beforeEach(() =>
    send({ key: "a", identifiers: [phone("081 234 5678")] }, { key: "b", identifiers: [phone("+66 81 234 5678")] }),
  );

  it("joins numbers that were written without a country once it is applied, and says so in the feed", async () => {
    expect(await profiles()).toEqual(["a", "b"]);
    const before = await position();
    expect(await set({ defaultCountry: "TH" })).toMatchObject({ applying: true, rules: { version: 2 } });
    expect(await profiles()).toEqual(["a", "b"]);
    await apply();
    expect(await profiles()).toEqual(["a b"]);
    expect(await changesSince(before)).toMatchObject([{ kind: "PROFILES_MERGED", related: 1 }]);
    expect(await settings.inForce(viewer.tenantId)).toMatchObject({ applying: false, progress: 1 });
    await expectResolved();
  });

  it("is told back, and taken back by null", async () => {
    await set({ defaultCountry: "TH" });
    await apply();
    await set({ cap: 400 });
    expect((await inForce()).defaultCountry).toBe("TH");
    await set({ defaultCountry: null });
    await apply();
    expect(await profiles()).toEqual(["a", "b"]);
    await expectResolved();
  });

  it("is found by the search in its new spelling", async () => {
    await set({ defaultCountry: "TH" });
    await apply();
    const words = await db.ownerQuery(
      `select 1 from search_tokens t join records r on r.record_id = t.record_id where r.key = 'a' and t.token like '%66812345678%'`,
    );
    expect(words).not.toEqual([]);
  });

  it("keeps who decided in the history", async () => {
    await set({ defaultCountry: "TH" });
    await apply();
    expect(await db.ownerQuery("select kind, actor, reason from identity_events")).toEqual([
      { kind: "MERGED", actor: viewer.actor, reason: "Identity rules, version 2" },
    ]);
  });
});

describe("e-mail folding", () => {
  const people = [
    { key: "a", identifiers: [email("a.nn@gmail.com")] },
    { key: "b", identifiers: [email("ann@gmail.com")] },
    { key: "c", identifiers: [email("ann+shop@gmail.com"), email("an.n@gmail.com")] },
    { key: "d", identifiers: [email("an.n@gmail.com", "VERIFIED"), email("ann@gmail.com")] },
    { key: "e", identifiers: [email("ANN+shop@gmail.com")] },
  ];

  it("gives back exactly what was there when it is switched on and off again", async () => {
    await send(...people);
    const before = await storedPartition(db);
    const linksBefore = await links();
    await set({ emailFolding: { dots: true, plusTags: true } });
    await apply(2);
    expect(await profiles()).toEqual(["a b c d e"]);
    await expectResolved();
    await set({ emailFolding: { dots: false, plusTags: false } });
    await apply(2);
    expect(await storedPartition(db)).toEqual(before);
    expect(await links()).toEqual(linksBefore);
    expect(await db.ownerQuery("select * from identifier_spellings")).toEqual([]);
    await expectResolved();
  });

  it("keeps an assurance that was raised meanwhile", async () => {
    await send({ key: "d", identifiers: [email("an.n@gmail.com", "CLAIMED"), email("ann@gmail.com", "CLAIMED")] });
    await set({ emailFolding: { dots: true } });
    await apply();
    await send({ key: "d", identifiers: [email("ann@gmail.com", "VERIFIED")] });
    await set({ emailFolding: { dots: false } });
    await apply();
    expect((await links()).map(({ assurance }) => assurance).sort()).toEqual([0, 2]);
  });

  async function links() {
    return db.ownerQuery<{ assurance: number }>(
      `select r.key, i.value, l.assurance from identifier_links l join records r using (tenant_id, record_id)
       join identifiers i using (tenant_id, identifier_id) order by 1, 2`,
    );
  }
});

describe("rules that change again and again while something is written by them", () => {
  it("are taken up each time, until it is written by those in force", async () => {
    let tried = 0;
    const version = await rules.byCurrent(viewer.tenantId, async (current) => {
      tried += 1;
      if (tried > 12) return current.version;
      await set({ cap: 100 + tried });
      throw new StaleRules();
    });
    expect([tried, version]).toEqual([13, 13]);
  });
});

describe("limits", () => {
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ key: `k${n}`, identifiers: [email("family@example.com")] }));

  it("take apart what a value joined that is over its new limit, and join it again", async () => {
    await send(...crowd(5));
    await set({ sharedLimits: { default: 4 } });
    await apply(2);
    expect(await profiles()).toHaveLength(5);
    await expectResolved();
    await set({ sharedLimits: { byKind: [{ kind: "EMAIL", limit: 5 }] } });
    await apply(2);
    expect(await profiles()).toHaveLength(1);
    await expectResolved();
  });

  it("of a profile's size are applied both ways", async () => {
    await send(...crowd(5));
    await set({ cap: 4 });
    await apply();
    expect(await profiles()).toHaveLength(5);
    await set({ cap: 5 });
    await apply();
    expect(await profiles()).toHaveLength(1);
    await expectResolved();
  });

  it("of assurance leave out links that are not sure enough", async () => {
    await send({ key: "a", identifiers: [email("x@example.com", "VERIFIED")] });
    await send({ key: "b", identifiers: [email("x@example.com", "ASSERTED")] });
    await send({ key: "c", identifiers: [email("x@example.com", "VERIFIED")] });
    await set({ minimumAssurance: [{ kind: "EMAIL", assurance: "VERIFIED" }] });
    await apply();
    expect(await profiles()).toEqual(["a c", "b"]);
    await send({ key: "d", identifiers: [email("x@example.com", "ASSERTED")] });
    expect(await profiles()).toEqual(["a c", "b", "d"]);
    await set({ minimumAssurance: [] });
    await apply();
    expect(await profiles()).toEqual(["a b c d"]);
  });

  it("of uniqueness are applied both ways", async () => {
    await send({ key: "a", identifiers: [userId("1"), email("x@example.com")] });
    await send({ key: "b", identifiers: [userId("2"), email("x@example.com")] });
    expect(await profiles()).toEqual(["a", "b"]);
    await set({ uniqueKinds: [] });
    await apply();
    expect(await profiles()).toEqual(["a b"]);
    await set({ uniqueKinds: ["USER_ID"] });
    await apply();
    expect(await profiles()).toEqual(["a", "b"]);
  });

  it("of CRM ids follow their namespaces", async () => {
    await send({ key: "a", identifiers: [crmId("1"), email("x@example.com")] });
    await send({ key: "b", identifiers: [crmId("2"), email("x@example.com")] });
    expect(await profiles()).toEqual(["a b"]);
    await set({ crmIds: { byNamespace: [{ namespace: " HubSpot ", mode: "UNIQUE" }] } });
    await apply();
    expect(await profiles()).toEqual(["a", "b"]);
  });
});

describe("blocked values", () => {
  beforeEach(() =>
    send(
      { key: "a", identifiers: [email("info@shop.example")] },
      { key: "b", identifiers: [email("info@shop.example")] },
      { key: "c", identifiers: [phone("+66812345678")] },
      { key: "d", identifiers: [phone("+66 81 234 5678")] },
    ),
  );

  it.each<[string, RulesChange, string[]]>([
    ["exact", { blockedValues: ["INFO@shop.example"] }, ["a", "b", "c d"]],
    ["of a telephone in any notation", { blockedValues: ["+66 (81) 234-5678"] }, ["a b", "c", "d"]],
    ["by a pattern", { blockedPatterns: ["*@SHOP.example"] }, ["a", "b", "c d"]],
    ["by a pattern that does not fit", { blockedPatterns: ["shop*"] }, ["a b", "c d"]],
  ])("join nobody: %s", async (_, change, expected) => {
    await set(change);
    await apply();
    expect(await profiles()).toEqual(expected);
    await expectResolved();
    await set({ blockedValues: [], blockedPatterns: [] });
    await apply();
    expect(await profiles()).toEqual(["a b", "c d"]);
    await expectResolved();
  });

  it("join nobody from the first write on, before they are applied", async () => {
    await set({ blockedValues: ["info@shop.example"] });
    await send({ key: "e", identifiers: [email("info@shop.example"), cookie("c1")] });
    expect(await profiles()).toEqual(["a", "b", "c d", "e"]);
    await set({ blockedValues: [] });
    await send({ key: "f", identifiers: [email("info@shop.example")] });
    expect(await profiles()).toEqual(["a b e f", "c d"]);
  });
});

describe("applying", () => {
  /** Fifteen telephones, each written with and without its country. */
  const many = Array.from({ length: 30 }, (_, n) => {
    const digits = String(n >> 1).padStart(2, "0");
    const value = n % 2 ? `08123456${digits}` : `+668123456${digits}`;
    return { key: `k${String(n).padStart(2, "0")}`, identifiers: [phone(value)] };
  });

  it("never takes apart for a moment what stays together", async () => {
    await set({ defaultCountry: "TH" });
    await apply();
    await send(...["a", "b", "c"].map((key) => ({ key, identifiers: [phone("081 234 5678")] })));
    const before = await position();
    await set({ defaultCountry: "VN" });
    await apply(1);
    expect(await changesSince(before)).toMatchObject([{ kind: "PROFILE_UPDATED" }]);
    expect(
      await db.ownerQuery("select value from identifiers join identifier_links using (identifier_id) limit 1"),
    ).toEqual([{ value: "+84812345678" }]);
  });

  it("joins at once all that a value joins, however few records a step takes", async () => {
    await set({ sharedLimits: { default: 2 } });
    await apply();
    await send(...["a", "b", "c", "d"].map((key) => ({ key, identifiers: [email("family@example.com")] })));
    const before = await position();
    await set({ sharedLimits: { default: 4 } });
    await apply(1);
    expect(await changesSince(before)).toMatchObject([{ kind: "PROFILES_MERGED", related: 3 }]);
  });

  it("goes on where it was stopped, on any server", async () => {
    await send(...many);
    await set({ defaultCountry: "TH" });
    const first = applier(4);
    expect(await first.step(viewer.tenantId)).toBe("MOVED");
    expect(await first.step(viewer.tenantId)).toBe("MOVED");
    const { applying, progress } = await settings.inForce(viewer.tenantId);
    expect({ applying, progress }).toEqual({ applying: true, progress: 8 / 30 });
    const second = applier(4);
    await second.settle(viewer.tenantId);
    expect(await profiles()).toHaveLength(15);
    await expectResolved();
    expect(await second.step(viewer.tenantId)).toBe("DONE");
  });

  it("is done once by several servers at a time", async () => {
    await send(...many);
    await set({ defaultCountry: "TH" });
    const servers = [applier(3), applier(3), applier(3)];
    while ((await settings.inForce(viewer.tenantId)).applying) {
      await Promise.all(servers.map((server) => server.step(viewer.tenantId)));
    }
    await expectResolved();
    expect(await db.ownerQuery("select applied_records, total_records from identity_rules")).toEqual([
      { applied_records: "30", total_records: "30" },
    ]);
  });

  it("starts over when a newer version comes", async () => {
    await send(...many);
    await set({ defaultCountry: "TH" });
    const server = applier(4);
    await server.step(viewer.tenantId);
    await set({ defaultCountry: null });
    await server.settle(viewer.tenantId);
    expect(await profiles()).toHaveLength(30);
    await expectResolved();
    expect(
      await db.ownerQuery("select rules_version, rules_applied from feeds where tenant_id = $1", [viewer.tenantId]),
    ).toEqual([{ rules_version: 3, rules_applied: 3 }]);
  });

  it("is left out where only the order of sources changed", async () => {
    await send(...many);
    expect(await set({ sourcePriority: ["hubspot"] })).toMatchObject({ applying: false, progress: 1 });
  });

  it("is found by a server that nobody told, and by one that was told", async () => {
    await send(...many);
    await set({ defaultCountry: "TH" });
    const server = applier(7);
    server.start();
    while ((await settings.inForce(viewer.tenantId)).applying);
    await server.stop();
    expect(await profiles()).toHaveLength(15);
  });

  it("lets writes use the new rules meanwhile, and ends in what a resolution from nothing gives", async () => {
    await send(...many);
    await set({ defaultCountry: "TH", uniqueKinds: [] });
    const server = applier(3);
    for (let n = 0; (await server.step(viewer.tenantId)) === "MOVED"; n++) {
      if (n < 6) await send({ key: `late${n}`, identifiers: [phone(`081234560${n}`), phone(`08123456${n}0`)] });
    }
    await expectResolved();
    const unread = await db.ownerQuery(
      "select value from identifiers i where status = 'UNUSABLE' and exists (select from identifier_links l where l.identifier_id = i.identifier_id)",
    );
    expect(unread).toEqual([]);
  });

  it("and writers at once end in what a resolution from nothing gives", async () => {
    await send(...many);
    await Promise.all([
      (async () => {
        for (const change of [{ defaultCountry: "TH" }, { cap: 3 }, { sharedLimits: { default: 2 } }, { cap: 500 }]) {
          await set(change);
          await apply(5);
        }
      })(),
      ...Array.from({ length: 8 }, async (_, client) => {
        for (let n = 0; n < 6; n++) {
          const identifiers = [phone(`08123456${(client + n) % 10}0`), email(`e${(client * n) % 5}@example.com`)];
          await ingest.ingest(viewer, [
            event({ source: `s${client % 2}`, subject: { key: `c${client}-${n}`, identifiers } }),
          ]);
        }
      }),
    ]);
    await apply();
    await expectResolved();
  });
});

describe("setting", () => {
  it("gives each of several at once a version of its own, the later built on the earlier", async () => {
    await Promise.all([set({ cap: 100 }), set({ defaultCountry: "TH" }), set({ sharedLimits: { default: 7 } })]);
    expect(await inForce()).toMatchObject({ version: 4, cap: 100, defaultCountry: "TH", sharedLimits: { default: 7 } });
    expect(await db.ownerQuery("select version from identity_rules order by 1")).toEqual([
      { version: 2 },
      { version: 3 },
      { version: 4 },
    ]);
  });

  it.each<[string, RulesChange]>([
    ["defaultCountry", { defaultCountry: "XX" }],
    ["defaultCountry", { defaultCountry: "Thailand" }],
    ["cap", { cap: 0 }],
    ["cap", { cap: 1.5 }],
    ["sharedLimits.default", { sharedLimits: { default: -1 } }],
    ["sharedLimits.byKind", { sharedLimits: { byKind: [{ kind: "EMAIL", limit: 0 }] } }],
    ["sharedLimits.byKind", { sharedLimits: { byKind: [1, 2].map((limit) => ({ kind: "EMAIL" as const, limit })) } }],
    ["uniqueKinds", { uniqueKinds: ["CRM_ID"] }],
    ["uniqueKinds", { uniqueKinds: ["EMAIL", "EMAIL"] }],
    ["crmIds.byNamespace", { crmIds: { byNamespace: [{ namespace: " ", mode: "FREE" }] } }],
    ["blockedValues", { blockedValues: [""] }],
    ["blockedValues", { blockedValues: Array.from({ length: 1_001 }, String) }],
    ["blockedPatterns", { blockedPatterns: ["**"] }],
    ["blockedPatterns", { blockedPatterns: ["a".repeat(201)] }],
    ["sourcePriority", { sourcePriority: ["a", "a"] }],
    ["similarity.autoThreshold", { similarity: { autoThreshold: Number.POSITIVE_INFINITY } }],
    ["similarity.reviewThreshold", { similarity: { reviewThreshold: 50, autoThreshold: 20 } }],
  ])("refuses a wrong %s by its name and changes nothing", async (field, change) => {
    await expect(set({ ...change, emailFolding: { dots: true } })).rejects.toMatchObject({
      code: "BAD_USER_INPUT",
      message: expect.stringContaining(`rules.${field} `),
    });
    expect(await inForce()).toEqual(DEFAULT_RULES);
    expect(await db.ownerQuery("select * from identity_rules")).toEqual([]);
  });
});

describe("a preview", () => {
  const tables = [
    "records",
    "identifiers",
    "identifier_links",
    "identifier_spellings",
    "changes",
    "identity_events",
    "identity_rules",
    "past_memberships",
  ];
  const everything = async () => [
    await position(),
    ...(await Promise.all(tables.map((table) => db.ownerQuery(`select * from ${table} order by 1, 2, 3`)))),
  ];

  it("tells what would be joined and split, with the reasons, and writes nothing", async () => {
    await send(
      { key: "a", identifiers: [phone("081 234 5678")] },
      { key: "b", identifiers: [phone("+66 81 234 5678")] },
    );
    await send(
      { key: "c", identifiers: [email("x@example.com")] },
      { key: "d", identifiers: [email("x@example.com")] },
    );
    const before = await everything();
    const told = await ask({ defaultCountry: "TH", blockedValues: ["x@example.com"] });
    expect(told).toMatchObject({ records: 4, joined: 1, split: 1, largestProfile: 2 });
    expect(told.window.examples).toMatchObject({
      JOINED: [{ reasons: ["Both use the phone number +66812345678."] }],
      SPLIT: [{ reasons: ["Nothing that would join them is left."] }],
    });
    expect(await everything()).toEqual(before);
  });

  it("tells what refuses those that would be split", async () => {
    await send({ key: "a", identifiers: [userId("1"), email("x@example.com")] });
    await set({ uniqueKinds: [] });
    await send({ key: "b", identifiers: [userId("2"), email("x@example.com")] });
    const told = await ask({ uniqueKinds: ["USER_ID"] });
    expect(told).toMatchObject({ joined: 0, split: 1 });
    expect(told.window.examples.SPLIT[0]!.reasons[0]).toContain("different user ids");
  });

  it("of no records tells nothing", async () => {
    expect(await ask({ cap: 3 })).toMatchObject({ records: 0, joined: 0, split: 0, largestProfile: 0 });
  });

  it("sees names where they decide", async () => {
    const named = (key: string, id: string, givenName: string) => ({
      key,
      identifiers: [crmId(id), email("x@example.com")],
      attributes: { givenName },
    });
    await send(named("a", "1", "Ann"), named("b", "2", "Bo"));
    expect(await ask({})).toMatchObject({ joined: 0, split: 0 });
    expect(await ask({ crmIds: { default: "FREE" } })).toMatchObject({ joined: 1, split: 0 });
  });

  it("counts rulings", async () => {
    await send(
      { key: "a", identifiers: [email("x@example.com")] },
      { key: "b", identifiers: [email("x@example.com")] },
    );
    const [{ ids }] = (await db.ownerQuery<{ ids: string[] }>(
      "select array_agg(record_id::text order by record_id) as ids from records",
    )) as [{ ids: string[] }];
    await db.ownerQuery(
      "insert into rulings (tenant_id, ruling_id, kind, actor, position, made_at) values ($1, $2, 'DIFFERENT', 'x', 1, now())",
      [viewer.tenantId, ids[0]],
    );
    await db.ownerQuery("insert into ruling_records select $1, $2, unnest($3::uuid[]), unnest('{0,1}'::smallint[])", [
      viewer.tenantId,
      ids[0],
      ids,
    ]);
    expect(await ask({})).toMatchObject({ joined: 0, split: 1 });
  });

  const identifier = fc.oneof(
    fc
      .constantFrom("081 234 5678", "0812345679", "+66812345678", "+66812345679", "+81 90-1234-5678", "090-1234-5678")
      .map((value) => phone(value)),
    fc
      .constantFrom("a.b@gmail.com", "ab@gmail.com", "ab+1@gmail.com", "c@x.example", "c+1@x.example")
      .map((value) => email(value)),
    fc.constantFrom("1", "2").map((value) => userId(value)),
    fc.constantFrom("1", "2").map((value) => crmId(value)),
    fc.constantFrom("1", "2", "3").map((value) => cookie(value)),
  );
  const facts = fc.array(
    fc.record({
      source: fc.constantFrom("s", "t"),
      key: fc.integer({ min: 1, max: 12 }).map(String),
      identifiers: fc.array(identifier, { minLength: 1, maxLength: 3 }),
      attributes: fc.constantFrom(null, { givenName: "Ann" }, { givenName: "Bo" }),
    }),
    { minLength: 6, maxLength: 20 },
  );
  const change: fc.Arbitrary<RulesChange> = fc.record(
    {
      defaultCountry: fc.constantFrom("TH", "JP", null),
      emailFolding: fc.record({ dots: fc.boolean(), plusTags: fc.boolean() }),
      uniqueKinds: fc.constantFrom([], ["USER_ID" as const], ["EMAIL" as const]),
      crmIds: fc
        .constantFrom("FREE" as const, "UNIQUE" as const, "CONTRADICTION" as const)
        .map((mode) => ({ default: mode })),
      sharedLimits: fc.integer({ min: 1, max: 4 }).map((limit) => ({ default: limit })),
      cap: fc.integer({ min: 1, max: 6 }),
      blockedValues: fc.constantFrom([], ["ab@gmail.com"], ["+66812345678"]),
      blockedPatterns: fc.constantFrom([], ["*@x.example"]),
      minimumAssurance: fc.constantFrom([], [{ kind: "PHONE" as const, assurance: "VERIFIED" as const }]),
    },
    { requiredKeys: [] },
  );

  const shared = fc.array(identifier, { maxLength: 2 });

  it(`is exactly what applying then does, and applying is what a resolution from nothing gives (seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        facts,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        shared,
        async (records, changes, values) => {
          await db.ownerQuery(
            "truncate records, identifiers, identifier_links, identifier_spellings, attribute_observations, search_tokens, record_activity, rulings, ruling_records, shared_values",
          );
          for (const { key, ...one } of records) await send({ key, ...one });
          for (const value of values) await rulings.share(decision(), value);
          for (const one of changes) {
            const { joined, split, largestProfile } = await ask(one);
            const done = await counted(async () => {
              await set(one);
              await apply(3);
            });
            expect({ joined, split }).toEqual(done);
            const sizes = (await storedPartition(db)).map(({ recordIds }) => recordIds.length);
            expect(largestProfile).toBe(Math.max(...sizes));
            await expectResolved();
          }
        },
      ),
      { seed: SEED, numRuns: 20 },
    );
  }, 120_000);
});

it("leaves the rules of other tenants alone", async () => {
  const changed = changedRules(DEFAULT_RULES, { cap: 3 });
  expect(changed.cap).toBe(3);
  await set({ cap: 3 });
  const other = await db.ownerQuery<{ tenant_id: string }>(
    `with made as (insert into tenants (tenant_id, name, hash_key, cursor_key, created_at)
       values (gen_random_uuid(), 'other', '\\x01', '\\x02', now()) returning tenant_id)
     insert into feeds (tenant_id, position, tag, at) select tenant_id, 0, 7, now() from made returning tenant_id`,
  );
  expect(await settings.inForce(other[0]!.tenant_id)).toMatchObject({
    applying: false,
    rules: { version: 1, cap: 500 },
  });
});
