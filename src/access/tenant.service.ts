import { setTimeout as pause } from "node:timers/promises";
import { Database } from "../db/database";
import { DomainError } from "../errors";
import { AccessService } from "./access.service";
import { findLastUse, insertKey } from "./api-key.repository";
import { checkedName } from "./checked-name";
import { DEFAULT_TENANT_NAME } from "./default-tenant";
import { LEASE_MS } from "./leases";
import { NewKey, newKey } from "./new-key";
import { newTenant } from "./new-tenant";
import { DEFAULT_TENANT_ID } from "./secret";
import { insertTenant, listTenants, resumeTenant, suspendTenant, TenantRow } from "./tenant.repository";
import { isUuid, newUuid } from "./uuid";

/**
 * The tenants, for operators: the caller checks that it is one.
 *
 * Promises: from the moment `suspend` returns nothing of the tenant's opens anything on any server, and what was open has
 * ended or does within a second. All that is stored stays as it is, its feed too, and `resume` opens it again as it was.
 */
export class TenantService {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  /** @throws DomainError BAD_USER_INPUT, CONFLICT for the reserved name */
  async create(name: string): Promise<NewKey> {
    const tenantName = checkedName(name);
    if (tenantName === DEFAULT_TENANT_NAME) throw new DomainError("CONFLICT", "The name `default` is taken.");
    const tenantId = newUuid();
    const now = new Date().toISOString();
    return this.database.write(tenantId, async (tx) => {
      await insertTenant(tx, newTenant(tenantName, now));
      const made = newKey(tenantId, tenantName, "ADMIN");
      await insertKey(tx, { ...made.row, name: "first admin", createdAt: now, expiresAt: null });
      return made.key;
    });
  }

  /** All tenants, oldest first. */
  list(after: string | null, limit: number): Promise<TenantRow[]> {
    return this.database.across((tx) => listTenants(tx, after, limit));
  }

  /** When any key of the tenant was last used, to the minute. */
  findLastUse(tenantId: string): Promise<string | null> {
    return this.database.read(tenantId, findLastUse);
  }

  /**
   * Shuts a tenant; doing so again changes nothing. Returns when no server opens to it any more, which takes the length of
   * a lease.
   *
   * @throws DomainError NOT_FOUND, CONFLICT for the operators' own tenant
   */
  async suspend(id: string): Promise<TenantRow> {
    if (id.toLowerCase() === DEFAULT_TENANT_ID) {
      throw new DomainError("CONFLICT", "Operators come in through this tenant: it cannot be suspended.");
    }
    const now = new Date().toISOString();
    const suspended = isUuid(id) ? await this.database.write(id, (tx) => suspendTenant(tx, now)) : undefined;
    if (suspended === undefined) throw noTenant();
    this.access.shutOut(suspended.id);
    await pause(LEASE_MS);
    return suspended;
  }

  /** Opens a suspended tenant again; one that is open stays so. @throws DomainError NOT_FOUND */
  async resume(id: string): Promise<TenantRow> {
    const resumed = isUuid(id) ? await this.database.write(id, resumeTenant) : undefined;
    if (resumed === undefined) throw noTenant();
    return resumed;
  }
}

function noTenant(): DomainError {
  return new DomainError("NOT_FOUND", "There is no such tenant.");
}
