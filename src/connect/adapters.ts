import { Adapter } from "./adapter";
import { webhookAdapter } from "./webhook/webhook";

/** Every system that can be connected. */
export const ADAPTERS: readonly Adapter[] = [webhookAdapter];

export function findAdapter(system: string): Adapter | null {
  return ADAPTERS.find((adapter) => adapter.system === system) ?? null;
}
