import { randomBytes } from "node:crypto";
import { ensureDefaultTenant } from "../../src/access/default-tenant";
import { Role } from "../../src/access/role";
import { DEFAULT_TENANT_ID } from "../../src/access/secret";
import { Viewer } from "../../src/access/viewer";
import { Database } from "../../src/db/database";

/** The tenant `default`, and someone with the given role in it. */
export async function makeViewer(database: Database, role: Role = "INTEGRATION"): Promise<Viewer> {
  await ensureDefaultTenant(database, randomBytes(16).toString("hex"));
  return {
    tenantId: DEFAULT_TENANT_ID,
    tenantName: "default",
    credential: "KEY",
    keyId: "00000000-0000-7000-8000-000000000001",
    actor: "00000000-0000-7000-8000-000000000001",
    role,
    expiresAt: null,
  };
}
