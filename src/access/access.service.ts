import { setTimeout as pause } from "node:timers/promises";
import { Database } from "../db/database";
import { DomainError } from "../errors";
import { Log } from "../log";
import {
  ApiKeyRow,
  findKey,
  findLastUse,
  findOpening,
  insertKey,
  listKeys,
  revokeKey,
  touchKey,
} from "./api-key.repository";
import { DEFAULT_TENANT_NAME } from "./default-tenant";
import { KeyRing, LEASE_MS } from "./key-ring";
import { KeyWatch } from "./key-watch";
import { newTenant } from "./new-tenant";
import { Role } from "./role";
import { hashSecret, newSecret, tenantOfSecret } from "./secret";
import { insertTenant, listTenants, TenantRow } from "./tenant.repository";
import { isUuid, newUuid } from "./uuid";
import { Viewer } from "./viewer";

/** A use is noted at most this often, in milliseconds: "last used" is for finding forgotten keys, not for auditing. */
const USE_NOTED_EVERY_MS = 60_000;
const NAME_LENGTH = 200;

export interface NewKey {
  readonly id: string;
  readonly role: Role;
  readonly tenant: string;
  /** Shown once; only its hash is kept. */
  readonly secret: string;
}

/**
 * Who may come in.
 *
 * Promises: a secret opens exactly the tenant its key was made in; from the moment `revoke` returns the key opens nothing
 * on any server, and what it had opened ends within a second; secrets are stored only as hashes.
 * Trusts: the database, and that clocks of servers agree to well under a second where keys expire.
 * On failure: without the database nobody new comes in (the error passes through; it is never taken for a refusal).
 */
export class AccessService {
  private readonly ring: KeyRing;
  private readonly watch: KeyWatch;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {
    this.ring = new KeyRing((fingerprint) => this.ask(fingerprint));
    this.watch = new KeyWatch(database, log);
  }

  /** The viewer behind a secret; null for one that opens nothing, whatever the reason. */
  authenticate(secret: string): Promise<Viewer | null> {
    return this.ring.open(`${tenantOfSecret(secret)}:${hashSecret(secret).toString("hex")}`);
  }

  /** Calls `onClosed` once the viewer's key opens nothing any more; the answer lets go of it. */
  holdOpen(viewer: Viewer, onClosed: () => void): () => void {
    return this.watch.hold(viewer, onClosed);
  }

  /** @throws DomainError BAD_USER_INPUT, CONFLICT for the reserved name */
  async createTenant(name: string): Promise<NewKey> {
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

  /** @throws DomainError BAD_USER_INPUT, or FORBIDDEN where one who is no operator asks for an operator's key */
  async createApiKey(viewer: Viewer, name: string, role: Role, expiresAt: string | null): Promise<NewKey> {
    requireOperatorFor(viewer, role);
    const now = new Date().toISOString();
    if (expiresAt !== null && expiresAt <= now) throw new DomainError("BAD_USER_INPUT", "expiresAt lies in the past.");
    const made = newKey(viewer.tenantId, viewer.tenantName, role);
    const row = { ...made.row, name: checkedName(name), createdAt: now, expiresAt };
    await this.database.write(viewer.tenantId, (tx) => insertKey(tx, row));
    return made.key;
  }

  /**
   * Revokes a key of the viewer's tenant; doing so again changes nothing. Returns when no server opens to it any more,
   * which takes the length of a lease.
   *
   * @throws DomainError NOT_FOUND for a key that is unknown or another tenant's
   */
  async revokeApiKey(viewer: Viewer, id: string): Promise<void> {
    const now = new Date().toISOString();
    const keyId = await this.database.write(viewer.tenantId, async (tx) => {
      const key = isUuid(id) ? await findKey(tx, id) : undefined;
      if (key === undefined) throw new DomainError("NOT_FOUND", "There is no such key.");
      requireOperatorFor(viewer, key.role);
      await revokeKey(tx, key.id, now);
      return key.id;
    });
    this.ring.drop(keyId);
    this.watch.close(keyId);
    await pause(LEASE_MS);
  }

  /** The tenant's keys, revoked ones too, newest first. */
  listApiKeys(viewer: Viewer, before: string | null, limit: number): Promise<ApiKeyRow[]> {
    return this.database.read(viewer.tenantId, (tx) => listKeys(tx, before, limit));
  }

  /** All tenants, oldest first. Operators only: the caller checks. */
  listTenants(after: string | null, limit: number): Promise<TenantRow[]> {
    return this.database.across((tx) => listTenants(tx, after, limit));
  }

  /** When any key of the tenant was last used, to the minute. Operators only: the caller checks. */
  findLastUse(tenantId: string): Promise<string | null> {
    return this.database.read(tenantId, findLastUse);
  }

  close(): void {
    this.watch.stop();
  }

  private async ask(fingerprint: string): Promise<Viewer | null> {
    const [tenantId, hash] = fingerprint.split(":") as [string, string];
    const now = new Date().toISOString();
    const found = await this.database.read(tenantId, (tx) => findOpening(tx, Buffer.from(hash, "hex"), now));
    if (found === undefined) return null;
    const viewer = {
      tenantId,
      tenantName: found.tenantName,
      keyId: found.keyId,
      role: found.role,
      expiresAt: found.expiresAt,
    };
    this.noteUse(viewer, found.lastUsedAt, now);
    return viewer;
  }

  /** Nobody waits for the note, and a request is not refused for want of it. */
  private noteUse(viewer: Viewer, lastUsedAt: string | null, now: string): void {
    const due = new Date(Date.parse(now) - USE_NOTED_EVERY_MS).toISOString();
    if (lastUsedAt !== null && lastUsedAt >= due) return;
    this.database
      .write(viewer.tenantId, (tx) => touchKey(tx, viewer.keyId, now, due))
      .catch((error: unknown) => this.log.warn({ err: error, keyId: viewer.keyId }, "the use of a key was not noted"));
  }
}

function newKey(tenantId: string, tenant: string, role: Role) {
  const id = newUuid();
  const secret = newSecret(tenantId);
  return { key: { id, role, tenant, secret }, row: { id, role, secretHash: hashSecret(secret) } };
}

/** An operator's key is made and revoked by operators alone, or an admin could make himself one, or lock them out. */
function requireOperatorFor(viewer: Viewer, role: Role): void {
  if (role === "OPERATOR" && viewer.role !== "OPERATOR") {
    throw new DomainError("FORBIDDEN", "Only an operator makes or revokes an operator's key.");
  }
}

function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed.length === 0) throw new DomainError("BAD_USER_INPUT", "The name is empty.");
  if (trimmed.length > NAME_LENGTH) {
    throw new DomainError("BAD_USER_INPUT", `The name is longer than ${NAME_LENGTH} characters.`);
  }
  return trimmed;
}
