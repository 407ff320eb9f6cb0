import { randomBytes } from "node:crypto";
import { ensureDefaultTenant } from "../../src/access/default-tenant";
import { newTenant } from "../../src/access/new-tenant";
import { Role } from "../../src/access/role";
import { DEFAULT_TENANT_ID } from "../../src/access/secret";
import { insertTenant } from "../../src/access/tenant.repository";
import { newUuid } from "../../src/access/uuid";
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

/** Someone with the same role in another tenant, made for it. */
export async function makeViewerElsewhere(database: Database, viewer: Viewer): Promise<Viewer> {
  const tenantId = newUuid();
  const tenantName = `tenant ${tenantId}`;
  await database.write(tenantId, (tx) => insertTenant(tx, newTenant(tenantName, new Date().toISOString())));
  return { ...viewer, tenantId, tenantName };
}
