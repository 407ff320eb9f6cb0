import { Database } from "../db/database";
import { findKeyBySecret, insertKey } from "./api-key.repository";
import { newTenant } from "./new-tenant";
import { DEFAULT_TENANT_ID, hashSecret } from "./secret";
import { insertTenant } from "./tenant.repository";
import { newUuid } from "./uuid";

export const DEFAULT_TENANT_NAME = "default";

/** What became of the operator's secret: made into a key now, known as one, or taken back earlier, which stays so. */
export type OperatorKeyState = "CREATED" | "KNOWN" | "REVOKED";

/**
 * Makes the tenant `default` and, from the given secret, its OPERATOR key, where they are missing. Safe to run at every
 * start and by several servers at once. A key that was revoked is not brought back by starting again with its secret.
 */
export async function ensureDefaultTenant(database: Database, adminSecret: string): Promise<OperatorKeyState> {
  const now = new Date().toISOString();
  const key = {
    id: newUuid(),
    name: "operator",
    role: "OPERATOR" as const,
    secretHash: hashSecret(adminSecret),
    createdAt: now,
    expiresAt: null,
  };
  return database.write(DEFAULT_TENANT_ID, async (tx) => {
    await insertTenant(tx, newTenant(DEFAULT_TENANT_NAME, now));
    if (await insertKey(tx, key)) return "CREATED";
    const known = await findKeyBySecret(tx, key.secretHash);
    return known?.role === "OPERATOR" && known.revokedAt === null ? "KNOWN" : "REVOKED";
  });
}
