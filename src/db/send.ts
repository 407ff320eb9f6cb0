import { Socket } from "node:net";
import { PoolClient, QueryResult, QueryResultRow } from "pg";
import { Statement } from "./statement";

/** What pg keeps of a client's connection; it has no name in its types. */
interface Connected {
  readonly connection: { readonly stream: Socket };
}

/**
 * Sends a statement. All that is sent in one turn of the event loop leaves in one write: a write wakes PostgreSQL and may
 * cost more than the statement, and of BEGIN, the tenant and a first question none is answered sooner by going ahead.
 */
export function send<Row extends QueryResultRow>(
  client: PoolClient,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<QueryResult<Row>> {
  const { stream } = (client as unknown as Connected).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
  return client.query<Row>({ name, text, values: values as unknown[] });
}
