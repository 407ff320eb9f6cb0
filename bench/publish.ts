import { setTimeout as elapsed } from "node:timers/promises";
import { nextEvent } from "./event";
import { HttpConnection } from "./http-connection";
import { INGEST } from "./known-customers";

const ACCEPTED = '"ACCEPTED"';

/** Sends an event of each of the customers, in one request. @throws Error unless all are accepted */
export async function publish(connection: HttpConnection, customers: readonly number[]): Promise<readonly string[]> {
  const events = customers.map(nextEvent);
  const answer = await connection.post(JSON.stringify({ query: INGEST, variables: { events } }));
  if (answer.toString().split(ACCEPTED).length !== events.length + 1) {
    throw new Error(`an event was not accepted: ${answer.toString().slice(0, 500)}`);
  }
  return events.map(({ text }) => text!);
}

/**
 * Does something so many times a second, whatever it takes, until the time is over; then waits for what is under way. What is
 * late is made up for.
 *
 * @param workers who take it in turn; each does one thing at a time
 */
export async function atRate<Worker>(
  workers: readonly Worker[],
  perSecond: number,
  seconds: number,
  task: (worker: Worker) => Promise<void>,
): Promise<number> {
  const began = performance.now();
  const count = Math.round(perSecond * seconds);
  let started = 0;
  await Promise.all(
    workers.map(async (worker) => {
      while (started < count) {
        const due = began + (started * 1_000) / perSecond;
        started += 1;
        const wait = due - performance.now();
        if (wait > 0) await elapsed(wait);
        await task(worker);
      }
    }),
  );
  return count;
}
