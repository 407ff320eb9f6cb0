import { Client } from "graphql-ws";

type Answer = { readonly data?: Record<string, { readonly cursor?: string }> | null };

/** A graphql-ws client whose subscriptions go on after the last cursor they have seen, whatever cut them off. */
export function resuming(client: Client): Client {
  const subscribe: Client["subscribe"] = (request, sink) => {
    const variables = { ...request.variables };
    const next: typeof sink.next = (answer) => {
      const [change] = Object.values((answer as Answer).data ?? {});
      variables.after = change?.cursor ?? variables.after;
      sink.next(answer);
    };
    let stop: () => void;
    const error = (reason: unknown): void => {
      const code = Array.isArray(reason) && reason[0]?.extensions?.code;
      if (code === "CONSUMER_TOO_SLOW") begin();
      else sink.error(reason);
    };
    const begin = (): void => {
      stop = client.subscribe({ ...request, variables }, { ...sink, next, error });
    };
    begin();
    return () => stop();
  };
  return { ...client, subscribe };
}
