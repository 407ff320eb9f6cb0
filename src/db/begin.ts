import { ClientBase } from "pg";
import { send } from "./send";
import { Statement, statement } from "./statement";

export const BEGIN_WRITE = statement("db.begin", "begin");
export const BEGIN_READ = statement("db.beginRead", "begin read only");
export const BEGIN_SNAPSHOT = statement("db.beginSnapshot", "begin isolation level repeatable read read only");
export const COMMIT = statement("db.commit", "commit");
export const ROLLBACK = statement("db.rollback", "rollback");

const USE_TENANT = statement("db.useTenant", "select use_tenant($1)");
const USE_ALL_TENANTS = statement("db.useAllTenants", "select use_all_tenants()");

/** Opens a transaction as the application's role, sealed to the tenant; null: over all, for what may be seen of all. */
export function begin(client: ClientBase, mode: Statement, tenantId: string | null): Promise<unknown> {
  const begun = Promise.all([
    send(client, mode, []),
    tenantId === null ? send(client, USE_ALL_TENANTS, []) : send(client, USE_TENANT, [tenantId]),
  ]);
  begun.catch(() => undefined);
  return begun;
}
