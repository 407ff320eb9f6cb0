import { ResumingSubscriber } from "./resuming-subscriber";

/*
 * Clients in a process of their own, each with a subscription that resumes: what they take of the processor is not the
 * server's, nor the test's.
 */

/** What such a process is asked: one thing at a time, each answered. */
export interface ClientsAsked {
  /** To subscribe, once for each of these variables. */
  readonly open?: {
    readonly url: string;
    readonly key: string;
    readonly query: string;
    readonly variables: readonly Record<string, unknown>[];
  };
  /** To answer when every client has seen so many events. */
  readonly saw?: number;
  /** To cut off every client. */
  readonly cut?: true;
  /** To tell what each client has seen. */
  readonly tell?: true;
  readonly close?: true;
}

export interface ClientsTold {
  /** What each client has seen, when that was asked. */
  readonly seen?: readonly (readonly unknown[])[];
  readonly failed?: string;
}

const clients: ResumingSubscriber<unknown>[] = [];

async function answer({ open, saw, cut, tell, close }: ClientsAsked): Promise<ClientsTold> {
  for (const variables of open?.variables ?? []) {
    clients.push(new ResumingSubscriber(open!.url, open!.key, open!.query, variables));
  }
  if (saw !== undefined) await Promise.all(clients.map((client) => client.saw(saw)));
  if (cut) for (const client of clients) client.cut();
  if (close) await Promise.all(clients.map((client) => client.close()));
  return tell ? { seen: clients.map(({ seen }) => seen) } : {};
}

function reply(told: ClientsTold): void {
  process.send!(told);
}

if (require.main === module) {
  const fail = (error: unknown): void => reply({ failed: String(error) });
  process.on("message", (asked: ClientsAsked) => void answer(asked).then(reply, fail));
  process.on("uncaughtException", fail);
}
