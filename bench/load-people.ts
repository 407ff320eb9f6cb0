import { Client } from "pg";
import { pino } from "pino";
import { DEFAULT_TENANT_ID } from "../src/access/secret";
import { Database } from "../src/db/database";
import { FeedSignal } from "../src/feed/feed-signal";
import { RulesService } from "../src/identity/rules/rules.service";
import { RulesApplier } from "../src/identity/rules/rules-applier";
import { RulesSettingService } from "../src/identity/rules/rules-setting.service";
import { recordBracketOf } from "../src/identity/similarity/similarity-rules";
import { IngestService } from "../src/ingest/ingest.service";
import { RecordInput } from "../src/ingest/record-input.type";
import { respell } from "../src/profile/respell";
import { tell } from "./figure";
import { generateHouseholds } from "./quality-households";
import { Random } from "./quality-random";
import { LabelledRecord } from "./quality-set";
import { INTEGRATION } from "./submitter";

/** Records that a made-up household has on average, rounded down, so that there are enough of them. */
const RECORDS_A_HOUSEHOLD = 9;
const RECORDS_A_REQUEST = 500;
const REQUESTS_AT_A_TIME = 2;
const TOLD_EVERY = 25_000;

/** Records that were made with those held, in the same order, and are to come next. */
const NEXT_PEOPLE = "create table next_people (place bigint primary key, input json not null)";

export interface HeldPeople {
  readonly held: number;
  /** How many records are made beyond them. */
  readonly next: number;
  readonly seed: number;
}

/**
 * Has a tenant hold so many records of made-up households, with similarity on, as if they had come one after the other:
 * all of them by `upsertRecords`, in an order that mixes the households. Leaves those that come next in `next_people`.
 */
export async function loadPeople(client: Client, url: string, { held, next, seed }: HeldPeople): Promise<void> {
  const inputs = makePeople(held + next, seed);
  await client.query(NEXT_PEOPLE);
  await client.query(
    "insert into next_people select place, input from unnest($1::bigint[], $2::json[]) u(place, input)",
    [Array.from({ length: next }, (_, place) => place), inputs.splice(held).map((input) => JSON.stringify(input))],
  );
  const database = await Database.open(url);
  try {
    const service = await comparingService(database, held);
    const began = performance.now();
    let taken = 0;
    let told = 0;
    const send = async (): Promise<void> => {
      for (let batch = inputs.splice(-RECORDS_A_REQUEST); batch.length > 0; batch = inputs.splice(-RECORDS_A_REQUEST)) {
        await upsertAll(service, batch);
        taken += batch.length;
        if (taken - told < TOLD_EVERY) continue;
        told = taken;
        tell(`${taken} of ${held} records held, ${Math.round((taken * 1_000) / (performance.now() - began))} a second`);
      }
    };
    await Promise.all(Array.from({ length: REQUESTS_AT_A_TIME }, send));
  } finally {
    await database.close();
  }
}

/** The service of a tenant that holds nothing yet, once persons are compared there. */
async function comparingService(database: Database, held: number): Promise<IngestService> {
  const silent = pino({ level: "silent" });
  const rules = new RulesService(database);
  const signal = new FeedSignal(database, silent);
  const similarity = { enabled: true, recordBracket: recordBracketOf(held) };
  const setter = { tenantId: DEFAULT_TENANT_ID, actor: DEFAULT_TENANT_ID };
  await new RulesSettingService(database, rules, () => undefined).set(setter, { similarity });
  await new RulesApplier(database, signal, silent, respell).settle(DEFAULT_TENANT_ID);
  return new IngestService(database, rules, signal);
}

/** @throws Error when a record was not taken */
export async function upsertAll(service: IngestService, inputs: readonly RecordInput[]): Promise<void> {
  for (const { status, message } of await service.upsertRecords(INTEGRATION, inputs)) {
    if (status !== "ACCEPTED") throw new Error(`a record was not accepted: ${status} ${message}`);
  }
}

function makePeople(count: number, seed: number): RecordInput[] {
  const { records } = generateHouseholds(seed, Math.ceil(count / RECORDS_A_HOUSEHOLD));
  if (records.length < count) throw new Error("too few records were made");
  const random = new Random(seed);
  const mixed = [...records];
  for (let place = mixed.length - 1; place > 0; place -= 1) {
    const other = random.below(place + 1);
    [mixed[place], mixed[other]] = [mixed[other]!, mixed[place]!];
  }
  return mixed.slice(0, count).map(inputOf);
}

function inputOf({ id, source, attributes, identifiers }: LabelledRecord): RecordInput {
  return { source, key: id, attributes, identifiers: [...identifiers], complete: false };
}
