import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { DEFAULT_TENANT_ID } from "../../src/access/secret";
import { App, openApp } from "../../src/app";
import { readConfig } from "../../src/config";
import { resolve } from "../../src/identity/resolve/resolve";
import { getRules } from "../../src/identity/rules/rules.repository";
import {
  Ask,
  DECISIONS,
  isGone,
  isRemoval,
  Named,
  RULE_CHANGES,
  Seen,
  Sent,
  sendings,
  sendOne,
  setRules,
  WriteAnswer,
} from "../support/busy-tenant";
import { factsAsSent } from "../support/facts-as-sent";
import { randomOf } from "../support/random";
import { pairsOf, partitionOf, storedPairs } from "../support/resolved-anew";
import { Answer, startTestServer, TestServer } from "../support/server";
import { storedPartition, withLikeness } from "../support/stored-facts";

/** How often it is done all over, each time with the next seed. */
const ROUNDS = Number(process.env.ROUNDS ?? 1);
const SEED = Number(process.env.SEED ?? 20_261_201);
const SERVERS = 3;
const CLIENTS = 50;
const EACH = 3;
const AGENTS = 6;
/** Each of them decides in each of the ways once, and each begins with another. */
const DECISIONS_EACH = DECISIONS.length;
/** The servers are to apply rules, and not to answer whether they have. */
const LOOK_EVERY_MS = 100;
/** Aliases of one document. */
const QUESTIONS = 15;

jest.setTimeout(120_000);

describe.each(Array.from({ length: ROUNDS }, (_, round) => SEED + round))(
  "50 clients, people who rule, remove and erase, and rules that change, all at once (seed %i)",
  (seed) => {
    let server: TestServer;
    const others: App[] = [];
    const seen: Seen = { ids: new Set(), named: new Map() };
    /** Answers that no client should ever get. */
    const wrong: string[] = [];
    const logged: string[] = [];
    let publicKey: string;
    let done = 0;
    let removals = 0;
    const waiting = new Set<() => void>();

    beforeAll(async () => {
      server = await startTestServer();
      publicKey = (await server.makeKey("PUBLIC")).secret;
      const log = pino({ level: "error" }, { write: (line) => void logged.push(line) });
      const config = readConfig({ HOST: "127.0.0.1", PORT: "0", ONEFOLD_POOL_SIZE: "6" });
      for (let n = 1; n < SERVERS; n += 1) {
        others.push(await openApp({ config, databaseUrl: server.testDatabase.url, adminKey: null, log }));
      }
    });

    afterAll(async () => {
      await Promise.all(others.map((app) => app.close()));
      await server.close();
    });

    const asks = (): Ask[] =>
      [server.url, ...others.map(({ url }) => url)].map((url) => async (query, variables, key = server.adminKey) => {
        const response = await fetch(`${url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
          body: JSON.stringify({ query, variables }),
        });
        const body = await response.text();
        const answer: Answer<never> = { status: response.status, headers: response.headers, body, ...JSON.parse(body) };
        if ((answer.errors !== undefined || response.status !== 200) && !isGone(query, answer))
          wrong.push(`${query} ${JSON.stringify(variables)}: ${body}`);
        if (isRemoval(query, answer)) removals += 1;
        return answer;
      });

    /** Until this share of what the clients send is answered. */
    async function answered(share: number): Promise<void> {
      while (done < share * CLIENTS * EACH) await new Promise<void>((resolved) => waiting.add(resolved));
    }

    async function isApplying(ask: Ask): Promise<boolean> {
      const { data } = await ask<{ identityRules: { applying: boolean } }>("{ identityRules { applying } }");
      return data!.identityRules.applying;
    }

    async function client(ask: Ask, sendings: readonly Sent[]): Promise<void> {
      for (const sent of sendings) {
        const answer = await sendOne(ask, sent, publicKey);
        for (const written of answer.data?.written ?? []) note(written, sent.identifiers);
        done += 1;
        for (const look of waiting) look();
        waiting.clear();
      }
    }

    function note({ status, message, profileId }: WriteAnswer, identifiers: readonly Named[]): void {
      if (status === "REJECTED") wrong.push(`rejected: ${message}`);
      if (profileId) seen.ids.add(profileId);
      for (const named of identifiers) seen.named.set(`${named.kind} ${named.value}`, named);
    }

    async function agent(ask: Ask, place: number): Promise<void> {
      const random = randomOf(seed * 31 + place);
      for (let n = 1; n <= DECISIONS_EACH; n += 1) {
        await answered(n / (DECISIONS_EACH + 1));
        await DECISIONS[(place + n) % DECISIONS.length]!(ask, random, seen);
      }
    }

    async function ruleMaker(ask: Ask, changes: readonly object[]): Promise<void> {
      for (const [n, rules] of changes.entries()) {
        await answered((n + 1) / (changes.length + 1));
        await setRules(ask, rules);
      }
    }

    it("leave no client with an error, and in the end what a resolution of the same facts from nothing gives", async () => {
      const all = asks();
      const askAt = (place: number) => all[place % all.length]!;
      await Promise.all([
        ...sendings(CLIENTS, EACH, randomOf(seed)).map((sent, place) => client(askAt(place), sent)),
        ...Array.from({ length: AGENTS }, (_, place) => agent(askAt(place), place)),
        ...RULE_CHANGES.map((changes, place) => ruleMaker(askAt(place), changes)),
      ]);
      while (await isApplying(askAt(1))) await pause(LOOK_EVERY_MS);
      const failures = [...logged, ...server.logged.filter((line) => JSON.parse(line).level >= 50)];
      expect({ wrong, failures }).toEqual({ wrong: [], failures: [] });

      const db = server.testDatabase;
      const rules = await db.database.read(DEFAULT_TENANT_ID, getRules);
      const facts = await withLikeness(db, await factsAsSent(db, rules), rules);
      const { clusters } = resolve(facts, rules);
      expect(await storedPartition(db)).toEqual(partitionOf(clusters));
      const statuses = await db.ownerQuery<{ id: string; status: string }>(
        "select distinct identifier_id as id, status from identifiers join identifier_links using (tenant_id, identifier_id)",
      );
      const worked = new Map(facts.identifiers.map(({ id, status }) => [id, status]));
      expect(statuses).toEqual(statuses.map(({ id }) => ({ id, status: worked.get(id) })));
      expect(await storedPairs(db)).toEqual(pairsOf(facts, clusters, rules));
      // They were about what they are called.
      const [happened] = await db.ownerQuery<Record<string, number>>(
        `select (select count(*)::integer from rulings) as rulings, (select max(version) from identity_rules) as version,
         (select count(*)::integer from similar_pairs) as pairs,
         (select count(*)::integer from erasures) as erased`,
      );
      expect(removals).toBeGreaterThan(0);
      expect(happened!.erased).toBeGreaterThan(0);
      expect(happened!.rulings).toBeGreaterThan(0);
      expect(happened!.version).toBe(1 + RULE_CHANGES.flat().length);
      expect(happened!.pairs).toBeGreaterThan(0);
    });

    it("leave every identifier, and every id that anybody was told, with one answer on all servers", async () => {
      const questions = [
        ...[...seen.named.values()].map(({ kind, value, namespace }) => {
          const text = [`kind: ${kind}`, `value: ${JSON.stringify(value)}`];
          return `profile(identifier: { ${[...text, ...(namespace ? [`namespace: "${namespace}"`] : [])].join(" ")} })`;
        }),
        ...[...seen.ids].map((id) => `profile(id: "${id}")`),
      ];
      const answers = await Promise.all(asks().map((ask) => askAll(ask, questions)));
      const stored = new Map(
        (await storedPartition(server.testDatabase)).flatMap(({ profileId, recordIds }) =>
          recordIds.map((id) => [id, profileId] as const),
        ),
      );
      const heirs = await server.testDatabase.ownerQuery<{ id: string; heir: string }>(
        "select record_id as id, led_to as heir from record_tombstones",
      );
      const heirOf = new Map(heirs.map(({ id, heir }) => [id, heir]));
      for (const other of answers) expect(other).toEqual(answers[0]);
      // Of a record that was taken away whoever held it, of a person who was erased nobody.
      expect(answers[0]!.slice(-seen.ids.size)).toEqual(
        [...seen.ids].map((id) => stored.get(id) ?? stored.get(heirOf.get(id) ?? "") ?? null),
      );
      expect(wrong).toEqual([]);
    });

    async function askAll(ask: Ask, questions: readonly string[]): Promise<(string | null)[]> {
      const found: (string | null)[] = [];
      for (let from = 0; from < questions.length; from += QUESTIONS) {
        const asked = questions.slice(from, from + QUESTIONS).map((question, n) => `q${n}: ${question} { id }`);
        const { data } = await ask<Record<string, { id: string } | null>>(`{ ${asked.join(" ")} }`);
        found.push(...asked.map((_, n) => data![`q${n}`]?.id ?? null));
      }
      return found;
    }

    it("leave a feed without a gap, from which the same customers follow", async () => {
      const db = server.testDatabase;
      const [dense] = await db.ownerQuery(
        "select (select position from feeds) = count(*) and count(*) = max(position) as dense from changes",
      );
      expect(dense).toEqual({ dense: true });
    });
  },
);
