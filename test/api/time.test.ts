import { setImmediate as breathe } from "node:timers/promises";
import { Customers, emailOf, Identifier, phoneOf } from "../support/customers";
import { randomOf } from "../support/random";
import { startTestServer, TestServer } from "../support/server";

const SEED = Number(process.env.ONEFOLD_TEST_SEED ?? Date.now() % 1_000_000);
const HISTORIES = 4;
const STEPS = 16;
const HANDLES_A_QUERY = 10;

let server: TestServer;
let shop: Customers;

beforeAll(async () => {
  process.stdout.write(`time: ONEFOLD_TEST_SEED=${SEED}\n`);
  server = await startTestServer();
});
beforeEach(async () => {
  shop = await Customers.ofNewTenant(server);
});
afterAll(() => server.close());

const SHOWN = `fragment Shown on Profile {
  id displayName formerIds cursor
  identifiers { kind namespace value assurance sources shared }
  attributes { name value alternatives { value } }
  records { id source key identifiers { kind value assurance } }
  channels { channel interactions lastAt }
  history(first: 100) { nodes { kind at profileIds } }
  timeline(first: 100) { nodes { id text } } }`;

const DETACH = `mutation ($recordId: ID!, $kind: IdentifierKind!, $value: String!, $reason: String! = "moved on") {
  detachIdentifier(recordId: $recordId, kind: $kind, value: $value, reason: $reason) { refused profiles { id } } }`;
const REMOVE = `mutation ($recordId: ID!) {
  removeRecord(recordId: $recordId, reason: "imported twice") { refused profiles { id } } }`;
const MERGE = `mutation ($ids: [ID!]!) { mergeProfiles(ids: $ids, reason: "said so") { rulingId refused } }`;
const SPLIT = `mutation ($id: ID!, $recordIds: [ID!]!) {
  splitProfile(id: $id, recordIds: $recordIds, reason: "said so") { rulingId refused } }`;
const REVOKE = `mutation ($id: ID!) { revokeRuling(id: $id) { refused } }`;

// biome-ignore lint/suspicious/noExplicitAny: whatever the document asks for
type Shown = any;

/** This very millisecond; whatever is written after it is written in a later one. */
async function now(): Promise<string> {
  const moment = Date.now();
  while (Date.now() <= moment) await breathe();
  return new Date(moment).toISOString();
}

/** What is shown of each handle, at the moment or now. */
async function show(handles: readonly string[], asOf: string | null): Promise<Map<string, Shown>> {
  const shown = new Map<string, Shown>();
  for (let from = 0; from < handles.length; from += HANDLES_A_QUERY) {
    const some = handles.slice(from, from + HANDLES_A_QUERY);
    const fields = some.map((id, place) => `p${place}: profile(id: "${id}", asOf: $asOf) { ...Shown }`);
    const data = await shop.ask<Shown>(`query ($asOf: DateTime) { ${fields.join(" ")} } ${SHOWN}`, { asOf });
    for (const [place, id] of some.entries()) shown.set(id, inOrder(data[`p${place}`]));
  }
  return shown;
}

/** Alternatives of equal standing come in the order of when they were last said, which is not kept. */
function inOrder(profile: Shown): Shown {
  for (const attribute of profile?.attributes ?? []) {
    attribute.alternatives = attribute.alternatives.map(({ value }: { value: string }) => value).sort();
  }
  return profile;
}

const profileOf = async (variables: Record<string, unknown>): Promise<Shown> =>
  (
    await shop.ask<Shown>(
      `query ($id: ID, $identifier: IdentifierInput, $asOf: DateTime) {
         profile(id: $id, identifier: $identifier, asOf: $asOf) { ...Shown } } ${SHOWN}`,
      variables,
    )
  ).profile;

describe("a customer as of a moment", () => {
  it("is what was known then: records, identifiers, attributes, timeline", async () => {
    const before = await now();
    const first = await shop.event("1", [emailOf("ann@example.com")], { text: "one" }, { givenName: "Ann" });
    const early = await now();
    const crm = await shop.upsert("a", [emailOf("ann@example.com"), phoneOf("+66812345678")], {
      attributes: { givenName: "Anna" },
    });
    await shop.event("1", [], { text: "two" });
    const late = await now();
    const id = first.profileId;
    expect(await profileOf({ id, asOf: before })).toBeNull();
    expect(await profileOf({ id: crm, asOf: early })).toBeNull();
    const then = await profileOf({ id, asOf: early });
    expect(then).toMatchObject({
      ...{ id, displayName: "Ann", formerIds: [], records: [{ id, source: "web" }] },
      ...{ identifiers: [{ value: "ann@example.com", sources: ["web"] }], timeline: { nodes: [{ text: "one" }] } },
      ...{ channels: [{ channel: "WEB", interactions: 1 }], history: { nodes: [] } },
    });
    expect(await profileOf({ id: crm, asOf: late })).toEqual(await profileOf({ id }));
    expect(await profileOf({ id, asOf: "2999-01-01T00:00:00Z" })).toEqual(await profileOf({ id }));
    const phone = { kind: "PHONE", value: "+66 81 234 5678" };
    expect(await profileOf({ identifier: phone, asOf: early })).toBeNull();
    expect((await profileOf({ identifier: phone, asOf: late })).id).toBe(id);
  });

  it("has the cursor of that moment: subscribing with it tells what came since", async () => {
    const { profileId: id } = await shop.event("1", [], { text: "one" });
    const moment = await now();
    const { interactionId } = await shop.event("1", [], { text: "two" });
    const { cursor } = await profileOf({ id, asOf: moment });
    const watch = `subscription ($id: ID!, $after: Cursor) { profileChanges(profileId: $id, after: $after) {
      ... on InteractionAdded { interaction { id } } } }`;
    const stream = server.subscribe<Shown>(watch, { id, after: cursor }, shop.key);
    expect((await stream.nth(1)).data).toEqual({ profileChanges: { interaction: { id: interactionId } } });
  });

  it("pages and filters its timeline of then", async () => {
    const { profileId: id } = await shop.event("1", [], { text: "one" });
    for (const text of ["two", "three", "four"]) {
      await shop.event("1", [], { text, occurredAt: new Date().toISOString(), conversationKey: text });
    }
    const moment = await now();
    await shop.event("1", [], { text: "five", occurredAt: "2020-01-01T00:00:00Z" });
    const page = `query ($id: ID!, $asOf: DateTime!, $after: String, $filter: TimelineFilter) {
      profile(id: $id, asOf: $asOf) {
        timeline(first: 3, after: $after, filter: $filter) { nodes { text } pageInfo { hasNextPage endCursor } } } }`;
    const read = async (more: object) => {
      const { profile } = await shop.ask<Shown>(page, { id, asOf: moment, ...more });
      return { ...profile.timeline.pageInfo, texts: profile.timeline.nodes.map(({ text }: { text: string }) => text) };
    };
    const newest = await read({});
    expect(newest).toMatchObject({ texts: ["four", "three", "two"], hasNextPage: true });
    expect(await read({ after: newest.endCursor })).toMatchObject({ texts: ["one"], hasNextPage: false });
    expect(await read({ filter: { text: "T" } })).toMatchObject({ texts: ["three", "two"] });
    expect(await read({ filter: { conversationKey: "three" } })).toMatchObject({ texts: ["three"] });
  });

  it("has the name of then, though the other one was given again since", async () => {
    const attributes = (givenName: string, observedAt: string) => ({ attributes: { givenName }, observedAt });
    const id = await shop.upsert("1", [emailOf("ann@example.com")], attributes("Ann", "2026-01-01T00:00:00Z"));
    await shop.upsert("2", [emailOf("ann@example.com")], attributes("Anna", "2026-01-02T00:00:00Z"));
    const moment = await now();
    const later = { source: "crm", occurredAt: "2026-01-03T00:00:00Z" };
    await shop.event("1", [], later, { givenName: "Ann" });
    expect(await profileOf({ id })).toMatchObject({ displayName: "Ann" });
    expect(await profileOf({ id, asOf: moment })).toMatchObject({ displayName: "Anna" });
    expect(await profileOf({ id, asOf: await now() })).toMatchObject({ displayName: "Ann" });
  });

  it("has the name of then, though who said the other one was set apart and has said it again since", async () => {
    const attributes = (givenName: string, observedAt: string) => ({ attributes: { givenName }, observedAt });
    const id = await shop.upsert("1", [emailOf("ann@example.com")], attributes("Anna", "2026-01-02T00:00:00Z"));
    const other = await shop.upsert("2", [emailOf("ann@example.com")], attributes("Ann", "2026-01-01T00:00:00Z"));
    const moment = await now();
    expect(await profileOf({ id })).toMatchObject({ displayName: "Anna", records: [{ id }, { id: other }] });
    await shop.ask(SPLIT, { id, recordIds: [other] });
    await shop.event("2", [], { source: "crm", occurredAt: "2026-01-03T00:00:00Z" }, { givenName: "Ann" });
    expect(await profileOf({ id: other })).toMatchObject({ id: other, displayName: "Ann" });
    expect(await profileOf({ id, asOf: moment })).toMatchObject({ displayName: "Anna" });
  });

  it("shows a value as shared only while it was", async () => {
    const phone = phoneOf("+66812345678");
    const first = await shop.upsert("p0", [phone]);
    for (let n = 1; n < 15; n += 1) await shop.upsert(`p${n}`, [phone]);
    const moment = await now();
    await shop.upsert("p15", [phone]);
    expect(await profileOf({ id: first })).toMatchObject({ identifiers: [{ shared: true }] });
    expect(await profileOf({ id: first, asOf: moment })).toMatchObject({ identifiers: [{ shared: false }] });
    expect((await profileOf({ id: first, asOf: moment })).records).toHaveLength(15);
  });

  it("is answered later exactly as it was then, after whatever happened since", async () => {
    for (let history = 0; history < HISTORIES; history += 1) {
      shop = await Customers.ofNewTenant(server);
      const random = randomOf(SEED + history);
      const handles = new Set<string>();
      const noted: { asOf: string; shown: Map<string, Shown> }[] = [];
      const kinds: string[] = [];
      for (let n = 0; n < STEPS; n += 1) {
        kinds.push(await happen(random, handles));
        noted.push({ asOf: await now(), shown: await show([...handles], null) });
      }
      for (const [place, { asOf, shown }] of noted.entries()) {
        const again = await show([...handles], asOf);
        for (const id of handles)
          expect([kinds.slice(0, place + 1), again.get(id)]).toEqual([expect.anything(), shown.get(id) ?? null]);
      }
    }
  }, 300_000);
});

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

const VALUES = ["one@example.com", "two@example.com"] as const;

function someIdentifiers(random: () => number): Identifier[] {
  return Array.from({ length: Math.floor(random() * 3) }, () => ({
    kind: pick(random, ["EMAIL", "USER_ID", "ANONYMOUS_ID"]),
    value: pick(random, VALUES),
    assurance: pick(random, ["CLAIMED", "ASSERTED", "VERIFIED"]),
  }));
}

/** One thing that happens, of whatever kind; the ids it brings are noted. */
async function happen(random: () => number, handles: Set<string>): Promise<string> {
  const what = random();
  const ids = [...handles];
  const attributes = random() < 0.5 ? { givenName: pick(random, ["Ann", "Bo"]), city: pick(random, ["X", "Y"]) } : null;
  if (what < 0.4 || ids.length < 3) {
    const more = { occurredAt: new Date(Date.UTC(2026, 0, 1, 0, Math.floor(random() * 1_000))).toISOString() };
    const sent = await shop.event(pick(random, ["1", "2", "3"]), someIdentifiers(random), more, attributes);
    const { profile } = await shop.ask<Shown>("query ($id: ID!) { profile(id: $id) { id formerIds } }", {
      id: sent.profileId,
    });
    for (const id of [profile.id, ...profile.formerIds]) handles.add(id);
    return "event";
  }
  if (what < 0.6) {
    const more = { complete: random() < 0.5, attributes };
    handles.add(await shop.upsert(pick(random, ["1", "2", "3"]), someIdentifiers(random), more));
    return "upsert";
  }
  if (what < 0.7) {
    await shop.ask(MERGE, { ids: [pick(random, ids), pick(random, ids)] });
    return "merge";
  }
  if (what < 0.8) {
    const id = pick(random, ids);
    await shop.ask(SPLIT, { id, recordIds: [id] });
    return "split";
  }
  if (what < 0.87) {
    const { rulings } = await shop.ask<Shown>("{ rulings { nodes { id } } }");
    if (rulings.nodes.length > 0) await shop.ask(REVOKE, { id: pick<Shown>(random, rulings.nodes).id });
    return "revoke";
  }
  const kind = pick(random, ["EMAIL", "USER_ID", "ANONYMOUS_ID"]);
  await shop.ask(DETACH, { recordId: pick(random, ids), kind, value: pick(random, VALUES) });
  return "detach";
}

describe("detachIdentifier", () => {
  it("lets fall apart what the value alone had joined, and says in the history who took it away and why", async () => {
    const old = await shop.upsert("old owner", [phoneOf("+66812345678"), emailOf("old@example.com")]);
    const fresh = await shop.upsert("new owner", [phoneOf("+66812345678")]);
    expect((await profileOf({ id: fresh })).id).toBe(old);
    const together = await now();
    const variables = { recordId: old, kind: "PHONE", value: "081 234 5678" };
    expect(await shop.ask(DETACH, { ...variables, value: "+66 81 234 5678" })).toEqual({
      detachIdentifier: { refused: null, profiles: [{ id: old }, { id: fresh }] },
    });
    const { profile } = await shop.ask<Shown>(
      `query ($id: ID!) { profile(id: $id) { identifiers { value }
         history { nodes { kind actor reason profileIds evidence { kind summary identifier { value } } } } } }`,
      { id: old },
    );
    expect(profile.identifiers).toEqual([{ value: "old@example.com" }]);
    expect(profile.history.nodes[0]).toMatchObject({
      ...{ kind: "SPLIT", reason: "moved on", actor: expect.any(String), profileIds: [old, fresh] },
      evidence: [{ kind: "IDENTIFIER", identifier: { value: "+66812345678" } }],
    });
    expect((await profileOf({ identifier: { kind: "PHONE", value: "+66812345678" } })).id).toBe(fresh);
    expect((await profileOf({ id: fresh, asOf: together })).id).toBe(old);
    const found = `query ($query: String!) { profiles(query: $query) { nodes { id } } }`;
    expect(await shop.ask(found, { query: "66812345678" })).toEqual({ profiles: { nodes: [{ id: fresh }] } });
  });

  it("is told in the feed and the history also where nothing falls apart", async () => {
    const id = await shop.upsert("one", [phoneOf("+66812345678"), emailOf("old@example.com")]);
    const { cursor } = await profileOf({ id });
    await shop.ask(DETACH, { recordId: id, kind: "PHONE", value: "+66812345678" });
    const { changes } = await shop.ask<Shown>(
      `query ($after: Cursor) { changes(after: $after) { changes { __typename profileId } } }`,
      { after: cursor },
    );
    expect(changes.changes).toEqual([{ __typename: "ProfileUpdated", profileId: id }]);
    expect((await profileOf({ id })).history.nodes).toMatchObject([{ kind: "RULED", profileIds: [id] }]);
  });

  it("refuses what is not there, with nothing changed", async () => {
    const id = await shop.upsert("one", [phoneOf("+66812345678")]);
    const before = await profileOf({ id });
    const refused = async (variables: object) => (await shop.ask<Shown>(DETACH, { ...variables })).detachIdentifier;
    expect(await refused({ recordId: id, kind: "PHONE", value: "+66812345679" })).toMatchObject({
      ...{ refused: expect.stringMatching(/does not carry/), profiles: [] },
    });
    for (const recordId of ["00000000-0000-7000-8000-000000000000", "no id"]) {
      expect(await refused({ recordId, kind: "PHONE", value: "+66812345678" })).toMatchObject({
        ...{ refused: expect.stringMatching(/does not exist/), profiles: [] },
      });
    }
    expect(await refused({ recordId: id, kind: "CRM_ID", value: "7" })).toMatchObject({ profiles: [] });
    expect(await profileOf({ id })).toEqual(before);
  });

  it("is for those who may rule", async () => {
    const id = await shop.upsert("one", [phoneOf("+66812345678")]);
    const variables = { recordId: id, kind: "PHONE", value: "+66812345678" };
    const codes: Record<string, string | undefined> = {};
    for (const role of ["PUBLIC", "INTEGRATION", "AGENT"]) {
      const { secret } = await server.makeKey(role, shop.key);
      codes[role] = (await server.graphql(DETACH, variables, secret)).errors?.[0]?.extensions.code;
    }
    expect(codes).toEqual({ PUBLIC: "FORBIDDEN", INTEGRATION: "FORBIDDEN", AGENT: undefined });
  });
});

describe("removeRecord", () => {
  it("takes away what joined two others, and its id leads to the customer that held it", async () => {
    const a = await shop.upsert("a", [emailOf("a@example.com")]);
    const b = await shop.upsert("b", [emailOf("b@example.com")]);
    const wrong = await shop.event("wrong", [emailOf("a@example.com"), emailOf("b@example.com")], { text: "wrong" });
    const { id, records } = await profileOf({ id: b });
    expect([id, records.length, wrong.profileId]).toEqual([a, 3, a]);
    const recordId = records.at(-1).id;
    const start = (await profileOf({ id: a })).cursor;
    const watch = `subscription ($id: ID!, $after: Cursor) { profileChanges(profileId: $id, after: $after) {
      __typename profileId ... on InteractionAdded { interaction { text } } } }`;
    const open = server.subscribe<Shown>(watch, { id: recordId, after: start }, shop.key);
    await shop.event("wrong", [], { text: "more" });
    expect((await open.nth(1)).data.profileChanges).toMatchObject({ interaction: { text: "more" } });
    expect(await shop.ask(REMOVE, { recordId })).toEqual({
      removeRecord: { refused: null, profiles: [{ id: a }, { id: b }] },
    });
    expect((await open.nth(2)).data.profileChanges).toEqual({ __typename: "ProfileSplit", profileId: a });
    await shop.event("a", [], { source: "crm", text: "of a" });
    expect((await open.nth(3)).data.profileChanges).toMatchObject({ profileId: a, interaction: { text: "of a" } });
    const left = await profileOf({ id: recordId });
    expect(left).toMatchObject({ id: a, formerIds: [], timeline: { nodes: [{ text: "of a" }] } });
    expect(left).toEqual(await profileOf({ id: a }));
    const again = server.subscribe<Shown>(watch, { id: recordId, after: start }, shop.key);
    for (const [n, type] of ["ProfileUpdated", "ProfileSplit", "InteractionAdded"].entries()) {
      expect((await again.nth(n + 1)).data.profileChanges.__typename).toBe(type);
    }
    const replay = await shop.send(wrong.event);
    expect(replay).toMatchObject({ status: "DUPLICATE", interactionId: null, profileId: null });
    expect(await shop.ask(REMOVE, { recordId })).toMatchObject({ removeRecord: { refused: expect.any(String) } });
  });

  it("gives the customer the id of the next record where it was the oldest", async () => {
    const oldest = await shop.upsert("a", [emailOf("a@example.com")]);
    const next = await shop.upsert("b", [emailOf("a@example.com"), phoneOf("+66812345678")]);
    const youngest = await shop.upsert("c", [phoneOf("+66812345678")]);
    const other = await shop.upsert("d", []);
    await shop.ask(MERGE, { ids: [oldest, other] });
    await shop.ask(SPLIT, { id: oldest, recordIds: [other] });
    const { cursor, history } = await profileOf({ id: oldest });
    await shop.ask(REMOVE, { recordId: oldest });
    for (const id of [oldest, next, youngest]) expect((await profileOf({ id })).id).toBe(next);
    const kept = (await profileOf({ id: next })).history.nodes;
    expect(kept).toMatchObject([{ kind: "RULED", profileIds: [next] }, ...history.nodes]);
    const { changes } = await shop.ask<Shown>(
      `query ($after: Cursor) { changes(after: $after) { changes { __typename profileId
         ... on ProfilesMerged { absorbedIds profile { id } } } } }`,
      { after: cursor },
    );
    expect(changes.changes).toEqual([
      { __typename: "ProfilesMerged", profileId: next, absorbedIds: [oldest], profile: { id: next } },
    ]);
    await shop.ask(REMOVE, { recordId: next });
    for (const id of [oldest, next, youngest]) expect((await profileOf({ id })).id).toBe(youngest);
    await shop.ask(REMOVE, { recordId: youngest });
    for (const id of [oldest, next, youngest]) expect(await profileOf({ id })).toBeNull();
    const all = await shop.ask<Shown>(
      "{ changes { changes { __typename profileId ... on ProfileUpdated { profile { id } } } } }",
    );
    const theirs = all.changes.changes.filter(({ profileId }: Shown) => profileId !== other);
    expect(new Set(theirs.map(({ __typename }: Shown) => __typename))).toEqual(new Set(["ProfileErased"]));
  });

  it("leaves an id that is taken wherever a customer's is: explained, noted, merged, split, erased", async () => {
    const gone = await shop.upsert("gone", [emailOf("a@example.com")]);
    const stays = await shop.upsert("stays", [emailOf("a@example.com")]);
    const other = await shop.upsert("other", []);
    await shop.ask(REMOVE, { recordId: gone });
    const explained = `query ($a: ID!, $b: ID!) { explain(a: $a, b: $b) { same path { kind } } }`;
    expect(await shop.ask(explained, { a: gone, b: stays })).toEqual({ explain: { same: true, path: [] } });
    expect(await shop.ask(explained, { a: other, b: gone })).toMatchObject({ explain: { same: false } });
    const note = 'mutation ($id: ID!) { addNote(profileId: $id, text: "call her") { profile { id } } }';
    expect(await shop.ask(note, { id: gone })).toEqual({ addNote: { profile: { id: stays } } });
    expect(await shop.ask(MERGE, { ids: [gone, stays] })).toMatchObject({
      mergeProfiles: { refused: expect.stringMatching(/one and the same/) },
    });
    expect(await shop.ask(MERGE, { ids: [other, gone] })).toMatchObject({ mergeProfiles: { refused: null } });
    expect(await shop.ask(explained, { a: gone, b: other })).toMatchObject({
      explain: { same: true, path: [{ kind: "RULING" }] },
    });
    expect(await shop.ask(SPLIT, { id: gone, recordIds: [gone] })).toMatchObject({
      splitProfile: { refused: expect.stringMatching(/not this customer's/) },
    });
    expect(await shop.ask(SPLIT, { id: gone, recordIds: [other] })).toMatchObject({ splitProfile: { refused: null } });
    expect(await profileOf({ id: gone })).toMatchObject({ id: stays, records: [{ id: stays }] });
    await shop.ask('mutation ($id: ID!) { eraseProfile(id: $id, reason: "asked for") { id } }', { id: gone });
    expect(await profileOf({ id: stays })).toBeNull();
  });
});
