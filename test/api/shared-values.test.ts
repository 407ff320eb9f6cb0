import { email, event, phone, userId } from "../support/events";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(async () => {
  key = await server.makeTenant();
});
afterAll(() => server.close());

const INGEST = `mutation ($events: [EventInput!]!) { ingest(events: $events) { status profileId } }`;
const RESULT = `{ rulingId refused overruledRulings profiles { id records { key } }
  overrode { kind identifier { value } recordA { key } recordB { key } } }`;
const SHARE = `mutation ($identifier: IdentifierInput!, $reason: String!) {
  ruled: markShared(identifier: $identifier, reason: $reason) ${RESULT} }`;
const REVOKE = `mutation ($id: ID!) { ruled: revokeRuling(id: $id) ${RESULT} }`;
const MERGE = `mutation ($ids: [ID!]!) { ruled: mergeProfiles(ids: $ids, reason: "one") ${RESULT} }`;
const RULINGS = `{ rulings { nodes { id kind actor reason revokedAt sides records { id } identifier { kind namespace value } } } }`;
const IDENTIFIERS = "identifiers { kind value assurance sources firstSeenAt lastSeenAt shared sharedWith }";
const EVERYTHING = `query ($id: ID!, $asOf: DateTime) { profile(id: $id, asOf: $asOf) {
  id displayName formerIds firstSeenAt lastSeenAt ${IDENTIFIERS} records { id key ${IDENTIFIERS} }
  attributes { name value source alternatives { value source } } channels { channel interactions }
  timeline(first: 100) { nodes { id text record { id } } }
  bridges { kind summary } history { nodes { kind rulingId reason profileIds evidence { kind summary } } } } }`;
const EXPLAIN = `query ($a: ID!, $b: ID!) { explain(a: $a, b: $b) { same against { kind summary } } }`;

interface Ruled {
  readonly rulingId: string;
  readonly refused: string | null;
  readonly profiles: { id: string; records: { key: string }[] }[];
  readonly overrode: object[];
}
interface Known {
  readonly id: string;
  readonly identifiers: { value: string; shared: boolean; sharedWith: number }[];
  readonly history: { nodes: { kind: string; rulingId: string | null; evidence: { summary: string }[] }[] };
}

const FAMILY = phone("+66812345678");

async function ingest(source: string, recordKey: string, ...identifiers: ReturnType<typeof email>[]): Promise<string> {
  const sent = event({ source, text: `from ${recordKey}`, subject: { key: recordKey, identifiers } });
  const answer = await server.data<{ ingest: { profileId: string }[] }>(INGEST, { events: [sent] }, key);
  return answer.ingest[0]!.profileId;
}

async function rule(document: string, variables: object): Promise<Ruled> {
  return (await server.data<{ ruled: Ruled }>(document, { ...variables }, key)).ruled;
}
const share = (identifier: object, reason = "the family's telephone") => rule(SHARE, { identifier, reason });
const revoke = (id: string) => rule(REVOKE, { id });

async function profile(id: string, asOf: string | null = null): Promise<Known> {
  return (await server.data<{ profile: Known }>(EVERYTHING, { id, asOf }, key)).profile;
}

/** All that is known of these, but for what the history tells of rulings. */
async function everythingOf(...ids: readonly string[]): Promise<object[]> {
  return Promise.all(
    ids.map(async (id) => {
      const { history, ...known } = await profile(id);
      return { ...known, history: history.nodes.filter(({ rulingId }) => rulingId === null) };
    }),
  );
}

/** Two people whom nothing but one telephone number holds together. */
async function twoPeople(): Promise<[string, string]> {
  const ann = await ingest("shop", "ann", email("ann@example.com"), FAMILY);
  const bob = await ingest("line", "bob", email("bob@example.com"), FAMILY);
  expect(bob).toBe(ann);
  const rows = await server.testDatabase.ownerQuery<{ id: string }>(
    "select record_id as id from records where key = 'bob' order by record_id desc limit 1",
  );
  return [ann, rows[0]!.id];
}

describe("a value that a person marks as shared", () => {
  it("joins nobody any more: what it alone had joined falls apart, and it says which joins it overrides", async () => {
    const [ann, bob] = await twoPeople();
    const ruled = await share(FAMILY);
    expect(ruled).toMatchObject({
      refused: null,
      overruledRulings: [],
      profiles: [
        { id: ann, records: [{ key: "ann" }] },
        { id: bob, records: [{ key: "bob" }] },
      ],
      overrode: [
        { kind: "IDENTIFIER", identifier: { value: "+66812345678" }, recordA: { key: "ann" }, recordB: { key: "bob" } },
      ],
    });
    for (const id of [ann, bob]) {
      const { identifiers } = await profile(id);
      expect(identifiers).toContainEqual(
        expect.objectContaining({ value: "+66812345678", shared: true, sharedWith: 1 }),
      );
    }
  });

  it("does not join those who come later either, and leaves alone what other values join", async () => {
    const [ann] = await twoPeople();
    await share(FAMILY);
    const third = await ingest("app", "third", FAMILY);
    expect(third).not.toBe(ann);
    expect(await ingest("app", "fourth", FAMILY, email("ann@example.com"))).toBe(ann);
  });

  it("taken back gives back exactly what was there", async () => {
    const ids = await twoPeople();
    const before = await everythingOf(...ids);
    const { rulingId } = await share(FAMILY);
    expect(await everythingOf(...ids)).not.toEqual(before);
    expect(await revoke(rulingId)).toMatchObject({ rulingId, refused: null, profiles: [{ id: ids[0] }] });
    expect(await everythingOf(...ids)).toEqual(before);
    expect((await revoke(rulingId)).refused).toMatch(/before/);
  });

  it("gives way to a SAME ruling about the same people", async () => {
    const ids = await twoPeople();
    await share(FAMILY);
    expect(await rule(MERGE, { ids })).toMatchObject({ refused: null, profiles: [{ id: ids[0] }] });
    expect((await profile(ids[1])).id).toBe(ids[0]);
  });

  it("is told of in the history of each half, in explanations, and to whoever watches", async () => {
    const [ann, bob] = await twoPeople();
    const watched = server.subscribe<{ profileChanges: unknown }>(
      `subscription ($id: ID!) { profileChanges(profileId: $id) { __typename profileId } }`,
      { id: bob },
      key,
    );
    await watched.connected;
    const { rulingId } = await share(FAMILY);
    const told =
      "Both use the phone number +66812345678, but someone decided that several people use it: “the family's telephone”.";
    for (const id of [ann, bob]) {
      const [split, ruled] = (await profile(id)).history.nodes;
      expect(split).toMatchObject({ kind: "SPLIT", rulingId, evidence: [{ summary: told }] });
      expect(ruled).toMatchObject({
        kind: "RULED",
        rulingId,
        reason: "the family's telephone",
        profileIds: [ann, bob],
      });
    }
    const { explain } = await server.data<{ explain: object }>(EXPLAIN, { a: ann, b: bob }, key);
    expect(explain).toEqual({ same: false, against: [{ kind: "SHARED_VALUE", summary: told }] });
    expect((await watched.nth(1)).data!.profileChanges).toEqual({ __typename: "ProfileSplit", profileId: ann });
  });

  it("is listed among the rulings for ever, with who decided, why, and about which value", async () => {
    await twoPeople();
    const { rulingId } = await share({ ...FAMILY, value: "+66 81 234 5678" });
    const ruling = {
      id: rulingId,
      kind: "SHARED",
      reason: "the family's telephone",
      sides: [],
      records: [],
      identifier: { kind: "PHONE", namespace: null, value: "+66812345678" },
    };
    const list = async () => (await server.data<{ rulings: { nodes: object[] } }>(RULINGS, {}, key)).rulings.nodes;
    expect(await list()).toMatchObject([{ ...ruling, revokedAt: null }]);
    await revoke(rulingId);
    expect(await list()).toMatchObject([{ ...ruling, revokedAt: expect.any(String) }]);
  });

  it("was shared as of a moment in which the ruling was in force, and at no other", async () => {
    const [ann, bob] = await twoPeople();
    const now = async () =>
      (await server.testDatabase.ownerQuery<{ at: Date }>("select max(at) as at from changes"))[0]!.at.toISOString();
    const sharedAt = async (id: string, at: string) =>
      (await profile(id, at)).identifiers.find(({ value }) => value === "+66812345678")!.shared;
    const before = await now();
    const { rulingId } = await share(FAMILY);
    const during = await now();
    await revoke(rulingId);
    const after = await now();
    expect([await sharedAt(ann, before), await sharedAt(ann, during), await sharedAt(ann, after)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([(await profile(bob, before)).id, (await profile(bob, during)).id]).toEqual([ann, bob]);
  });

  it("that so many carry that it joins nobody anyway stays so when they become fewer", async () => {
    const desk = email("desk@example.com");
    for (let n = 0; n <= 15; n++) await ingest("crm", `c${n}`, desk);
    const many = await share(desk, "the front desk");
    expect(many).toMatchObject({ refused: null, overrode: [] });
    expect(many.profiles).toHaveLength(16);
    const DETACH = `mutation ($id: ID!) { detachIdentifier(recordId: $id, kind: EMAIL, value: "desk@example.com", reason: "moved") { refused } }`;
    for (const { id } of many.profiles.slice(0, 10)) await server.data(DETACH, { id }, key);
    const [left, right] = many.profiles.slice(-2);
    expect((await profile(left!.id)).identifiers[0]).toMatchObject({ shared: true });
    await revoke(many.rulingId);
    expect((await profile(right!.id)).id).toBe((await profile(left!.id)).id);
  });
});

describe("what cannot be marked as shared is refused and changes nothing", () => {
  const sizes = () =>
    server.testDatabase.ownerQuery(
      "select (select count(*) from rulings) as rulings, (select count(*) from changes) as changes, (select count(*) from identifiers) as values",
    );

  it.each([
    ["an identifier that nobody carries", email("nobody@example.com"), /Nobody/],
    ["a placeholder", email("unknown"), /placeholder/],
    ["an identifier that needs a namespace", { kind: "CRM_ID", value: "1" }, /namespace/],
  ])("%s", async (_, identifier, words) => {
    await twoPeople();
    const before = await sizes();
    expect(await share(identifier)).toMatchObject({
      rulingId: null,
      refused: expect.stringMatching(words),
      profiles: [],
    });
    expect(await sizes()).toEqual(before);
  });

  it("an identifier of which it was decided before, and one of another tenant", async () => {
    await twoPeople();
    await share(FAMILY);
    expect((await share(FAMILY)).refused).toMatch(/before/);
    key = await server.makeTenant();
    expect((await share(FAMILY)).refused).toMatch(/Nobody/);
  });

  it("a key that may not rule", async () => {
    const { secret } = await server.makeKey("INTEGRATION", key);
    const { errors } = await server.graphql(SHARE, { identifier: FAMILY, reason: "" }, secret);
    expect(errors![0]!.extensions.code).toBe("FORBIDDEN");
  });
});

describe("other rules", () => {
  const SET = `mutation ($rules: IdentityRulesInput!) { setIdentityRules(rules: $rules) { version } }`;
  const PREVIEW = `query ($rules: IdentityRulesInput!) { previewIdentityRules(rules: $rules) { joined split } }`;
  const applied = async () => {
    const GET = "{ identityRules { applying } }";
    while ((await server.data<{ identityRules: { applying: boolean } }>(GET, {}, key)).identityRules.applying);
  };

  it("are previewed with the ruling in force, and take it along to what they make of the value", async () => {
    const ann = await ingest("shop", "ann", email("home+ann@example.com"));
    const bob = await ingest("line", "bob", email("home+bob@example.com"));
    const carl = await ingest("app", "carl", email("home+bob@example.com"), userId("carl"));
    expect([carl, bob === ann]).toEqual([bob, false]);
    const folding = { emailFolding: { plusTags: true } };
    const preview = async (rules: object) =>
      (await server.data<{ previewIdentityRules: object }>(PREVIEW, { rules }, key)).previewIdentityRules;
    expect(await preview(folding)).toEqual({ joined: 1, split: 0 });
    await share(email("home+ann@example.com"), "a mailbox of the whole house");
    expect(await preview({})).toEqual({ joined: 0, split: 0 });
    // One mailbox for both, and several people use it: the two who shared the other spelling fall apart as well.
    expect(await preview(folding)).toEqual({ joined: 0, split: 1 });
    await server.data(SET, { rules: folding }, key);
    await applied();
    expect((await profile(ann)).identifiers).toMatchObject([
      { value: "home@example.com", shared: true, sharedWith: 2 },
    ]);
    expect(new Set([ann, bob, await ingest("app", "dora", email("home@example.com"))]).size).toBe(3);
    const list = await server.data<{ rulings: { nodes: { id: string }[] } }>(RULINGS, {}, key);
    expect(list.rulings.nodes).toMatchObject([{ identifier: { value: "home@example.com" } }]);
    expect(await preview({ emailFolding: { plusTags: false } })).toMatchObject({ joined: 1 });
    await revoke(list.rulings.nodes[0]!.id);
    expect((await profile(bob)).id).toBe(ann);
  });
});

describe("erasing", () => {
  const ERASE = `mutation ($id: ID!) { eraseProfile(id: $id, reason: "asked") { rulings } }`;
  const listed = async () =>
    (await server.data<{ rulings: { nodes: { reason: string | null }[] } }>(RULINGS, {}, key)).rulings.nodes;

  it("takes the reason away while others use the value, and the ruling with the last of them", async () => {
    const [ann, bob] = await twoPeople();
    await share(FAMILY, "Ann Lee and her husband");
    expect(await server.data(ERASE, { id: ann }, key)).toEqual({ eraseProfile: { rulings: 1 } });
    expect(await listed()).toMatchObject([{ reason: null, identifier: { value: "+66812345678" } }]);
    expect((await profile(bob)).identifiers).toContainEqual(
      expect.objectContaining({ value: "+66812345678", shared: true }),
    );
    await server.data(ERASE, { id: bob }, key);
    expect(await listed()).toEqual([]);
    const left = await server.testDatabase.ownerQuery(
      "select from identifiers i where value = $1 and not exists (select from identifier_links l where l.identifier_id = i.identifier_id)",
      [FAMILY.value],
    );
    expect(left).toEqual([]);
    // Whoever brings the number now is somebody new, of whom nothing was decided.
    const [carl, dora] = [await ingest("a", "carl", FAMILY), await ingest("b", "dora", FAMILY)];
    expect(dora).toBe(carl);
  });
});
