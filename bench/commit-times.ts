import { asOwner } from "./owner";

/** When the event of each number was committed (see nextEvent), in milliseconds since 1970, as PostgreSQL has noted it. */
export function readCommitTimes(url: string): Promise<ReadonlyMap<number, number>> {
  return asOwner(url, async (client) => {
    const { rows } = await client.query<{ number: number; at: number }>(
      `select substring(text from '^Message (\\d+):')::integer as number,
         extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
       from interactions where message_id not like 'loaded-%'`,
    );
    return new Map(rows.map(({ number, at }) => [number, at]));
  });
}
