import { Delivery } from "./adapter";

/** The largest delivery that is kept to be read again, in bytes of its body. */
const KEPT_MAX = 262_144;

/** Proofs of who sent it: reading it again needs none. */
const LEFT_OUT: ReadonlySet<string> = new Set(["authorization", "cookie"]);

/** A delivery as a text, to be sealed and read again later; null for one that is too large to keep. */
export function writeDelivery(delivery: Delivery): string | null {
  const { method, url, path, query, headers, rawBody, body, receivedAt } = delivery;
  if (rawBody.length + body.length > 2 * KEPT_MAX) return null;
  return JSON.stringify({
    ...{ method, url, path, receivedAt },
    query: query.toString(),
    headers: [...headers].filter(([name]) => !LEFT_OUT.has(name)),
    rawBody: rawBody.toString("base64"),
    body: body === rawBody ? null : body.toString("base64"),
  });
}

/** The delivery that `writeDelivery` wrote. */
export function readDelivery(text: string): Delivery {
  const kept = JSON.parse(text) as KeptDelivery;
  const rawBody = Buffer.from(kept.rawBody, "base64");
  return {
    ...{ method: kept.method, url: kept.url, path: kept.path, receivedAt: kept.receivedAt, rawBody },
    query: new URLSearchParams(kept.query),
    headers: new Map(kept.headers),
    body: kept.body === null ? rawBody : Buffer.from(kept.body, "base64"),
  };
}

interface KeptDelivery {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly receivedAt: string;
  readonly query: string;
  readonly headers: [string, string][];
  readonly rawBody: string;
  readonly body: string | null;
}
