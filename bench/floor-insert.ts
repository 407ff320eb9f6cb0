import { EventInput } from "../src/ingest/event-input.type";
import { serveFloor } from "./floor-server";
import { INTERACTION_COLUMNS, interactionRow } from "./interaction-row";

const INSERT = `
  insert into floor_interactions (${INTERACTION_COLUMNS.join(", ")})
  values (${INTERACTION_COLUMNS.map((_, place) => `$${place + 1}`).join(", ")})`;

serveFloor(async (pool, request) => {
  const { customer, event } = JSON.parse(request) as { customer: number; event: EventInput };
  const values = interactionRow(event, customer);
  await pool.query({ name: "insert", text: INSERT, values });
  return JSON.stringify({ status: "ACCEPTED", interactionId: values[1] });
});
