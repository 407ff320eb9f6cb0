import { DEFAULT_TENANT_ID } from "../src/access/secret";
import { Database } from "../src/db/database";
import { FeedSignal } from "../src/feed/feed-signal";
import { ExplainService } from "../src/identity/explain/explain.service";
import { RulesService } from "../src/identity/rules/rules.service";
import { IngestService } from "../src/ingest/ingest.service";
import { createLog } from "../src/log";
import { nextEvent } from "./event";
import { Figure, tell } from "./figure";
import { GroupedProfiles, groupEmail, groupedRecordId, groupedRecordKey, loadGroups } from "./load-groups";
import { loadInteractions } from "./load-interactions";
import { median, percentile, rounded } from "./median";
import { Sizes } from "./sizes";
import { Stage } from "./stage";
import { INTEGRATION } from "./submitter";

const JOINED_RECORDS = 10;
const EXPLAINED_RECORDS = 100;
const EXPLAINED_PROFILES = 20;

/** Beforehand and not counted, so that plans are made and code is compiled, as in a server that has run for a while. */
const WARM_UP = 200;

/**
 * In the process of the measurement, one after the other: how long an event takes whose new identifier joins two profiles
 * of ten records, with few and with many interactions in each; and how long it takes to explain two records of one profile
 * of a hundred.
 */
export async function measureIdentityLatency(stage: Stage, sizes: Sizes): Promise<Figure[]> {
  const { joined, joins, explanations } = sizes;
  const [few, many] = joined;
  tell(`identity latency: ${joins} pairs with ${few} and with ${many} interactions in each profile`);
  const small = { firstRecord: 2, profiles: 2 * (WARM_UP + joins), records: JOINED_RECORDS };
  const large = { firstRecord: end(small), profiles: 2 * joins, records: JOINED_RECORDS };
  const explained = { firstRecord: end(large), profiles: EXPLAINED_PROFILES, records: EXPLAINED_RECORDS };
  const url = await stage.fresh("identity_latency", async (client) => {
    for (const profiles of [small, large, explained]) await loadGroups(client, profiles);
    await loadInteractions(client, [interactionsOf(small, few), interactionsOf(large, many)]);
  });
  const log = createLog("warn");
  const database = await Database.open(url);
  try {
    const rules = new RulesService(database);
    const ingest = new IngestService(database, rules, new FeedSignal(database, log));
    const taken: { small: number[]; large: number[] } = { small: [], large: [] };
    for (let pair = 0; pair < WARM_UP; pair += 1) await joinTime(ingest, small, pair);
    for (let pair = 0; pair < joins; pair += 1) {
      const ofSmall = async () => taken.small.push(await joinTime(ingest, small, WARM_UP + pair));
      const ofLarge = async () => taken.large.push(await joinTime(ingest, large, pair));
      for (const join of pair % 2 === 0 ? [ofSmall, ofLarge] : [ofLarge, ofSmall]) await join();
    }
    tell(`identity latency: ${explanations} explanations in profiles of ${EXPLAINED_RECORDS} records`);
    const explain = new ExplainService(database, rules);
    const times: number[] = [];
    for (let asked = -WARM_UP; asked < explanations; asked += 1) {
      const time = await explainTime(explain, explained);
      if (asked >= 0) times.push(time);
    }
    return [
      {
        figure: "identity-join",
        means: `median milliseconds of an event that joins two profiles of ${JOINED_RECORDS} records, of many interactions each`,
        value: median(taken.large),
        target: { atMost: 10 },
        measured: {
          median: { [few]: rounded(median(taken.small)), [many]: rounded(median(taken.large)) },
          millisecondsOfEach: { [few]: taken.small.map(rounded), [many]: taken.large.map(rounded) },
        },
        sizes: { joined, joins },
      },
      {
        figure: "identity-explain",
        means: `99th percentile in milliseconds of explanations of two records of a profile of ${EXPLAINED_RECORDS}`,
        value: percentile(times, 0.99),
        target: { atMost: 20 },
        measured: { median: rounded(median(times)), most: rounded(Math.max(...times)) },
        sizes: { explanations },
      },
    ];
  } finally {
    await database.close();
  }
}

function end({ firstRecord, profiles, records }: GroupedProfiles): number {
  return firstRecord + profiles * records;
}

/** A loader of interactions counts customers, each with two records. */
function interactionsOf({ firstRecord, profiles, records }: GroupedProfiles, each: number) {
  const customers = (profiles * records) / 2;
  return { firstCustomer: firstRecord / 2, customers, each: Math.ceil((each * 2) / records) };
}

/** In milliseconds: the event that says of one profile's record that the next profile's address is theirs. @throws Error when they stay two */
async function joinTime(ingest: IngestService, { firstRecord, records }: GroupedProfiles, pair: number) {
  const one = firstRecord + 2 * pair * records;
  const other = one + records;
  const { source, key } = groupedRecordKey(one + 3);
  const identifiers = [{ kind: "EMAIL" as const, value: groupEmail(other) }];
  const event = { ...nextEvent(one), source, subject: { key, identifiers, attributes: null } };
  const began = performance.now();
  const [result] = await ingest.ingest(INTEGRATION, [event]);
  const taken = performance.now() - began;
  if (result?.profileId !== groupedRecordId(one)) throw new Error(`an event was not taken: ${result?.message}`);
  const [check] = await ingest.upsertRecords(INTEGRATION, [
    {
      ...groupedRecordKey(other + 5),
      identifiers: [{ kind: "EMAIL", value: groupEmail(other) }],
      attributes: null,
      complete: false,
    },
  ]);
  if (check?.profileId !== groupedRecordId(one)) throw new Error("the event did not join the two profiles");
  return taken;
}

async function explainTime(explain: ExplainService, { firstRecord, profiles, records }: GroupedProfiles) {
  const first = firstRecord + below(profiles) * records;
  const a = below(records);
  const b = (a + 1 + below(records - 1)) % records;
  const began = performance.now();
  const told = await explain.explain(DEFAULT_TENANT_ID, groupedRecordId(first + a), groupedRecordId(first + b));
  const taken = performance.now() - began;
  if (!told.same || told.path.length === 0) throw new Error("two records of one profile were not explained");
  return taken;
}

function below(end: number): number {
  return Math.floor(Math.random() * end);
}
