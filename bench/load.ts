import { HttpConnection } from "./http-connection";

/** Has each worker repeat its task, one after the other, until the time is over. Answers with tasks a second. */
export async function perSecond<Worker>(
  workers: readonly Worker[],
  seconds: number,
  task: (worker: Worker) => Promise<void>,
): Promise<number> {
  const began = performance.now();
  const end = began + seconds * 1_000;
  let done = 0;
  await Promise.all(
    workers.map(async (worker) => {
      while (performance.now() < end) {
        await task(worker);
        done += 1;
      }
    }),
  );
  return (done * 1_000) / (performance.now() - began);
}

/** Opens connections, works with them, and closes them whatever happens. */
export async function withConnections<T>(
  count: number,
  open: () => Promise<HttpConnection>,
  work: (connections: readonly HttpConnection[]) => Promise<T>,
): Promise<T> {
  const connections: HttpConnection[] = [];
  try {
    for (let opened = 0; opened < count; opened += 1) connections.push(await open());
    return await work(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
}
