import { Socket } from "node:net";
import { ClientBase, QueryConfig, QueryResult, QueryResultRow } from "pg";
import { Statement } from "./statement";

/** What pg keeps of a client's connection; it has no name in its types. */
interface Connected {
  readonly connection: { readonly stream: Socket };
}

/** pg takes the limit in a query as well as in a client; its types know only of the client's. */
interface ImpatientQuery extends QueryConfig {
  query_timeout?: number;
}

export function streamOf(client: ClientBase): Socket {
  return (client as unknown as Connected).connection.stream;
}

const unnamed = new WeakSet<ClientBase>();

/**
 * From now on the client's statements are prepared anew each time, under no name: behind a pooler that hands out its
 * connections by transaction, a name may be known to another one's connection only.
 */
export function sendUnnamed(client: ClientBase): void {
  unnamed.add(client);
}

/**
 * Sends a statement. All that is sent in one turn of the event loop leaves in one write: a write wakes PostgreSQL and may
 * cost more than the statement, and of BEGIN, the tenant and a first question none is answered sooner by going ahead.
 *
 * @param withinMs how long the answer may take; then the connection is given up, and everything under way on it fails
 */
export function send<Row extends QueryResultRow>(
  client: ClientBase,
  { name, text }: Statement,
  values: readonly unknown[],
  withinMs?: number,
): Promise<QueryResult<Row>> {
  const stream = streamOf(client);
  stream.cork();
  process.nextTick(() => stream.uncork());
  const query: ImpatientQuery = { name: unnamed.has(client) ? undefined : name, text, values: values as unknown[] };
  // Where nothing is said, the limit of the whole connection holds.
  if (withinMs !== undefined) query.query_timeout = withinMs;
  return client.query<Row>(query);
}
