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

type Event = Parameters<typeof event>[0];

const INGEST = `mutation ($events: [EventInput!]!) { ingest(events: $events) { status code message profileId } }`;
const RESULT = `{ rulingId refused overruledRulings
  profiles { id records { id key } }
  overrode { kind summary strength recordA { id } recordB { id } identifier { value } } }`;
const MERGE = `mutation ($ids: [ID!]!, $reason: String!) { ruled: mergeProfiles(ids: $ids, reason: $reason) ${RESULT} }`;
const SPLIT = `mutation ($id: ID!, $recordIds: [ID!]!, $reason: String!) {
  ruled: splitProfile(id: $id, recordIds: $recordIds, reason: $reason) ${RESULT} }`;
const REVOKE = `mutation ($id: ID!) { ruled: revokeRuling(id: $id) ${RESULT} }`;

const IDENTIFIERS = "identifiers { kind namespace value assurance sources firstSeenAt lastSeenAt shared sharedWith }";
/** Everything that is known of a customer but the cursor, which moves with the feed. */
const EVERYTHING = `query ($id: ID!) { profile(id: $id) {
  id displayName formerIds firstSeenAt lastSeenAt ${IDENTIFIERS}
  attributes { name value source recordId observedAt alternatives { value source recordId observedAt } }
  records { id source key firstSeenAt lastSeenAt ${IDENTIFIERS} }
  channels { channel interactions lastAt }
  timeline(first: 100) { edges { cursor node {
    id messageId source channel kind direction visibility occurredAt receivedAt conversationKey actor text data
    record { id } profile { id } } } }
  history(first: 100) { nodes { kind at rulingId actor reason profileIds
    evidence { kind summary strength recordA { id } recordB { id } messageId at } } }
  bridges { kind summary strength recordA { id } recordB { id } identifier { value } }
} }`;
const HISTORY = `query ($id: ID!) { profile(id: $id) { history(first: 100) { nodes {
  kind at rulingId actor reason profileIds evidence { kind summary recordA { id } recordB { id } } } } } }`;

interface Ruled {
  readonly rulingId: string | null;
  readonly refused: string | null;
  readonly overruledRulings: string[];
  readonly profiles: { id: string; records: { id: string; key: string }[] }[];
  readonly overrode: { kind: string; summary: string; identifier: { value: string } | null }[];
}
interface Entry {
  readonly kind: string;
  readonly rulingId: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly profileIds: string[];
  readonly evidence: { kind: string; summary: string }[];
}
interface Known {
  readonly id: string;
  readonly records: { id: string; key: string }[];
  readonly history: { nodes: Entry[] };
}

async function ingest(...events: Event[]): Promise<string[]> {
  const { ingest } = await server.data<{ ingest: { status: string; profileId: string }[] }>(
    INGEST,
    { events: events.map((fields) => event({ source: "web", ...fields })) },
    key,
  );
  expect(ingest).toMatchObject(events.map(() => ({ status: "ACCEPTED" })));
  return ingest.map(({ profileId }) => profileId);
}

/** One customer, known by one record of that key. */
async function customer(recordKey: string, identifiers: ReturnType<typeof email>[] = [], attributes?: object) {
  return (await ingest({ subject: { key: recordKey, identifiers, attributes: attributes ?? null } }))[0]!;
}

async function rule(document: string, variables: Record<string, unknown>, by = key): Promise<Ruled> {
  return (await server.data<{ ruled: Ruled }>(document, variables, by)).ruled;
}
const merge = (ids: string[], reason = "the same person") => rule(MERGE, { ids, reason });
const split = (id: string, recordIds: string[], reason = "two people") => rule(SPLIT, { id, recordIds, reason });
const revoke = (id: string | null) => rule(REVOKE, { id });

async function everythingOf(ids: readonly string[]): Promise<Known[]> {
  const found = ids.map(async (id) => (await server.data<{ profile: Known }>(EVERYTHING, { id }, key)).profile);
  return (await Promise.all(found)).map((profile) => ({
    ...profile,
    history: { nodes: profile.history.nodes.filter(({ rulingId }) => rulingId === null) },
  }));
}

async function historyOf(id: string): Promise<Entry[]> {
  return (await server.data<{ profile: Known }>(HISTORY, { id }, key)).profile.history.nodes;
}

async function profileIdOf(id: string): Promise<string | undefined> {
  return (await server.data<{ profile: Known | null }>("query ($id: ID!) { profile(id: $id) { id } }", { id }, key))
    .profile?.id;
}

const tableSizes = () =>
  server.testDatabase.ownerQuery(
    `select (select count(*) from rulings) as rulings, (select count(*) from ruling_records) as records,
       (select count(*) from changes) as changes, (select count(*) from identity_events) as events,
       (select count(*) from past_memberships) as moved, (select sum(position) from feeds) as position`,
  );

/** Two rich customers with several records, channels, identifiers and attributes each. */
async function twoCustomers(): Promise<[string, string]> {
  const anns = [email("ann@example.com"), userId("u1")];
  const annas = [email("anna@example.org"), userId("u2")];
  await ingest(
    {
      source: "shop",
      channel: "IN_STORE" as never,
      subject: { key: "s1", identifiers: anns, attributes: { givenName: "Ann" } },
    },
    {
      occurredAt: "2026-01-02T00:00:00.000Z",
      subject: {
        key: "w1",
        identifiers: [email("ann@example.com")],
        attributes: { givenName: "Annie", city: "Trang" },
      },
    },
    {
      source: "shop",
      occurredAt: "2026-01-03T00:00:00.000Z",
      subject: { key: "s2", identifiers: annas, attributes: { givenName: "Anna", vip: true } },
    },
    {
      source: "line",
      channel: "LINE" as never,
      occurredAt: "2026-01-04T00:00:00.000Z",
      subject: { key: "l2", identifiers: [phone("+66812345678"), email("anna@example.org")] },
    },
  );
  const [one, other] = await Promise.all([
    server.data<{ profile: Known }>('{ profile(identifier: {kind: EMAIL, value: "ann@example.com"}) { id } }', {}, key),
    server.data<{ profile: Known }>(
      '{ profile(identifier: {kind: EMAIL, value: "anna@example.org"}) { id } }',
      {},
      key,
    ),
  ]);
  return [one.profile.id, other.profile.id];
}

describe("a merge", () => {
  it("makes one customer of two user ids, and says which contradiction it overrides", async () => {
    const [ann, anna] = await twoCustomers();
    const ruled = await merge([anna, ann]);
    expect(ruled).toMatchObject({ refused: null, overruledRulings: [], profiles: [{ id: ann }] });
    expect(ruled.profiles[0]!.records.map((record) => record.key)).toEqual(["s1", "w1", "s2", "l2"]);
    expect(ruled.overrode).toEqual([
      expect.objectContaining({ kind: "CONFLICT", summary: "They have different user ids, “u1” and “u2”." }),
    ]);
    expect(await profileIdOf(anna)).toBe(ann);
  });

  it("taken back gives back exactly what was there", async () => {
    const ids = await twoCustomers();
    const before = await everythingOf(ids);
    const { rulingId } = await merge([...ids]);
    expect(await everythingOf(ids)).not.toEqual(before);
    const revoked = await revoke(rulingId);
    expect(revoked).toMatchObject({ rulingId, refused: null, profiles: [{ id: ids[0] }, { id: ids[1] }] });
    expect(await everythingOf(ids)).toEqual(before);
  });

  it("taken back leaves what came meanwhile with the record it came to", async () => {
    const ids = await twoCustomers();
    const { rulingId } = await merge([...ids]);
    await ingest({ source: "line", text: "to the second", subject: { key: "l2" } });
    await ingest({
      source: "shop",
      text: "to the first",
      subject: { key: "s1", identifiers: [phone("+66899999999")] },
    });
    await revoke(rulingId);
    const [ann, anna] = (await everythingOf(ids)).map((profile) => JSON.stringify(profile));
    expect([ann!.includes("to the first"), ann!.includes("+66899999999"), ann!.includes("to the second")]).toEqual([
      true,
      true,
      false,
    ]);
    expect([anna!.includes("to the first"), anna!.includes("to the second")]).toEqual([false, true]);
  });

  it("keeps holding as records arrive that belong to either half", async () => {
    const [ann] = await twoCustomers();
    const { profile } = await server.data<{ profile: Known }>(
      '{ profile(identifier: {kind: EMAIL, value: "anna@example.org"}) { id } }',
      {},
      key,
    );
    await merge([ann, profile.id]);
    const [first, second] = await ingest(
      { source: "app", subject: { key: "a1", identifiers: [userId("u1")] } },
      { source: "app", subject: { key: "a2", identifiers: [userId("u2")] } },
    );
    expect([first, second]).toEqual([ann, ann]);
  });

  it("of many customers is one ruling, and is told to whoever watches any of them", async () => {
    const ids = [await customer("a"), await customer("b"), await customer("c")];
    const watched = server.subscribe<{ profileChanges: unknown }>(
      `subscription ($id: ID!) { profileChanges(profileId: $id) {
        __typename profileId ... on ProfilesMerged { absorbedIds } ... on ProfileSplit { separatedIds } } }`,
      { id: ids[2] },
      key,
    );
    await watched.connected;
    const { rulingId } = await merge(ids);
    await revoke(rulingId);
    expect((await watched.nth(1)).data!.profileChanges).toEqual({
      __typename: "ProfilesMerged",
      profileId: ids[0],
      absorbedIds: [ids[1], ids[2]],
    });
    expect((await watched.nth(2)).data!.profileChanges).toMatchObject({
      __typename: "ProfileSplit",
      profileId: ids[0],
    });
  });
});

describe("a split", () => {
  /** One customer of three records that an e-mail address holds together. */
  async function threeRecords(): Promise<Known> {
    const desk = [email("both@example.com")];
    const [id] = await ingest(
      { source: "a", subject: { key: "1", identifiers: desk, attributes: { givenName: "Bo" } } },
      { source: "b", subject: { key: "2", identifiers: desk, attributes: { givenName: "Bob" } } },
      { source: "c", subject: { key: "3", identifiers: [...desk, phone("+66812340001")] } },
    );
    return (await everythingOf([id!]))[0]!;
  }

  it("beats whatever joins the records, and says what that was", async () => {
    const whole = await threeRecords();
    const ids = whole.records.map((record) => record.id);
    const ruled = await split(whole.id, [ids[1]!]);
    expect(ruled.refused).toBeNull();
    expect(ruled.profiles.map(({ records }) => records.map((record) => record.key))).toEqual([["1", "3"], ["2"]]);
    expect(ruled.overrode).toEqual([
      expect.objectContaining({ kind: "IDENTIFIER", identifier: { value: "both@example.com" } }),
    ]);
    const [again] = await ingest({ source: "b", subject: { key: "2", identifiers: [email("both@example.com")] } });
    expect(again).toBe(ids[1]);
  });

  it("lists all profiles that result, more than two when the rest fell apart", async () => {
    await ingest({ source: "a", subject: { key: "1", identifiers: [email("x@example.com")] } });
    const [id] = await ingest(
      { source: "b", subject: { key: "2", identifiers: [email("x@example.com"), phone("+66812340001")] } },
      { source: "c", subject: { key: "3", identifiers: [phone("+66812340001")] } },
    );
    const [whole] = await everythingOf([id!]);
    const ruled = await split(id!, [whole!.records[1]!.id]);
    expect(ruled.profiles.map(({ records }) => records.map((record) => record.key))).toEqual([["1"], ["2"], ["3"]]);
  });

  it("taken back gives back exactly what was there", async () => {
    const whole = await threeRecords();
    const ids = whole.records.map((record) => record.id);
    const before = await everythingOf(ids);
    for (const apart of [[ids[0]!], [ids[1]!], [ids[0]!, ids[2]!]]) {
      const { rulingId } = await split(whole.id, apart);
      expect(await everythingOf(ids)).not.toEqual(before);
      expect((await revoke(rulingId)).profiles.map(({ id }) => id)).toEqual([whole.id]);
      expect(await everythingOf(ids)).toEqual(before);
    }
  });

  it("keeps holding as records arrive that would join the halves", async () => {
    const whole = await threeRecords();
    const ids = whole.records.map((record) => record.id);
    await split(whole.id, [ids[1]!]);
    await ingest({ source: "d", subject: { key: "4", identifiers: [email("both@example.com")] } });
    expect(await profileIdOf(ids[1]!)).toBe(ids[1]);
    expect(await profileIdOf(ids[0]!)).toBe(ids[0]);
  });
});

describe("a stranger's record that hangs on a customer by a claim", () => {
  it("is named by no merge and no split of that customer: nobody knows whose it is", async () => {
    const address = email("ann@example.com");
    const [ann] = await ingest(
      { subject: { key: "ann", identifiers: [userId("u1"), address], attributes: null } },
      { subject: { key: "anna", identifiers: [address], attributes: null } },
    );
    const other = await customer("other");
    const { secret } = await server.makeKey("PUBLIC", key);
    const claim = event({ source: "page", subject: { key: "stranger", identifiers: [address], attributes: null } });
    await server.data(INGEST, { events: [claim] }, secret);
    const records = (await everythingOf([ann!]))[0]!.records;
    expect(records.map((record) => record.key).sort()).toEqual(["ann", "anna", "stranger"]);
    const idOf = (name: string) => records.find((record) => record.key === name)!.id;
    await merge([ann!, other]);
    expect(await sidesOfNewest()).toEqual([[idOf("ann"), idOf("anna"), other].sort()]);
    await split(ann!, [idOf("anna")]);
    expect(await sidesOfNewest()).toEqual([[idOf("anna")], [idOf("ann"), other].sort()]);
  });

  async function sidesOfNewest(): Promise<string[][]> {
    const LIST = "{ rulings(first: 1) { nodes { sides } } }";
    return (await server.data<{ rulings: { nodes: { sides: string[][] }[] } }>(LIST, {}, key)).rulings.nodes[0]!.sides;
  }
});

describe("of several rulings", () => {
  it("the newest wins, and names those it overrules", async () => {
    const ids = [await customer("a"), await customer("b")];
    const first = await merge(ids);
    const second = await split(ids[0]!, [ids[1]!]);
    expect(second).toMatchObject({ overruledRulings: [first.rulingId], profiles: [{ id: ids[0] }, { id: ids[1] }] });
    const third = await merge(ids);
    expect(third).toMatchObject({ overruledRulings: [second.rulingId], profiles: [{ id: ids[0] }] });
    await revoke(third.rulingId);
    expect(await profileIdOf(ids[1]!)).toBe(ids[1]);
    await revoke(second.rulingId);
    expect(await profileIdOf(ids[1]!)).toBe(ids[0]);
    await revoke(first.rulingId);
    expect(await profileIdOf(ids[1]!)).toBe(ids[1]);
  });

  it("all of which something no longer holds are named", async () => {
    const ids = [await customer("a"), await customer("b"), await customer("c")] as [string, string, string];
    const first = await merge([ids[1], ids[2]]);
    const second = await merge([ids[0], ids[1]]);
    const [whole] = await everythingOf([ids[0]]);
    expect(whole!.records).toHaveLength(3);
    const apart = await split(ids[0], [ids[2]]);
    expect(apart.overruledRulings).toEqual([first.rulingId, second.rulingId]);
    expect(apart.profiles.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
  });

  it("all are listed for ever, newest first, with who decided what about whom", async () => {
    const agent = await server.makeKey("AGENT", key);
    const ids = [await customer("a"), await customer("b")];
    const first = await merge(ids, "same passport");
    const second = await rule(SPLIT, { id: ids[0], recordIds: [ids[1]], reason: "no" }, agent.secret);
    await rule(REVOKE, { id: first.rulingId }, agent.secret);
    const LIST = `query ($first: Int, $after: String) { rulings(first: $first, after: $after) {
      nodes { id kind actor reason revokedBy revokedAt madeAt sides records { id key } } pageInfo { hasNextPage endCursor } } }`;
    interface Page {
      rulings: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    }
    const { rulings } = await server.data<Page>(LIST, { first: 1 }, key);
    expect(rulings.nodes).toMatchObject([
      {
        id: second.rulingId,
        kind: "DIFFERENT",
        actor: agent.id,
        reason: "no",
        revokedBy: null,
        revokedAt: null,
        sides: [[ids[1]], [ids[0]]],
      },
    ]);
    expect(rulings.pageInfo.hasNextPage).toBe(true);
    const rest = (await server.data<Page>(LIST, { after: rulings.pageInfo.endCursor }, key)).rulings;
    expect(rest.nodes).toMatchObject([
      {
        id: first.rulingId,
        kind: "SAME",
        reason: "same passport",
        revokedBy: agent.id,
        sides: [ids],
        records: [
          { id: ids[0], key: "a" },
          { id: ids[1], key: "b" },
        ],
      },
    ]);
    expect(rest.pageInfo.hasNextPage).toBe(false);
    expect((await server.graphql(LIST, { after: "bm8" }, key)).errors![0]!.extensions.code).toBe("BAD_CURSOR");
  });
});

describe("what cannot stand is refused and changes nothing", () => {
  const UNKNOWN = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000";

  async function expectRefused(ruled: () => Promise<Ruled>, words: RegExp): Promise<void> {
    const before = await tableSizes();
    const result = await ruled();
    expect(result).toEqual({
      rulingId: null,
      refused: expect.stringMatching(words),
      profiles: [],
      overruledRulings: [],
      overrode: [],
    });
    expect(await tableSizes()).toEqual(before);
  }

  it.each([
    ["unknown", UNKNOWN],
    ["no id at all", "nobody"],
    ["the empty text", ""],
  ])("an id that is %s", async (_, id) => {
    const ann = await customer("a");
    await expectRefused(() => merge([ann, id]), /does not exist/);
    await expectRefused(() => split(id, [ann]), /does not exist/);
    await expectRefused(() => split(ann, [id]), /not this customer's/);
    await expectRefused(() => revoke(id), /does not exist/);
  });

  it("ids and rulings of another tenant, in the words for what is unknown", async () => {
    const theirs = [await customer("theirs"), await customer("theirs too")];
    const { rulingId } = await merge(theirs);
    key = await server.makeTenant();
    const ours = await customer("ours");
    const said = async (ruled: Promise<Ruled>) => (await ruled).refused;
    expect(await said(merge([ours, theirs[0]!]))).toBe(await said(merge([ours, UNKNOWN])));
    expect(await said(split(theirs[0]!, [theirs[1]!]))).toBe(await said(split(UNKNOWN, [UNKNOWN])));
    expect(await said(split(ours, [theirs[1]!]))).toBe(await said(split(ours, [UNKNOWN])));
    expect(await said(revoke(rulingId))).toBe(await said(revoke(UNKNOWN)));
  });

  it("a merge of one customer with itself, and of nobody", async () => {
    const [ann, anna] = await twoCustomers();
    await expectRefused(() => merge([ann]), /already/);
    await expectRefused(() => merge([ann, ann.toUpperCase()]), /already/);
    await expectRefused(() => merge([]), /Name/);
    await merge([ann, anna]);
    await expectRefused(() => merge([ann, anna]), /already/);
  });

  it("a split that names nothing, another's record, or leaves nothing behind", async () => {
    const [ann, anna] = await twoCustomers();
    const [known] = await everythingOf([ann]);
    const ids = known!.records.map((record) => record.id);
    await expectRefused(() => split(ann, []), /at least one/);
    await expectRefused(() => split(ann, [anna]), /not this customer's/);
    await expectRefused(() => split(ann, [ids[0]!, anna]), /not this customer's/);
    await expectRefused(() => split(ann, ids), /Nothing would be left/);
  });

  it("taking back a ruling twice", async () => {
    const { rulingId } = await merge([await customer("a"), await customer("b")]);
    await revoke(rulingId);
    await expectRefused(() => revoke(rulingId), /before/);
  });

  it("a key that may not rule", async () => {
    const { secret } = await server.makeKey("INTEGRATION", key);
    for (const [document, variables] of [
      [MERGE, { ids: [UNKNOWN], reason: "" }],
      [SPLIT, { id: UNKNOWN, recordIds: [], reason: "" }],
      [REVOKE, { id: UNKNOWN }],
    ] as const) {
      const { errors } = await server.graphql(document, variables, secret);
      expect(errors![0]!.extensions.code).toBe("FORBIDDEN");
    }
  });
});

describe("the history", () => {
  it("tells of a ruling, what came of it, and its end, on each half, newest first", async () => {
    const ids = [await customer("a"), await customer("b")];
    const { rulingId } = await merge(ids, "same face");
    await revoke(rulingId);
    const entries = await historyOf(ids[0]!);
    expect(entries.map(({ kind }) => kind)).toEqual(["SPLIT", "RULING_REVOKED", "MERGED", "RULED"]);
    expect(new Set(entries.map((entry) => entry.rulingId))).toEqual(new Set([rulingId]));
    expect(entries[3]).toMatchObject({ reason: "same face", profileIds: ids });
    expect(entries[2]!.evidence).toMatchObject([
      {
        kind: "RULING",
        summary: "Someone decided that they are one customer: “same face”.",
        recordA: { id: ids[0] },
        recordB: { id: ids[1] },
      },
    ]);
    expect(await historyOf(ids[1]!)).toEqual(entries);
  });

  it("tells of a join by the facts with the value that joined, and is read page by page", async () => {
    const first = await customer("a", [email("ann@example.com")]);
    const second = await customer("b", [phone("+66812345678")]);
    await ingest({
      source: "c",
      subject: { key: "c", identifiers: [email("ann@example.com"), phone("+66812345678")] },
    });
    const [joined] = await historyOf(first);
    expect(joined).toMatchObject({ kind: "MERGED", rulingId: null, actor: null, profileIds: [first, second] });
    expect(joined!.evidence.map(({ summary }) => summary)).toEqual(
      expect.arrayContaining([expect.stringContaining("phone number +66812345678")]),
    );
    const PAGE = `query ($id: ID!, $after: String) { profile(id: $id) { history(first: 1, after: $after) {
      nodes { kind } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
    interface Page {
      profile: { history: { nodes: { kind: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } };
    }
    await merge([first, await customer("d")]);
    const kinds: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { history }: Page["profile"] = (await server.data<Page>(PAGE, { id: second, after }, key)).profile;
      kinds.push(...history.nodes.map(({ kind }) => kind));
      more = history.pageInfo.hasNextPage;
      after = history.pageInfo.endCursor;
    }
    expect(kinds).toEqual(["MERGED", "RULED", "MERGED"]);
    const { errors } = await server.graphql(PAGE, { id: second, after: "" }, key);
    expect(errors![0]!.extensions.code).toBe("BAD_CURSOR");
  });

  it("leaves out evidence that speaks of a record that is gone", async () => {
    const ids = [await customer("a"), await customer("b")];
    await merge(ids);
    await server.testDatabase.ownerQuery("delete from records where record_id = $1", [ids[1]]);
    const entries = await historyOf(ids[0]!);
    expect(entries.map(({ kind, evidence }) => [kind, evidence])).toEqual([
      ["MERGED", []],
      ["RULED", []],
    ]);
  });
});

describe("an identifier", () => {
  it("says with how many other customers it is shared", async () => {
    const family = phone("+66812345678");
    const ids = await ingest(
      { source: "a", subject: { key: "1", identifiers: [userId("1"), family] } },
      { source: "a", subject: { key: "2", identifiers: [userId("2"), family] } },
      { source: "a", subject: { key: "3", identifiers: [userId("3"), family] } },
    );
    expect(new Set(ids).size).toBe(3);
    const { profile } = await server.data<{ profile: { identifiers: unknown[] } }>(
      "query ($id: ID!) { profile(id: $id) { identifiers { value sharedWith } } }",
      { id: ids[0] },
      key,
    );
    expect(profile.identifiers).toEqual(
      expect.arrayContaining([
        { value: "+66812345678", sharedWith: 2 },
        { value: "1", sharedWith: 0 },
      ]),
    );
  });
});
