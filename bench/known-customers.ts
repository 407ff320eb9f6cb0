import { FLOOR_TABLE } from "./interaction-row";
import { loadCustomers } from "./load-customers";
import { loadInteractions } from "./load-interactions";
import { asOwner } from "./owner";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

/** Interactions that each customer has before ingestion is measured: indexes and ledger are as in a database in use. */
const EACH_BEFORE = 10;

export const INGEST = `mutation Ingest($events: [EventInput!]!) {
  ingest(events: $events) { messageId status code interactionId profileId }
}`;

/** A database of known customers, with a table for the floor that starts with the same rows. */
export async function loadKnownCustomers(stage: Stage, name: string, { profiles }: Sizes): Promise<string> {
  return stage.fresh(name, async (client) => {
    await loadCustomers(client, profiles);
    await loadInteractions(client, [{ firstCustomer: 1, customers: profiles, each: EACH_BEFORE }]);
    await client.query(FLOOR_TABLE);
  });
}

export interface Stored {
  readonly interactions: number;
  readonly floorInteractions: number;
}

/** Rows of both sides. @throws Error unless the customers are still those that were loaded: nothing was to be new about them */
export function countStored(url: string, { profiles }: Sizes): Promise<Stored> {
  return asOwner(url, async (client) => {
    const { rows } = await client.query<{ records: number; links: number; interactions: number; floor: number }>(
      `select (select count(*)::integer from records) as records,
         (select count(*)::integer from identifier_links) as links,
         (select count(*)::integer from interactions) as interactions,
         (select count(*)::integer from floor_interactions) as floor`,
    );
    const { records, links, interactions, floor } = rows[0]!;
    if (records !== 2 * profiles || links !== 4 * profiles) throw new Error("the events were not of known customers");
    return { interactions, floorInteractions: floor };
  });
}
