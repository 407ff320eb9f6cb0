import { Database } from "../src/db/database";
import { FeedSignal } from "../src/feed/feed-signal";
import { RulesService } from "../src/identity/rules/rules.service";
import { IngestService } from "../src/ingest/ingest.service";
import { RecordInput } from "../src/ingest/record-input.type";
import { createLog } from "../src/log";
import { Figure, tell } from "./figure";
import { heldPeople } from "./held-people";
import { perSecond } from "./load";
import { upsertAll } from "./load-people";
import { median, rounded } from "./median";
import { asOwner } from "./owner";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

const BATCH = 500;
const WRITERS = 2;

/** A tenant that holds so many records, in a database of its own. */
interface Side {
  readonly database: Database;
  readonly service: IngestService;
  readonly next: RecordInput[];
  readonly reached: number[];
}

/**
 * Records a second through `upsertRecords` with similarity on, in the process of the measurement, while few and while
 * many records are held. Each is a new record, of a customer who is held already or of a new one.
 */
export async function measureSimilarity(stage: Stage, sizes: Sizes): Promise<Figure[]> {
  const { held, rounds, seconds, seed } = sizes;
  const log = createLog("warn");
  const sides: Side[] = [];
  try {
    for (const count of held) {
      tell(`similarity: ${count} records held`);
      const kept = await heldPeople(stage, count, seed);
      const url = await stage.copy(`similarity_${count}`, kept);
      const next = await asOwner(url, (client) => client.query<{ input: RecordInput }>(NEXT_INPUTS));
      const database = await Database.open(url);
      const service = new IngestService(database, new RulesService(database), new FeedSignal(database, log));
      sides.push({ database, service, next: next.rows.map(({ input }) => input), reached: [] });
    }
    const [few, many] = sides as [Side, Side?];
    for (const side of sides) await rate(side, seconds);
    for (let round = 1; round <= rounds; round += 1) {
      for (const side of round % 2 === 0 ? sides.toReversed() : sides) side.reached.push(await rate(side, seconds));
      tell(
        `similarity: round ${round} of ${rounds}: ${sides.map(({ reached }) => reached.at(-1)!.toFixed()).join(", ")}/s`,
      );
    }
    const shared = { sizes: { held, rounds, seconds, seed } };
    const similarity: Figure = {
      figure: "similarity",
      means: `records a second through upsertRecords with similarity on, with ${held[0]} records held`,
      value: median(few.reached),
      target: { atLeast: 300 },
      measured: { each: few.reached.map(rounded), batch: BATCH, writers: WRITERS },
      ...shared,
    };
    if (!many) return [similarity];
    const ratios = many.reached.map((value, round) => value / few.reached[round]!);
    return [
      similarity,
      {
        figure: "similarity-growth",
        means: `the same with ${held[1]} records held, by that with ${held[0]}`,
        value: median(ratios),
        target: { atLeast: 0.7 },
        measured: { perSecond: rounded(median(many.reached)), ratios: ratios.map(rounded) },
        ...shared,
      },
    ];
  } finally {
    for (const { database } of sides) await database.close();
  }
}

const NEXT_INPUTS = "select input from next_people order by place desc";

async function rate({ service, next }: Side, seconds: number): Promise<number> {
  const writers = Array.from({ length: WRITERS });
  const requests = perSecond(writers, seconds, async () => {
    const batch = next.splice(-BATCH);
    if (batch.length < BATCH) throw new Error("there are no records left to send");
    await upsertAll(service, batch);
  });
  return BATCH * (await requests);
}
