import { startTestServer, TestServer } from "../support/server";

let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(async () => {
  admin = await server.makeTenant();
});
afterAll(() => server.close());

const RULES = `version similarity { enabled autoThreshold reviewThreshold guard } defaultCountry
  emailFolding { dots plusTags } uniqueKinds crmIds { default byNamespace { namespace mode } }
  sharedLimits { default byKind { kind limit } } cap blockedValues blockedPatterns minimumAssurance { kind assurance }
  sourcePriority applying progress`;
const GET = `{ identityRules { ${RULES} } }`;
const SET = `mutation ($rules: IdentityRulesInput!) { setIdentityRules(rules: $rules) { ${RULES} } }`;
const PREVIEW = `query ($rules: IdentityRulesInput!, $first: Int) {
  previewIdentityRules(rules: $rules) {
    joined split largestProfile records examples(first: $first) { nodes { kind profileIds reasons } } } }`;
const UPSERT = `mutation ($records: [RecordInput!]!) { upsertRecords(records: $records) { status profileId } }`;
const FIND = `query ($value: String!) { profile(identifier: { kind: PHONE, value: $value }) { id records { key } } }`;
const CHANGES = `{ changes(first: 100) { changes { __typename profileId
  ... on ProfilesMerged { absorbedIds } } } }`;

interface Rules {
  readonly version: number;
  readonly applying: boolean;
  readonly progress: number;
}

const get = async (key = admin) => (await server.data<{ identityRules: Rules }>(GET, {}, key)).identityRules;
const set = async (rules: object, key = admin) =>
  (await server.data<{ setIdentityRules: Rules }>(SET, { rules }, key)).setIdentityRules;

async function untilApplied(key = admin): Promise<void> {
  while ((await get(key)).applying);
}

async function sendPhones(...values: string[]): Promise<string[]> {
  const records = values.map((value, n) => ({ source: "crm", key: `k${n}`, identifiers: [{ kind: "PHONE", value }] }));
  const { upsertRecords } = await server.data<{ upsertRecords: { profileId: string }[] }>(UPSERT, { records }, admin);
  return upsertRecords.map(({ profileId }) => profileId);
}

const DEFAULTS = {
  version: 1,
  similarity: { enabled: false, autoThreshold: expect.any(Number), reviewThreshold: expect.any(Number), guard: true },
  defaultCountry: null,
  emailFolding: { dots: false, plusTags: false },
  uniqueKinds: ["USER_ID"],
  crmIds: { default: "CONTRADICTION", byNamespace: [] },
  sharedLimits: {
    default: 15,
    byKind: [
      { kind: "ANONYMOUS_ID", limit: 50 },
      { kind: "DEVICE_ID", limit: 50 },
    ],
  },
  cap: 500,
  blockedValues: [],
  blockedPatterns: [],
  minimumAssurance: [],
  sourcePriority: [],
  applying: false,
  progress: 1,
};

const EVERYTHING = {
  similarity: { enabled: true, autoThreshold: 30, reviewThreshold: 12.5, guard: false },
  defaultCountry: "JP",
  emailFolding: { dots: true, plusTags: true },
  uniqueKinds: ["LOYALTY_ID", "USER_ID"],
  crmIds: { default: "UNIQUE", byNamespace: [{ namespace: "hubspot", mode: "FREE" }] },
  sharedLimits: { default: 7, byKind: [{ kind: "PHONE", limit: 3 }] },
  cap: 42,
  blockedValues: ["shop@example.com"],
  blockedPatterns: ["*@example.org"],
  minimumAssurance: [{ kind: "EMAIL", assurance: "VERIFIED" }],
  sourcePriority: ["hubspot", "web"],
};

describe("identity rules", () => {
  it("are the defaults until they are set", async () => {
    expect(await get()).toEqual(DEFAULTS);
  });

  it("are told back as they were set, and keep what is left out", async () => {
    expect(await set(EVERYTHING)).toMatchObject({ version: 2, ...EVERYTHING });
    expect(await set({})).toMatchObject({ version: 3, ...EVERYTHING });
    expect(await set({ similarity: { enabled: false }, sharedLimits: { default: 8 } })).toMatchObject({
      ...EVERYTHING,
      similarity: { ...EVERYTHING.similarity, enabled: false },
      sharedLimits: { ...EVERYTHING.sharedLimits, default: 8 },
    });
    const nulls = Object.fromEntries(Object.keys(EVERYTHING).map((field) => [field, null]));
    expect(await set(nulls)).toMatchObject({ cap: 42, uniqueKinds: EVERYTHING.uniqueKinds, defaultCountry: null });
  });

  it("of one tenant are not those of another", async () => {
    const other = await server.makeTenant();
    await set(EVERYTHING);
    expect(await get(other)).toEqual(DEFAULTS);
  });

  it("are previewed, set, applied in the background and shown in the feed", async () => {
    const [first, second] = await sendPhones("081 234 5678", "+66812345678", "090-1234-5678");
    const rules = { defaultCountry: "TH" };
    const told = await server.data(PREVIEW, { rules }, admin);
    expect(told.previewIdentityRules).toEqual({
      ...{ joined: 1, split: 0, largestProfile: 2, records: 3 },
      examples: {
        nodes: [{ kind: "JOINED", profileIds: [first, second], reasons: ["Both use the phone number +66812345678."] }],
      },
    });
    expect((await server.data(PREVIEW, { rules, first: 0 }, admin)).previewIdentityRules).toMatchObject({
      examples: { nodes: [] },
    });
    expect(await get()).toEqual(DEFAULTS);
    expect(await set(rules)).toMatchObject({ version: 2, defaultCountry: "TH" });
    await untilApplied();
    const found = await server.data(FIND, { value: "0812345678" }, admin);
    expect(found.profile).toMatchObject({ id: first, records: [{ key: "k0" }, { key: "k1" }] });
    const { changes } = (await server.data<{ changes: { changes: object[] } }>(CHANGES, {}, admin)).changes;
    expect(changes).toContainEqual({ __typename: "ProfilesMerged", profileId: first, absorbedIds: [second] });
  });

  it.each([
    [{ defaultCountry: "UK" }, "rules.defaultCountry"],
    [{ cap: 0 }, "rules.cap"],
    [{ blockedPatterns: ["*"] }, "rules.blockedPatterns"],
    [{ similarity: { autoThreshold: 1, reviewThreshold: 2 } }, "rules.similarity.reviewThreshold"],
    [{ minimumAssurance: [1, 2].map(() => ({ kind: "EMAIL", assurance: "VERIFIED" })) }, "rules.minimumAssurance"],
  ])("refuse %j and change nothing", async (rules, field) => {
    for (const query of [SET, PREVIEW]) {
      const { errors } = await server.graphql(query, { rules: { ...rules, emailFolding: { dots: true } } }, admin);
      expect(errors).toMatchObject([
        { message: expect.stringContaining(field), extensions: { code: "BAD_USER_INPUT" } },
      ]);
    }
    expect(await get()).toEqual(DEFAULTS);
  });

  it.each(["AGENT", "INTEGRATION"])("are read, but not set or previewed, by an %s", async (role) => {
    const { secret } = await server.makeKey(role, admin);
    expect(await get(secret)).toEqual(DEFAULTS);
    for (const query of [SET, PREVIEW]) {
      const { errors } = await server.graphql(query, { rules: { cap: 3 } }, secret);
      expect(errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    }
  });

  it("are nothing a PUBLIC key may read", async () => {
    const { secret } = await server.makeKey("PUBLIC", admin);
    expect((await server.graphql(GET, {}, secret)).errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
  });

  it("are set by an OPERATOR in its own tenant", async () => {
    expect(await set({ cap: 400 }, server.adminKey)).toMatchObject({ cap: 400 });
    await untilApplied(server.adminKey);
  });
});
