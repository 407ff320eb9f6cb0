import { Client } from "pg";
import { DEFAULT_TENANT_ID } from "../src/access/secret";
import { BEGINNING, BEGINNING_MS, BETWEEN_INTERACTIONS_MS, RECEIVED_AFTER_MS } from "./customer";
import { withoutIndexes } from "./owner";

/** Interactions that go round among neighbouring customers, one after the other, as they would arrive. */
export interface Run {
  readonly firstCustomer: number;
  readonly customers: number;
  readonly each: number;
}

const TENANT = `'${DEFAULT_TENANT_ID}'::uuid`;

/*
 * $1: interactions before the run, $2: interactions of the run, $3: first customer, $4: customers. A customer's
 * interactions belong to both records in turn.
 */
const INTERACTIONS = `
  insert into interactions (tenant_id, interaction_id, record_id, source, message_id, channel, kind, direction,
    visibility, occurred_at, received_at, conversation_key, actor, text, data)
  select ${TENANT},
    pg_temp.uuid_at(${BEGINNING_MS + RECEIVED_AFTER_MS} + g * ${BETWEEN_INTERACTIONS_MS}, g),
    pg_temp.record_id($3::bigint + (g - $1 - 1) % $4::bigint, side),
    case side when 0 then 'shop' else 'x' end,
    'loaded-' || g,
    case when side = 1 then 'X' when g % 3 = 0 then 'WEB_CHAT' else 'EMAIL' end,
    'MESSAGE',
    case when g % 4 = 0 then 'OUTBOUND' else 'INBOUND' end,
    'PRIVATE',
    $5::timestamptz + g * interval '${BETWEEN_INTERACTIONS_MS} milliseconds',
    $5::timestamptz + g * interval '${BETWEEN_INTERACTIONS_MS} milliseconds' + interval '${RECEIVED_AFTER_MS} milliseconds',
    case when g % 2 = 0 then 'case-' || g / 20 end,
    case when g % 4 = 0 then 'agent-' || g % 50 end,
    'Message ' || g || ': when will the parcel arrive that was promised for last Tuesday? The tracking page shows nothing.',
    case when g % 5 = 0 then json_build_object('order', g, 'amount', 19.5) end
  from generate_series($1::bigint + 1, $1::bigint + $2::bigint) g
  cross join lateral (select ((g - $1 - 1) / $4::bigint % 2)::integer as side) of_record`;

/** The ledger: as many entries as there are interactions, spread as digests are. */
const DELIVERIES = `
  insert into deliveries (tenant_id, delivery_id, payload_hash, interaction_id)
  select tenant_id, md5('delivery ' || message_id)::uuid, md5('payload ' || message_id)::uuid, interaction_id
  from interactions`;

const ACTIVITY = `
  insert into record_activity (tenant_id, record_id, channel, interactions, first_at, last_at)
  select tenant_id, record_id, channel, count(*), min(occurred_at), max(occurred_at)
  from interactions group by tenant_id, record_id, channel`;

/** Loads the runs, one after the other in time, with what the application keeps beside the interactions. */
export async function loadInteractions(client: Client, runs: readonly Run[]): Promise<void> {
  await withoutIndexes(client, "interactions", async () => {
    let before = 0;
    for (const { firstCustomer, customers, each } of runs) {
      const count = customers * each;
      await client.query(INTERACTIONS, [before, count, firstCustomer, customers, BEGINNING]);
      before += count;
    }
  });
  await withoutIndexes(client, "deliveries", async () => {
    await client.query(DELIVERIES);
  });
  await client.query(ACTIVITY);
}
