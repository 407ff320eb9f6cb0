import { Log } from "../../log";
import { OpenedConnection } from "../connections/connection.service";
import { Delivery, Item } from "../pipeline/adapter";

/**
 * What a delivery says, by its adapter. An adapter promises not to throw; should one do so all the same, the delivery is
 * one item that cannot be read, and waits among the dead letters for the bug to be mended.
 */
export async function readItems(
  { adapter, connection }: OpenedConnection,
  delivery: Delivery,
  log: Log,
): Promise<readonly Item[]> {
  try {
    return await adapter.read(delivery, connection);
  } catch (error) {
    log.error({ err: error, system: adapter.system }, "an adapter failed on a delivery");
    const payload = delivery.body.toString("utf8");
    return [{ kind: "UNREADABLE", reason: "Onefold failed to read it: this is a bug of Onefold.", payload }];
  }
}
