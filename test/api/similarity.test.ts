import { onefold } from "../support/command-line";
import { startTestServer, TestServer } from "../support/server";

jest.setTimeout(60_000);

let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(async () => {
  admin = await server.makeTenant();
});
afterAll(() => server.close());

const UPSERT = `mutation ($records: [RecordInput!]!) { upsertRecords(records: $records) { status recordId profileId } }`;
const SET = `mutation ($rules: IdentityRulesInput!) { setIdentityRules(rules: $rules) {
  version similarity { enabled autoThreshold reviewThreshold recordBracket } } }`;
const GET = `{ identityRules { applying progress similarity { enabled recordBracket weights outgrown { recordBracket autoThreshold } } } }`;
const PREVIEW = `query ($rules: IdentityRulesInput!) { previewIdentityRules(rules: $rules) {
  joined split largestProfile records examples { nodes { kind profileIds reasons } } } }`;
const COMPARISONS = "comparisons { attribute level valueA valueB weight }";
const SUGGESTIONS = `query ($first: Int, $after: String) { matchSuggestions(first: $first, after: $after) {
  nodes { id strength a { id } b { id } evidence { kind summary strength ${COMPARISONS} } }
  pageInfo { hasNextPage endCursor } } }`;
const INGEST = "mutation ($events: [EventInput!]!) { ingest(events: $events) { status } }";
const RULED = "{ rulingId refused profiles { id records { key } } }";
const ACCEPT = `mutation ($id: ID!) { ruled: acceptSuggestion(id: $id, reason: "She called") ${RULED} }`;
const REJECT = `mutation ($id: ID!) { ruled: rejectSuggestion(id: $id) ${RULED} }`;
const SHARE = `mutation ($id: String!) {
  ruled: markShared(identifier: { kind: EMAIL, value: $id }, reason: "The whole house uses it") ${RULED} }`;
const REVOKE = `mutation ($id: ID!) { ruled: revokeRuling(id: $id) ${RULED} }`;
const EXPLAIN = `query ($a: ID!, $b: ID!) { explain(a: $a, b: $b) {
  same path { kind summary strength ${COMPARISONS} } weakest { kind } against { kind summary strength } } }`;
const PROFILE = `query ($id: ID!) { profile(id: $id) { id records { key } bridges { kind summary } history { nodes { kind evidence { kind summary } } } } }`;
const CHANGES = "{ changes(first: 1000) { changes { __typename profileId } } }";

interface Said {
  readonly [attribute: string]: unknown;
  readonly email?: string;
  readonly phone?: string;
}
interface Ruled {
  readonly ruled: { rulingId: string | null; refused: string | null; profiles: { id: string; records: unknown[] }[] };
}
interface Suggestion {
  readonly id: string;
  readonly strength: number;
  readonly a: { id: string };
  readonly b: { id: string };
  readonly evidence: { kind: string; summary: string; comparisons: { attribute: string; level: string }[] }[];
}

const FULL = {
  givenName: "Katherine",
  familyName: "Hathersage",
  dateOfBirth: "1978-11-12",
  address: { line: "12 Elm Street", city: "Arlington", postalCode: "23208" },
};
/** The same woman with slips everywhere: surely enough one person to join by itself. */
const SLIPS = { ...FULL, givenName: "Catherine", familyName: "Hathersege", dateOfBirth: "1978-12-11" };
/** Perhaps her: a name and a town say little. */
const PERHAPS = {
  givenName: "Kate",
  familyName: "Hathersage",
  address: { line: "9 Oak Road", city: "Arlington", postalCode: "23208" },
};

async function send(people: Readonly<Record<string, Said>>): Promise<Record<string, string>> {
  const records = Object.entries(people).map(([key, { email, phone, ...attributes }]) => ({
    source: "crm",
    key,
    attributes,
    identifiers: [
      ...(email ? [{ kind: "EMAIL", value: email }] : []),
      ...(phone ? [{ kind: "PHONE", value: phone }] : []),
    ],
  }));
  const { upsertRecords } = await server.data<{ upsertRecords: { recordId: string }[] }>(UPSERT, { records }, admin);
  return Object.fromEntries(Object.keys(people).map((key, place) => [key, upsertRecords[place]!.recordId]));
}

async function set(similarity: object): Promise<void> {
  await server.data(SET, { rules: { similarity } }, admin);
  for (;;) {
    const { identityRules } = await server.data<{ identityRules: { applying: boolean } }>(GET, {}, admin);
    if (!identityRules.applying) return;
  }
}

const suggestions = async (variables = {}) =>
  (
    await server.data<{
      matchSuggestions: { nodes: Suggestion[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    }>(SUGGESTIONS, variables, admin)
  ).matchSuggestions;

const profileOf = async (id: string) =>
  (
    await server.data<{
      profile: {
        id: string;
        bridges: { kind: string }[];
        history: { nodes: { kind: string; evidence: { kind: string }[] }[] };
      };
    }>(PROFILE, { id }, admin)
  ).profile;

const rule = async (query: string, id: string) => (await server.data<Ruled>(query, { id }, admin)).ruled;

describe("people without a common identifier", () => {
  it("stay apart until the rules compare persons, and then join by themselves with an explanation of each attribute", async () => {
    const { full, slips } = await send({ full: FULL, slips: SLIPS });
    expect((await profileOf(full!)).id).not.toBe((await profileOf(slips!)).id);
    await set({ enabled: true });
    expect((await profileOf(slips!)).id).toBe(full);
    const { explain } = await server.data<{ explain: { path: { comparisons: unknown[] }[] } }>(
      EXPLAIN,
      { a: slips, b: full },
      admin,
    );
    expect(explain).toMatchObject({ same: true, weakest: { kind: "SIMILARITY" }, against: [] });
    expect(explain.path).toMatchObject([
      {
        kind: "SIMILARITY",
        summary: expect.stringMatching(
          /^Alike: date of birth “1978-12-11” and “1978-11-12”,.* given name “catherine” and “katherine”/,
        ),
        comparisons: expect.arrayContaining([
          {
            attribute: "birthDate",
            level: "EXCHANGED",
            valueA: "19781211",
            valueB: "19781112",
            weight: expect.any(Number),
          },
        ]),
      },
    ]);
    const { bridges, history } = await profileOf(full!);
    expect(bridges).toMatchObject([{ kind: "SIMILARITY" }]);
    expect(history.nodes).toMatchObject([{ kind: "MERGED", evidence: [{ kind: "SIMILARITY" }] }]);
  });

  it("join as they arrive, and fall apart when one of them turns out to be somebody else", async () => {
    await set({ enabled: true });
    const { full, slips } = await send({ full: FULL, slips: SLIPS });
    expect((await profileOf(slips!)).id).toBe(full);
    await send({ slips: { ...SLIPS, dateOfBirth: "1951-03-04" } });
    expect((await profileOf(slips!)).id).toBe(slips);
  });

  it("fall apart when comparing is switched off again", async () => {
    await set({ enabled: true });
    const { slips } = await send({ full: FULL, slips: SLIPS });
    await set({ enabled: false });
    expect((await profileOf(slips!)).id).toBe(slips);
    expect((await suggestions()).nodes).toEqual([]);
  });
});

describe("a preview of comparing persons", () => {
  it("tells exactly what switching it on then does, and writes nothing", async () => {
    const { full, slips, perhaps } = await send({ full: FULL, slips: SLIPS, perhaps: PERHAPS });
    const rules = { similarity: { enabled: true } };
    const { previewIdentityRules } = await server.data(PREVIEW, { rules }, admin);
    expect(previewIdentityRules).toMatchObject({
      joined: 1,
      split: 0,
      largestProfile: 2,
      records: 3,
      examples: {
        nodes: [{ kind: "JOINED", profileIds: [full, slips], reasons: [expect.stringMatching(/^Alike: /)] }],
      },
    });
    expect((await profileOf(slips!)).id).toBe(slips);
    await set({ enabled: true });
    expect((await profileOf(slips!)).id).toBe(full);
    expect((await profileOf(perhaps!)).id).toBe(perhaps);
    const off = await server.data(PREVIEW, { rules: { similarity: { enabled: false } } }, admin);
    expect(off.previewIdentityRules).toMatchObject({ joined: 0, split: 1 });
  });
});

describe("a suggestion", () => {
  let ids: Record<string, string>;

  beforeEach(async () => {
    await set({ enabled: true });
    ids = await send({ full: FULL, slips: SLIPS, perhaps: PERHAPS });
  });

  it("names the two customers once, with what is alike and what is not", async () => {
    const { nodes } = await suggestions();
    expect(nodes).toMatchObject([
      {
        a: { id: ids.full },
        b: { id: ids.perhaps },
        evidence: [{ kind: "SIMILARITY", summary: expect.stringMatching(/^Alike: .*“hathersage”.* Different: /) }],
      },
    ]);
    const { explain } = await server.data<{ explain: object }>(EXPLAIN, { a: ids.full, b: ids.perhaps }, admin);
    expect(explain).toMatchObject({
      same: false,
      path: [],
      against: [{ kind: "SIMILARITY", summary: expect.stringContaining("That is not enough") }],
    });
  });

  it("accepted makes them one customer, and is gone; taken back it is there again", async () => {
    const [{ id }] = (await suggestions()).nodes as [Suggestion];
    const accepted = await rule(ACCEPT, id);
    expect(accepted).toMatchObject({ refused: null, profiles: [{ id: ids.full, records: { length: 3 } }] });
    expect((await suggestions()).nodes).toEqual([]);
    expect(await rule(ACCEPT, id)).toMatchObject({
      rulingId: null,
      refused: expect.stringContaining("does not exist"),
    });
    await rule(REVOKE, accepted.rulingId!);
    expect((await suggestions()).nodes.map((node) => node.id)).toEqual([id]);
  });

  it("rejected does not come back by itself, nor by new records of the same two", async () => {
    const [{ id }] = (await suggestions()).nodes as [Suggestion];
    const rejected = await rule(REJECT, id);
    expect(rejected).toMatchObject({ refused: null, profiles: [{ id: ids.full }, { id: ids.perhaps }] });
    expect((await suggestions()).nodes).toEqual([]);
    const { again } = await send({ again: { ...FULL, dateOfBirth: "1978-11-13" } });
    expect((await profileOf(again!)).id).toBe(ids.full);
    expect((await suggestions()).nodes).toEqual([]);
    await rule(REVOKE, rejected.rulingId!);
    expect((await suggestions()).nodes).toHaveLength(1);
  });

  it("rejected names no stranger's record that hangs on one of the two by a claim", async () => {
    await send({ perhaps: { ...PERHAPS, email: "kate@example.com" } });
    const { secret } = await server.makeKey("PUBLIC", admin);
    const subject = { key: "stranger", identifiers: [{ kind: "EMAIL", value: "kate@example.com" }] };
    const claim = { source: "page", messageId: "claim", channel: "WEB", occurredAt: "2026-01-01T09:00:00Z", subject };
    await server.data(INGEST, { events: [claim] }, secret);
    const [{ id }] = (await suggestions()).nodes as [Suggestion];
    const { profiles } = await rule(REJECT, id);
    expect(profiles.map(({ records }) => records.length)).toEqual([2, 2]);
    const LIST = "{ rulings(first: 1) { nodes { sides } } }";
    const { rulings } = await server.data<{ rulings: { nodes: { sides: string[][] }[] } }>(LIST, {}, admin);
    expect(rulings.nodes[0]!.sides).toEqual([[ids.full, ids.slips].sort(), [ids.perhaps]]);
  });

  it("ends when what else is known of the one speaks clearly against it, and is there again when that is taken back", async () => {
    const address = { line: "3 Quay Lane", city: "Arlington", postalCode: "23208" };
    const elsewhere = { ...address, line: "81 Mill Road" };
    const okafor = await send({
      initial: { displayName: "R. Okafor", address },
      robert: { givenName: "Robert", familyName: "Okafor", dateOfBirth: "1984-03-11", address: elsewhere },
      roberta: { givenName: "Roberta", familyName: "Okafor", dateOfBirth: "2011-06-02", address },
    });
    const listed = async () => {
      const theirs = (await suggestions()).nodes.filter(({ a, b }) => [a.id, b.id].some((id) => isOkafor(id)));
      return theirs.map(({ id, a, b }) => ({ id, ends: [a.id, b.id].sort() }));
    };
    const isOkafor = (id: string) => Object.values(okafor).includes(id);
    const both = (one: string, other: string) => [okafor[one]!, okafor[other]!].sort();
    expect((await listed()).map(({ ends }) => ends)).toEqual(
      expect.arrayContaining([both("robert", "initial"), both("initial", "roberta")]),
    );
    const accepted = await rule(ACCEPT, (await listed()).find(({ ends }) => ends.includes(okafor.robert!))!.id);
    expect(await listed()).toEqual([]);
    // What was said against it is said no longer, and is said again.
    const roberta = { givenName: "Roberta", familyName: "Okafor", address };
    await send({ roberta: { ...roberta, dateOfBirth: null } });
    expect((await listed()).map(({ ends }) => ends.includes(okafor.roberta!))).toEqual([true]);
    await send({ roberta: { ...roberta, dateOfBirth: "2011-06-02" } });
    expect(await listed()).toEqual([]);
    await rule(REVOKE, accepted.rulingId!);
    expect(await listed()).toHaveLength(2);
    await rule(ACCEPT, (await listed()).find(({ ends }) => ends.includes(okafor.robert!))!.id);
    expect(await listed()).toEqual([]);
    const remove = `mutation ($id: ID!) { removeRecord(recordId: $id, reason: "sent by mistake") { refused } }`;
    await server.data(remove, { id: okafor.robert }, admin);
    expect((await listed()).map(({ ends }) => ends)).toEqual([both("initial", "roberta")]);
  });

  it("says nothing of an address that several people use, for as long as that is decided", async () => {
    const { mine, alike } = await send({
      mine: { ...FULL, givenName: "Margaret", familyName: "Winterbourne", email: "m.winterbourne78@example.com" },
      alike: { ...PERHAPS, givenName: "Meg", familyName: "Winterbourne", email: "m.winterbourne79@example.com" },
    });
    const compared = async () => {
      const { nodes } = await suggestions();
      const one = nodes.find(({ a, b }) => [a.id, b.id].includes(mine!) && [a.id, b.id].includes(alike!));
      return one?.evidence[0]?.comparisons.map(({ attribute }) => attribute);
    };
    expect(await compared()).toContain("email");
    const ruled = await rule(SHARE, "m.winterbourne78@example.com");
    expect(await compared()).not.toContain("email");
    await rule(REVOKE, ruled.rulingId!);
    expect(await compared()).toContain("email");
  });

  it("shows in the feed of both customers when it comes", async () => {
    const before = await server.data<{ changes: { changes: unknown[] } }>(CHANGES, {}, admin);
    const { other } = await send({
      other: { ...PERHAPS, givenName: "Cathy", address: { ...PERHAPS.address, line: "77 Pine Avenue" } },
    });
    const { changes } = await server.data<{ changes: { changes: { profileId: string }[] } }>(CHANGES, {}, admin);
    const told = changes.changes.slice(before.changes.changes.length).map(({ profileId }) => profileId);
    expect(told).toEqual(expect.arrayContaining([other, ids.full]));
  });

  it("is erased with the customer", async () => {
    const erase = `mutation ($id: ID!) { eraseProfile(id: $id, reason: "asked") { suggestions records } }`;
    const { eraseProfile } = await server.data<{ eraseProfile: object }>(erase, { id: ids.full }, admin);
    expect(eraseProfile).toEqual({ records: 2, suggestions: 3 });
    expect((await suggestions()).nodes).toEqual([]);
    for (const table of ["similar_pairs", "similarity_profiles", "similarity_keys"]) {
      const left = await server.testDatabase.ownerQuery(
        `select 1 from ${table} t where to_jsonb(t)::text like '%' || $1 || '%'`,
        [ids.full],
      );
      expect(left).toEqual([]);
    }
  });

  it("comes in pages, each once, strongest first by whole bits", async () => {
    for (const familyName of ["Vavasour", "Ackroyd", "Molyneux"]) {
      await send({
        [`${familyName} 1`]: { ...FULL, familyName, givenName: "Ottilie" },
        [`${familyName} 2`]: { ...PERHAPS, familyName, givenName: "Ottilie" },
      });
    }
    const all = (await suggestions()).nodes;
    expect(all.length).toBeGreaterThanOrEqual(3);
    const bits = all.map(({ strength }) => Math.floor(strength));
    expect(bits).toEqual([...bits].sort((a, b) => b - a));
    const paged: string[] = [];
    for (let after: string | undefined; ; ) {
      const { nodes, pageInfo } = await suggestions({ first: 1, after });
      paged.push(...nodes.map(({ id }) => id));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(paged).toEqual(all.map(({ id }) => id));
    const bad = await server.graphql(SUGGESTIONS, { after: "x" }, admin);
    expect(bad.errors![0]!.extensions.code).toBe("BAD_CURSOR");
  });

  it("is nothing for a PUBLIC key to see, nor for another tenant to accept", async () => {
    const [{ id }] = (await suggestions()).nodes as [Suggestion];
    const open = await server.makeKey("PUBLIC", admin);
    expect((await server.graphql(SUGGESTIONS, {}, open.secret)).errors![0]!.extensions.code).toBe("FORBIDDEN");
    const other = await server.makeTenant();
    const { ruled } = await server.data<Ruled>(ACCEPT, { id }, other);
    expect(ruled.refused).toContain("does not exist");
    for (const wrong of ["", "x", "A".repeat(43), ids.full!]) {
      expect(await rule(ACCEPT, wrong)).toMatchObject({ rulingId: null, refused: expect.any(String) });
    }
  });
});

describe("people who share an e-mail address or a telephone", () => {
  const shared = { email: "family@example.com", phone: "+12025550143" };
  const jack = { givenName: "Jack", familyName: "Molyneux", dateOfBirth: "2012-03-04", ...shared };

  it("are one customer by it, unless persons are compared and clearly contradict", async () => {
    const first = await send({ jack, noah: { ...jack, givenName: "Noah" } });
    expect((await profileOf(first.noah!)).id).toBe(first.jack);
    await set({ enabled: true });
    expect((await profileOf(first.noah!)).id).toBe(first.noah);
    const { explain } = await server.data<{ explain: object }>(EXPLAIN, { a: first.jack, b: first.noah }, admin);
    expect(explain).toMatchObject({
      same: false,
      against: expect.arrayContaining([
        expect.objectContaining({
          kind: "CONFLICT",
          summary: expect.stringContaining("different given names, “jack” and “noah”"),
        }),
      ]),
    });
  });

  it("are one customer as long as nothing contradicts: a missing Jr, a missing birth date", async () => {
    await set({ enabled: true });
    const sent = await send({
      jack,
      plain: { givenName: "Jack", ...shared },
      junior: { ...jack, familyName: "Molyneux Jr" },
    });
    for (const id of Object.values(sent)) expect((await profileOf(id)).id).toBe(sent.jack);
  });
});

describe("the rules of similarity", () => {
  it("follow the number of records only when somebody says so", async () => {
    await set({ enabled: true });
    const read = async () =>
      (
        await server.data<{ identityRules: { similarity: { recordBracket: number; outgrown: object | null } } }>(
          GET,
          {},
          admin,
        )
      ).identityRules.similarity;
    expect(await read()).toMatchObject({ recordBracket: 10_000, outgrown: null });
    await set({ recordBracket: 1_000 });
    const { setIdentityRules } = await server.data<{ setIdentityRules: { similarity: object } }>(
      SET,
      { rules: { similarity: { recordBracket: 100_000 } } },
      admin,
    );
    expect(setIdentityRules.similarity).toMatchObject({ autoThreshold: 22.6, reviewThreshold: 11.6 });
  });

  it.each<[string, object, string]>([
    ["a bracket that is none", { recordBracket: 5_000 }, "rules.similarity.recordBracket"],
    ["a block limit of nobody", { blockLimit: 0 }, "rules.similarity.blockLimit"],
    ["weights that are no object", { weights: 5 }, "rules.similarity.weights"],
    ["weights without levels", { weights: { rareAtMost: 3 } }, "rules.similarity.weights"],
  ])("refuse %s", async (_, similarity, field) => {
    const answer = await server.graphql(SET, { rules: { similarity } }, admin);
    expect(answer.errors![0]).toMatchObject({
      extensions: { code: "BAD_USER_INPUT" },
      message: expect.stringContaining(field),
    });
  });

  it("take their own weights back as they told them", async () => {
    const { identityRules } = await server.data<{ identityRules: { similarity: { weights: object } } }>(GET, {}, admin);
    await set({ weights: identityRules.similarity.weights });
  });
});

describe("onefold learn-weights", () => {
  it("shows what it learned and what that would change, and saves only when asked to", async () => {
    await send(
      Object.fromEntries(
        Array.from({ length: 40 }, (_, n) => [
          `r${n}`,
          {
            ...FULL,
            familyName: `Hathersage${"abcdefghij"[n % 10]}`,
            dateOfBirth: `19${50 + (n % 10)}-0${1 + (n % 9)}-11`,
          },
        ]),
      ),
    );
    const run = (...more: string[]) =>
      onefold(["learn-weights", "--url", server.url, "--key", admin, ...more]).finished;
    const dry = await run();
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Learned from 40 records: .*\n(.*\n)*Nothing was saved/),
    });
    expect(dry.stdout).toMatch(/givenName EXACT +-?\d+\.\d -> +-?\d+\.\d bits/);
    expect(dry.stdout).toMatch(/Of 40 records: \d+ profiles would join others/);
    const rules = async () =>
      (await server.data<{ identityRules: { similarity: object } }>(GET, {}, admin)).identityRules.similarity;
    const shipped = await rules();
    expect(shipped).toMatchObject({ enabled: false });
    const saved = await run("--save");
    expect(saved).toMatchObject({ code: 0, stdout: expect.stringContaining("Saved as version") });
    expect(await rules()).toMatchObject({ enabled: true });
    expect(await rules()).not.toMatchObject({ weights: (shipped as { weights: object }).weights });
    expect(await run("--shipped", "--save")).toMatchObject({ code: 0 });
    expect(await rules()).toMatchObject({ weights: (shipped as { weights: object }).weights });
  });
});
