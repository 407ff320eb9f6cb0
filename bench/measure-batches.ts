import { Pool } from "pg";
import { Database } from "../src/db/database";
import { FeedSignal } from "../src/feed/feed-signal";
import { RulesService } from "../src/identity/rules/rules.service";
import { IngestService } from "../src/ingest/ingest.service";
import { createLog } from "../src/log";
import { compare } from "./compare";
import { anyCustomer } from "./customer";
import { nextEvent } from "./event";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { INTERACTION_COLUMNS, interactionRow } from "./interaction-row";
import { countStored, INGEST, loadKnownCustomers } from "./known-customers";
import { perSecond, withConnections } from "./load";
import { Sizes } from "./sizes";
import { Stage } from "./stage";
import { INTEGRATION } from "./submitter";

const BATCH = 100;
const ACCEPTED = '"ACCEPTED"';

const COLUMNS = INTERACTION_COLUMNS.length;
const VALUES = Array.from({ length: BATCH }, (_row, row) => {
  return `(${INTERACTION_COLUMNS.map((_column, column) => `$${row * COLUMNS + column + 1}`).join(", ")})`;
});
const INSERT = `insert into floor_interactions (${INTERACTION_COLUMNS.join(", ")}) values ${VALUES.join(", ")}`;

/**
 * Batches of 100 events of known customers, with all that Onefold does with them (ledger, resolution, feed), against the
 * bare INSERT of the same 100 rows. Both in this process through `pg`, as many batches at a time on either side. What
 * HTTP and GraphQL add is told by a second figure, without a target, against the same INSERTs.
 */
export async function measureBatches(stage: Stage, sizes: Sizes): Promise<Figure[]> {
  const { profiles, writers, rounds, seconds } = sizes;
  tell(`batches: ${profiles} known customers`);
  const url = await loadKnownCustomers(stage, "batches", sizes);
  const before = await countStored(url, sizes);
  const pool = new Pool({ connectionString: url, max: writers });
  const log = createLog("warn");
  const database = await Database.open(url);
  const service = new IngestService(database, new RulesService(database), new FeedSignal(database, log));
  const onefold = await stage.onefold(url);
  const acknowledged = { onefold: 0, floor: 0 };
  const everyWriter = Array.from({ length: writers });

  const insertRows = () =>
    perSecond(everyWriter, seconds, async () => {
      const values = batchCustomers(profiles).flatMap((customer) => interactionRow(nextEvent(customer), customer));
      await pool.query({ name: "insert", text: INSERT, values });
      acknowledged.floor += BATCH;
    });
  const ingest = () =>
    perSecond(everyWriter, seconds, async () => {
      const results = await service.ingest(INTEGRATION, batchCustomers(profiles).map(nextEvent));
      if (results.some(({ status }) => status !== "ACCEPTED")) throw new Error("an event was not accepted");
      acknowledged.onefold += BATCH;
    });
  const open = () => HttpConnection.open(onefold.url, "/graphql", { authorization: `Bearer ${stage.adminKey}` });
  const ingestOverHttp = () =>
    withConnections(writers, open, (opened) =>
      perSecond(opened, seconds, async (connection) => {
        const events = batchCustomers(profiles).map(nextEvent);
        const answer = await connection.post(JSON.stringify({ query: INGEST, variables: { events } }));
        if (answer.toString().split(ACCEPTED).length !== BATCH + 1) throw new Error("an event was not accepted");
        acknowledged.onefold += BATCH;
      }),
    );

  try {
    const inProcess = await compare("batches", rounds, eventsOf(ingest), eventsOf(insertRows));
    const overHttp = await compare("batches over HTTP", rounds, eventsOf(ingestOverHttp), eventsOf(insertRows));
    const after = await countStored(url, sizes);
    if (
      after.interactions - before.interactions !== acknowledged.onefold ||
      after.floorInteractions - before.floorInteractions !== acknowledged.floor
    ) {
      throw new Error("what was acknowledged is not what is stored");
    }
    const shared = { sizes: { profiles, writers, rounds, seconds } };
    return [
      {
        figure: "ingest-batches",
        means:
          "events a second in batches of 100, in the process, by those of multi-row INSERTs of the same interactions",
        value: inProcess.ratio,
        target: { atLeast: 0.35 },
        measured: inProcess.measured,
        ...shared,
      },
      {
        figure: "ingest-batches-over-http",
        means: "events a second in batches of 100, over HTTP, by those of multi-row INSERTs of the same interactions",
        value: overHttp.ratio,
        measured: overHttp.measured,
        ...shared,
      },
    ];
  } finally {
    await database.close();
    await pool.end();
  }
}

/** Each once: of one batch no row is written twice. */
function batchCustomers(profiles: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < BATCH) chosen.add(anyCustomer(profiles));
  return [...chosen];
}

function eventsOf(batchesPerSecond: () => Promise<number>): () => Promise<number> {
  return async () => BATCH * (await batchesPerSecond());
}
