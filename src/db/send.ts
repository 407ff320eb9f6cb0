import { Socket } from "node:net";
import { ClientBase, QueryResult, QueryResultRow } from "pg";
import { Statement } from "./statement";

/** What pg keeps of a client's connection; it has no name in its types. */
interface Connected {
  readonly connection: { readonly stream: Socket };
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
 */
export function send<Row extends QueryResultRow>(
  client: ClientBase,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<QueryResult<Row>> {
  const stream = streamOf(client);
  stream.cork();
  process.nextTick(() => stream.uncork());
  return client.query<Row>({ name: unnamed.has(client) ? undefined : name, text, values: values as unknown[] });
}
