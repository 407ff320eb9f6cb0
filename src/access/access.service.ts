import { setTimeout as pause } from "node:timers/promises";
import { Database } from "../db/database";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { Log } from "../log";
import { ApiKeyRow, findKey, findOpening, insertKey, listKeys, revokeKey, touchKey } from "./api-key.repository";
import { checkedName } from "./checked-name";
import { KeyWatch } from "./key-watch";
import { LEASE_MS, Leases } from "./leases";
import { NewKey, newKey } from "./new-key";
import { Role } from "./role";
import { DEFAULT_TENANT_ID, hashSecret, tenantOfSecret } from "./secret";
import { SharedLook } from "./shared-look";
import { findTenantAccess, raiseAccessVersion, TenantAccess } from "./tenant.repository";
import { looksLikeToken } from "./token";
import { TokenVerifier } from "./token-verifier";
import { isUuid } from "./uuid";
import { hasExpired, Viewer } from "./viewer";

/** A use is noted at most this often, in milliseconds: "last used" is for finding forgotten keys, not for auditing. */
const USE_NOTED_EVERY_MS = 60_000;

/**
 * Who may come in: whoever shows the secret of a key, or a token of the configured issuer.
 *
 * Promises: a secret opens exactly the tenant its key was made in, a token the one it names; from the moment `revoke`
 * returns the key opens nothing on any server, nor is answered what it asked before, and what it had opened ends within a
 * second; secrets are stored only as hashes, tokens not at all.
 * Trusts: the database, the issuer of tokens, and that clocks of servers agree to well under a second where keys expire.
 * On failure: without the database nobody new comes in (the error passes through; it is never taken for a refusal).
 */
export class AccessService {
  private readonly keys = new Leases<Viewer>((fingerprint) => this.askForKey(fingerprint));
  private readonly tenants = new Leases<TenantAccess>((tenantId) => this.askForTenant(tenantId));
  /** By which lease a viewer came in. */
  private readonly names = new WeakMap<Viewer, string>();
  private readonly watch: KeyWatch;
  private readonly looks: SharedLook;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
    private readonly tokens: TokenVerifier | null = null,
  ) {
    this.watch = new KeyWatch(database, log);
    this.looks = new SharedLook((tenantId, begins) =>
      database.read(tenantId, (tx) => {
        begins();
        return this.watch.confirm(tx);
      }),
    );
  }

  /** The viewer behind a secret or a token; null for one that opens nothing, whatever the reason. */
  async authenticate(secret: string): Promise<Viewer | null> {
    if (this.tokens !== null && looksLikeToken(secret)) return this.viewerOfToken(this.tokens, secret);
    const viewer = await this.keys.get(`${tenantOfSecret(secret)}:${hashSecret(secret).toString("hex")}`);
    return viewer === null || hasExpired(viewer) ? null : viewer;
  }

  /** Whether the credentials of one who came in still open the same, by the same lease. */
  async stillOpens(viewer: Viewer): Promise<boolean> {
    if (hasExpired(viewer)) return false;
    const name = this.names.get(viewer);
    if (name === undefined) return false;
    if (viewer.credential === "TOKEN") return (await this.tenants.get(name)) !== null;
    return (await this.keys.get(name))?.role === viewer.role;
  }

  /** Calls `onClosed` once the viewer's credentials open nothing any more; the answer lets go of it. */
  holdOpen(viewer: Viewer, onClosed: () => void): () => void {
    return this.watch.hold(viewer, onClosed);
  }

  /** To be sent behind what was read for those who are held open, and awaited before they are told. */
  confirm(tx: Transaction): Promise<void> {
    return this.watch.confirm(tx);
  }

  /** The same for one who has read of the tenant already, and is about to tell it. */
  confirmRead(tenantId: string): Promise<void> {
    return this.looks.ask(tenantId);
  }

  /** Shuts out everyone of a tenant on this server, at once; the others see it by themselves. */
  shutOut(tenantId: string): void {
    this.keys.drop((viewer) => viewer.tenantId === tenantId);
    this.tenants.drop((tenant) => tenant.tenantId === tenantId);
    this.watch.close((viewer) => viewer.tenantId === tenantId);
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
      await Promise.all([revokeKey(tx, key.id, now), raiseAccessVersion(tx)]);
      return key.id;
    });
    const isRevoked = (one: Viewer): boolean => one.credential === "KEY" && one.keyId === keyId;
    this.keys.drop(isRevoked);
    this.watch.close(isRevoked);
    await pause(LEASE_MS);
  }

  /** The tenant's keys, revoked ones too, newest first. */
  listApiKeys(viewer: Viewer, before: string | null, limit: number): Promise<ApiKeyRow[]> {
    return this.database.read(viewer.tenantId, (tx) => listKeys(tx, before, limit));
  }

  close(): void {
    this.watch.stop();
    this.tokens?.stop();
  }

  private async viewerOfToken(tokens: TokenVerifier, token: string): Promise<Viewer | null> {
    const bearer = await tokens.verify(token);
    if (bearer === null) return null;
    // Operators look after all tenants from the default one; there are none elsewhere.
    if (bearer.role === "OPERATOR" && bearer.tenantId !== DEFAULT_TENANT_ID) return null;
    const tenant = await this.tenants.get(bearer.tenantId);
    if (tenant === null) return null;
    const { tenantId, tenantName } = tenant;
    const { role, subject, expiresAt } = bearer;
    const keyId = `${tenantId} ${subject}`;
    return this.named(tenantId, { tenantId, tenantName, credential: "TOKEN", keyId, actor: subject, role, expiresAt });
  }

  private async askForTenant(tenantId: string): Promise<TenantAccess | null> {
    const tenant = await this.database.read(tenantId, findTenantAccess);
    return tenant === undefined || tenant.suspendedAt !== null ? null : tenant;
  }

  private async askForKey(fingerprint: string): Promise<Viewer | null> {
    const [tenantId, hash] = fingerprint.split(":") as [string, string];
    const now = new Date().toISOString();
    const found = await this.database.read(tenantId, (tx) => findOpening(tx, Buffer.from(hash, "hex"), now));
    if (found === undefined) return null;
    const { keyId, tenantName, role, expiresAt } = found;
    this.noteUse(tenantId, keyId, found.lastUsedAt, now);
    return this.named(fingerprint, { tenantId, tenantName, credential: "KEY", keyId, actor: keyId, role, expiresAt });
  }

  private named(name: string, viewer: Viewer): Viewer {
    this.names.set(viewer, name);
    return viewer;
  }

  /** Nobody waits for the note, and a request is not refused for want of it. */
  private noteUse(tenantId: string, keyId: string, lastUsedAt: string | null, now: string): void {
    const due = new Date(Date.parse(now) - USE_NOTED_EVERY_MS).toISOString();
    if (lastUsedAt !== null && lastUsedAt >= due) return;
    this.database
      .write(tenantId, (tx) => touchKey(tx, keyId, now, due))
      .catch((error: unknown) => this.log.warn({ err: error, keyId }, "the use of a key was not noted"));
  }
}

/** An operator's key is made and revoked by operators alone, or an admin could make himself one, or lock them out. */
function requireOperatorFor(viewer: Viewer, role: Role): void {
  if (role === "OPERATOR" && viewer.role !== "OPERATOR") {
    throw new DomainError("FORBIDDEN", "Only an operator makes or revokes an operator's key.");
  }
}
