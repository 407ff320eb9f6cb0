import type { GraphqlClient } from "../commands/client";
import type { Step } from "./script";

const KNOWN = "query Known($identifier: IdentifierInput!) { profile(identifier: $identifier) { id } }";

/** Whether this cast has played on this server before: then the first of them is known there. */
export async function isKnown(client: GraphqlClient, steps: readonly Step[], signal: AbortSignal): Promise<boolean> {
  const first = steps.find((step) => "event" in step);
  if (first === undefined || !("event" in first)) return false;
  const [identifier] = first.event.subject.identifiers;
  const { profile } = await client.request<{ profile: { id: string } | null }>(KNOWN, { identifier }, signal);
  return profile !== null;
}
