import { Role } from "./role";
import { hashSecret, newSecret } from "./secret";
import { newUuid } from "./uuid";

export interface NewKey {
  readonly id: string;
  readonly role: Role;
  readonly tenant: string;
  /** Shown once; only its hash is kept. */
  readonly secret: string;
}

/** A key as it is shown once, and what is stored of it. */
export function newKey(tenantId: string, tenant: string, role: Role) {
  const id = newUuid();
  const secret = newSecret(tenantId);
  const key: NewKey = { id, role, tenant, secret };
  return { key, row: { id, role, secretHash: hashSecret(secret) } };
}
