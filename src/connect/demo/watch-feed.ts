import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { type GraphqlClient, Refused, Unreachable } from "../commands/client";
import { isLostConnection, refusalIn } from "../commands/socket-refusal";
import { CHANGES, type DemoChange } from "./change";

export interface FeedAddress {
  readonly socket: string;
  readonly key: string;
  /** Changes after this cursor, without a gap. */
  readonly after: string;
}

/** Connections that ended are opened again, this often in a row. */
const RECONNECTS = 5;
const RECONNECT_AFTER_MS = 250;

/**
 * The tenant's feed, live, until the signal says so. After a lost connection it goes on after the last change it had.
 * Throws Refused when the server ends the subscription with an answer, Unreachable when it stays away.
 */
export async function* watchFeed(address: FeedAddress, signal: AbortSignal): AsyncGenerator<DemoChange> {
  let after = address.after;
  for (let failures = 0; !signal.aborted; failures++) {
    const client = createClient({
      url: address.socket,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${address.key}` },
      retryAttempts: 0,
    });
    const stop = (): void => void client.dispose();
    signal.addEventListener("abort", stop, { once: true });
    try {
      for await (const result of client.iterate<{ changes: DemoChange }>({ query: CHANGES, variables: { after } })) {
        const error = result.errors?.[0];
        if (error !== undefined) throw new Refused(String(error.extensions?.code ?? "ERROR"), error.message);
        if (!result.data) continue;
        failures = 0;
        after = result.data.changes.cursor;
        yield result.data.changes;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isLostConnection(error)) throw refusalIn(error);
      if (failures >= RECONNECTS) throw new Unreachable("the subscription was cut off");
      await sleep(RECONNECT_AFTER_MS * 2 ** failures, undefined, { signal }).catch(() => undefined);
    } finally {
      signal.removeEventListener("abort", stop);
      await client.dispose();
    }
  }
}

/** The position of now: whatever happens next comes after it. */
export async function cursorOfNow(client: GraphqlClient, signal: AbortSignal): Promise<string> {
  const newest = await client.request<{ profiles: { nodes: readonly { cursor: string }[] } }>(
    "query Now { profiles(first: 1) { nodes { cursor } } }",
    {},
    signal,
  );
  const known = newest.profiles.nodes[0]?.cursor;
  if (known !== undefined) return known;
  const { changes } = await client.request<{ changes: { cursor: string } }>(
    "query Start { changes(first: 1) { cursor } }",
    {},
    signal,
  );
  return changes.cursor;
}
