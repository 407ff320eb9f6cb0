import { Socket } from "node:net";
import { ClientBase, Query, QueryResult, QueryResultRow } from "pg";
import { arrayText } from "./array-text";
import { Statement } from "./statement";

/** What pg keeps of a client's connection; it has no name in its types. */
interface Connected {
  readonly connection: { readonly stream: Socket };
  /** False while it is asked something. */
  readonly readyForQuery: boolean;
}

export function streamOf(client: ClientBase): Socket {
  return (client as unknown as Connected).connection.stream;
}

/**
 * From now on the client's connection ends when it is asked something and hears nothing for so long, in milliseconds. One
 * timer for each connection: pg's own, one for each statement, keeps every answer alive until V8 collects all it has.
 */
export function endWhenSilent(client: ClientBase, milliseconds: number): void {
  const stream = streamOf(client);
  stream.setTimeout(milliseconds, () => {
    if (!(client as unknown as Connected).readyForQuery) stream.destroy();
  });
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
export async function send<Row extends QueryResultRow>(
  client: ClientBase,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<QueryResult<Row>> {
  const stream = streamOf(client);
  stream.cork();
  process.nextTick(() => stream.uncork());
  try {
    return await answerOf<Row>(client, unnamed.has(client) ? undefined : name, text, values.map(written));
  } catch (error) {
    // Who asked, in place of where the answer was read.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

/** What was sent in this turn leaves now. */
export function flush(client: ClientBase): void {
  const stream = streamOf(client);
  while (stream.writableCorked > 0) stream.uncork();
}

/** What pg keeps of a query; it has no name in its types. */
interface Asked<Row extends QueryResultRow> {
  name: string | undefined;
  values: readonly unknown[];
  callback(error: Error | null, result: QueryResult<Row>): void;
}

function written(value: unknown): unknown {
  return Array.isArray(value) ? (arrayText(value) ?? value) : value;
}

/**
 * By pg's callback: the promises that pg makes by itself keep what was read alive past its time, so that most of it is
 * moved among what V8 seldom collects. An export of a million rows took twenty times the memory. And by a query of its
 * text, which gets the rest afterwards: a description of a query pg copies, property by property, each time.
 */
function answerOf<Row extends QueryResultRow>(
  client: ClientBase,
  name: string | undefined,
  text: string,
  values: readonly unknown[],
): Promise<QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    const asked: Asked<Row> = {
      name,
      values,
      callback: (error, result) => (error === null ? resolve(result) : reject(error)),
    };
    client.query(Object.assign(new Query<Row>(text), asked));
  });
}
