import { Answer } from "./server";

/** One of several servers on one database, as a client sees it. */
export type Ask = <Data>(query: string, variables?: Record<string, unknown>, key?: string) => Promise<Answer<Data>>;

const INGEST = `mutation ($events: [EventInput!]!) { ingest(events: $events) { status message profileId } }`;
const UPSERT = `mutation ($records: [RecordInput!]!) {
  upsertRecords(records: $records) { status message recordId profileId } }`;
const RULED = "{ rulingId refused profiles { id } }";
const MERGE = `mutation ($ids: [ID!]!) { ruled: mergeProfiles(ids: $ids, reason: "She said so") ${RULED} }`;
const SPLIT = `mutation ($id: ID!, $recordIds: [ID!]!) {
  ruled: splitProfile(id: $id, recordIds: $recordIds, reason: "He said so") ${RULED} }`;
const SHARE = `mutation ($identifier: IdentifierInput!) {
  ruled: markShared(identifier: $identifier, reason: "A family's") ${RULED} }`;
const REVOKE = `mutation ($id: ID!) { ruled: revokeRuling(id: $id) ${RULED} }`;
const ACCEPT = `mutation ($id: ID!) { ruled: acceptSuggestion(id: $id) ${RULED} }`;
const REJECT = `mutation ($id: ID!) { ruled: rejectSuggestion(id: $id) ${RULED} }`;
const REMOVED = "{ refused profiles { id } }";
const REMOVE = `mutation ($id: ID!) { removed: removeRecord(recordId: $id, reason: "An import gone wrong") ${REMOVED} }`;
const DETACH = `mutation ($id: ID!, $kind: IdentifierKind!, $value: String!, $namespace: String) { removed:
  detachIdentifier(recordId: $id, kind: $kind, value: $value, namespace: $namespace, reason: "It moved") ${REMOVED} }`;
const ERASE = `mutation ($id: ID!) { eraseProfile(id: $id, reason: "request 7") { records } }`;
const SUGGESTED = "{ matchSuggestions(first: 5) { nodes { id } } }";
const RECORDS = "query ($id: ID!) { profile(id: $id) { id records { id identifiers { kind value namespace } } } }";
const RULINGS = "{ rulings(first: 30) { nodes { id revokedAt } } }";
const SET = `mutation ($rules: IdentityRulesInput!) { setIdentityRules(rules: $rules) { version } }`;

export interface Named {
  readonly kind: string;
  readonly value: string;
  readonly namespace?: string;
  readonly assurance?: string;
}

/** What a client sends of one person. */
export interface Sent {
  readonly source: string;
  readonly key: string;
  readonly identifiers: readonly Named[];
  readonly attributes: Readonly<Record<string, string>>;
  /** EVENT: an event; WHOLE: a record that takes away what it does not name; CLAIM: an event by a PUBLIC key. */
  readonly as: "EVENT" | "RECORD" | "WHOLE" | "CLAIM";
}

const STREETS = ["Elm Street 12", "Oak Road 9"];
/** Unlike each other, so that it is the same ones that are alike. */
const MAILBOXES = [
  ...["alder", "birchwood", "cedar", "dogrose", "elm", "fig", "ginkgo", "hornbeam", "ivory", "juniper", "kapok"],
  ...["larch", "magnolia", "nutmeg", "olive", "poplar", "quince", "rowan", "sycamore", "teak", "umbrella", "vine"],
  ...["willow", "xylosma", "yew", "zelkova", "acacia", "bamboo", "cypress", "durian"],
];
const FAMILIES = ["Hathersage", "Rattanakul", "Okonkwo", "Lindqvist", "Marchetti", "Vasquez", "Petrovic", "Nakagawa"];
const PEOPLE: readonly Readonly<Record<string, string>>[] = FAMILIES.flatMap(
  (familyName, year): Readonly<Record<string, string>>[] => [
    { givenName: "Katherine", familyName, dateOfBirth: `197${year}-11-12` },
    { givenName: "Catherine", familyName: `${familyName}s`, dateOfBirth: `197${year}-12-11` },
    { givenName: "Kate", familyName },
    { givenName: "Leonard", familyName, dateOfBirth: `200${year}-03-04` },
    { givenName: "Leonard", familyName, dateOfBirth: `196${year}-03-04`, generation: "Sr" },
  ],
);

/**
 * What so many clients send, one after the other: links of a chain, points of a star and of a ring, which meet in
 * the same values and under the same keys from several clients at once.
 *
 * @param random from 0 to below 1
 */
export function sendings(clients: number, each: number, random: () => number): Sent[][] {
  const below = (count: number) => Math.floor(random() * count);
  const one = <T>(all: readonly T[]): T => all[below(all.length)]!;
  const shape = (client: number, step: number): Named[] => {
    const at = (client * 3 + step * 7) % 30;
    switch ((client + step) % 3) {
      case 0:
        return [at, at + 1].map((n) => ({ kind: "EMAIL", value: `${MAILBOXES[n % 30]}+${below(2)}@example.com` }));
      case 1: {
        const arms = [
          { kind: "USER_ID", value: `u${at % 9}` },
          { kind: "CRM_ID", namespace: "hubspot", value: `h${at % 12}` },
        ];
        return [{ kind: "DEVICE_ID", value: `hub-${at % 4}` }, one(arms)];
      }
      default:
        return [at, at + 1].map((n) => ({ kind: "PHONE", value: `08${10_000_000 + (n % 8) * 1_234_567}` }));
    }
  };
  return Array.from({ length: clients }, (_, client) =>
    Array.from({ length: each }, (_, step): Sent => {
      const as = one(["EVENT", "RECORD", "RECORD", "WHOLE", "CLAIM"] as const);
      const assurance = as === "CLAIM" ? undefined : one([undefined, undefined, "VERIFIED", "CLAIMED"]);
      const address: Readonly<Record<string, string>> =
        random() < 0.5 ? { address: one(STREETS), city: "Arlington", postalCode: "23208" } : {};
      return {
        as,
        source: one(["web", "crm", "pos"]),
        key: `k${(client * 7 + step * 11) % 60}`,
        identifiers: shape(client, step).map((named) => ({ ...named, assurance })),
        attributes: random() < 0.4 ? { ...one(PEOPLE), ...address } : {},
      };
    }),
  );
}

/** Rules that switch likeness on and off and change what joins whom. */
export const RULE_CHANGES: readonly (readonly object[])[] = [
  [
    { similarity: { enabled: true, autoThreshold: 13, reviewThreshold: 6, blockLimit: 6 } },
    { similarity: { blockLimit: 40 } },
    { similarity: { enabled: false } },
    { similarity: { enabled: true, guard: false } },
    { similarity: { autoThreshold: 10, reviewThreshold: 4, guard: true } },
  ],
  [
    { sharedLimits: { default: 4, byKind: [{ kind: "DEVICE_ID", limit: 20 }] } },
    { emailFolding: { plusTags: true }, defaultCountry: "TH" },
    { cap: 12, minimumAssurance: [{ kind: "DEVICE_ID", assurance: "ASSERTED" }] },
    { uniqueKinds: [], sharedLimits: { default: 8 }, blockedValues: ["dogrose@example.com"] },
    { uniqueKinds: ["USER_ID"], emailFolding: { plusTags: false }, cap: 30 },
  ],
];

/** How agents decide; numbers choose among what there is at that moment. */
export type Decide = (ask: Ask, random: () => number, seen: Seen) => Promise<Answer<unknown> | null>;

/** What was answered to anybody so far. */
export interface Seen {
  readonly ids: Set<string>;
  readonly named: Map<string, Named>;
}

const pick = <T>(all: readonly T[], random: () => number): T | undefined => all[Math.floor(random() * all.length)];

interface Profile {
  readonly profile: {
    readonly id: string;
    readonly records: readonly { readonly id: string; readonly identifiers: readonly Named[] }[];
  } | null;
}

export const DECISIONS: readonly Decide[] = [
  async (ask, random, { ids }) => {
    const two = [pick([...ids], random), pick([...ids], random)];
    return two.includes(undefined) ? null : ask(MERGE, { ids: two });
  },
  async (ask, random, { ids }) => {
    const id = pick([...ids], random);
    if (id === undefined) return null;
    const found = (await ask<Profile>(RECORDS, { id })).data?.profile;
    const apart = found?.records.filter(() => random() < 0.5).map((record) => record.id) ?? [];
    return found ? ask(SPLIT, { id: found.id, recordIds: apart }) : null;
  },
  async (ask, random, { named }) => {
    const value = pick([...named.values()], random);
    if (value === undefined) return null;
    const { assurance: _, ...identifier } = value;
    return ask(SHARE, { identifier });
  },
  async (ask, random) => {
    const { data } = await ask<{ rulings: { nodes: { id: string; revokedAt: string | null }[] } }>(RULINGS);
    const open = data?.rulings.nodes.filter(({ revokedAt }) => revokedAt === null) ?? [];
    const ruling = pick(open, random);
    return ruling ? ask(REVOKE, { id: ruling.id }) : null;
  },
  async (ask, random, { ids }) => {
    const id = pick([...ids], random);
    return id === undefined ? null : ask(REMOVE, { id });
  },
  async (ask, random, { ids }) => {
    const id = pick([...ids], random);
    const records = id === undefined ? [] : ((await ask<Profile>(RECORDS, { id })).data?.profile?.records ?? []);
    const record = pick(records, random);
    const identifier = pick(record?.identifiers ?? [], random);
    return record && identifier ? ask(DETACH, { ...identifier, id: record.id }) : null;
  },
  async (ask, random, { ids }) => {
    const id = pick([...ids], random);
    return id === undefined ? null : ask(ERASE, { id });
  },
  ...[ACCEPT, REJECT].map(
    (mutation): Decide =>
      async (ask, random) => {
        const { data } = await ask<{ matchSuggestions: { nodes: { id: string }[] } }>(SUGGESTED);
        const suggestion = pick(data?.matchSuggestions.nodes ?? [], random);
        return suggestion ? ask(mutation, { id: suggestion.id }) : null;
      },
  ),
];

/** Whether it took a record away. It may have been sent again since. */
export function isRemoval(query: string, { data }: Answer<unknown>): boolean {
  return query === REMOVE && (data as { removed: { refused: string | null } } | null)?.removed.refused === null;
}

/** Who is erased twice is gone the second time: the one error that is an answer. */
export function isGone(query: string, { errors }: Answer<unknown>): boolean {
  return query === ERASE && errors !== undefined && errors.every(({ extensions }) => extensions.code === "NOT_FOUND");
}

export interface WriteAnswer {
  readonly status: string;
  readonly message: string | null;
  readonly recordId?: string | null;
  readonly profileId: string | null;
}

let messages = 0;

/** Sends it as that client would; answers with what became of it. */
export async function sendOne(ask: Ask, sent: Sent, publicKey: string): Promise<Answer<{ written: WriteAnswer[] }>> {
  const { as, source, key, identifiers, attributes } = sent;
  if (as === "RECORD" || as === "WHOLE") {
    const complete = as === "WHOLE";
    const answer = await ask<{ upsertRecords: WriteAnswer[] }>(UPSERT, {
      records: [{ source, key, identifiers, attributes, complete }],
    });
    return { ...answer, data: answer.data && { written: answer.data.upsertRecords } };
  }
  messages += 1;
  const event = {
    ...{ source, messageId: `busy-${messages}`, channel: "WEB", occurredAt: "2026-01-01T09:00:00Z" },
    subject: { key, identifiers, attributes },
  };
  const answer = await ask<{ ingest: WriteAnswer[] }>(
    INGEST,
    { events: [event] },
    as === "CLAIM" ? publicKey : undefined,
  );
  return { ...answer, data: answer.data && { written: answer.data.ingest } };
}

export function setRules(ask: Ask, rules: object): Promise<Answer<unknown>> {
  return ask(SET, { rules });
}
