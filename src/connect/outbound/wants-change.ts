import { Change } from "../../feed/change";
import { StoredEndpoint } from "./webhook-endpoint";

/** Whether the endpoint is to be told: of the kinds it chose, and nothing that it said itself. */
export function wantsChange({ kinds, source }: Pick<StoredEndpoint, "kinds" | "source">, change: Change): boolean {
  return kinds.includes(change.kind) && (source === null || change.source !== source);
}
