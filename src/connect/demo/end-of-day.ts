import type { GraphqlClient } from "../commands/client";

export interface Customer {
  readonly id: string;
  readonly displayName: string | null;
  readonly channels: readonly { readonly channel: string; readonly interactions: number }[];
}

const PROFILE = "query EndOfDay($id: ID!) { profile(id: $id) { id displayName channels { channel interactions } } }";

/** The customers that these source records have become, each once. */
export async function customersOf(
  client: GraphqlClient,
  recordIds: readonly string[],
  signal: AbortSignal,
): Promise<Customer[]> {
  const customers = new Map<string, Customer>();
  for (const id of recordIds) {
    const { profile } = await client.request<{ profile: Customer | null }>(PROFILE, { id }, signal);
    if (profile !== null) customers.set(profile.id, profile);
  }
  return [...customers.values()];
}

export function customerInWords({ displayName, channels }: Customer): string {
  const used = channels.map(({ channel, interactions }) => `${channel} ${interactions}`).join(", ");
  return `${displayName ?? "somebody without a name"}: ${used}`;
}
