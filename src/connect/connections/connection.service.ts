import { SecretBox } from "../../access/secret-box";
import { isUuid, newUuid } from "../../access/uuid";
import { Instant } from "../../db/column-types";
import { Database } from "../../db/database";
import { Transaction } from "../../db/transaction";
import { DomainError } from "../../errors";
import { Log } from "../../log";
import { AnyAdapter, Connection } from "../pipeline/adapter";
import { findAdapter } from "../pipeline/adapters";
import { DeliveryCounts } from "../pipeline/delivery-counts";
import {
  ConnectionRow,
  CredentialRow,
  endCredential,
  holdConnection,
  insertConnection,
  insertCredential,
  listConnections,
  listCredentials,
  openConnection,
  removeConnection,
  removeCredentials,
  resealCredential,
} from "./connection.repository";
import { Credentials, readCredentials } from "./credentials";

const SOURCE = /^[a-z0-9][a-z0-9._-]{0,99}$/i;
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** A connection as it is listed: which credentials are set, never what they are. */
export interface ListedConnection extends ConnectionRow {
  readonly tenantId: string;
  readonly credentials: readonly Omit<CredentialRow, "sealed">[];
}

export interface OpenedConnection {
  readonly adapter: AnyAdapter;
  readonly connection: Connection;
  /** Whether any source of the tenant ever removed a person. */
  readonly hasRemovals: boolean;
}

/**
 * Which systems a tenant has connected, and with which credentials.
 *
 * Promises: credentials are stored sealed and never leave again; of a connection two are valid at once at most, so that
 * they can be exchanged while deliveries come in; what is ended or disconnected opens nothing from then on.
 * Trusts: that every server has the same keys for secrets. A credential sealed with one that is to be replaced is sealed
 * anew when it is next used.
 * On failure: without a key nothing can be connected, and nothing that was connected can be opened.
 */
export class ConnectionService {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly counts: DeliveryCounts,
    private readonly log: Log,
  ) {}

  /** @throws DomainError BAD_USER_INPUT; CONFLICT for a source that is connected, or without a key for secrets */
  async connect(tenantId: string, source: string, system: string, credentials: unknown): Promise<ListedConnection> {
    if (!SOURCE.test(source)) {
      throw new DomainError("BAD_USER_INPUT", "A source has 1 to 100 letters, digits, dots, dashes and underscores.");
    }
    const checked = readCredentials(adapterOf(system), credentials);
    return this.change(tenantId, source, async (tx, now) => {
      if (!(await insertConnection(tx, source, system, now))) {
        throw new DomainError("CONFLICT", "This source is connected already: rotate its credentials or disconnect it.");
      }
      await this.add(tx, source, checked, now);
    });
  }

  /**
   * Adds credentials. Those valid until now stay valid until the moment given, or until they are retired; of any that
   * were on their way out already nothing is left.
   *
   * @throws DomainError NOT_FOUND, BAD_USER_INPUT
   */
  rotate(tenantId: string, source: string, credentials: unknown, retireAt: Instant | null): Promise<ListedConnection> {
    return this.change(tenantId, source, async (tx, now) => {
      const checked = readCredentials(adapterOf(await hold(tx, source)), credentials);
      if (retireAt !== null && retireAt <= now) throw new DomainError("BAD_USER_INPUT", "retireAt lies in the past.");
      const [newest, ...older] = (await listCredentials(tx, [source])).get(source)!;
      await removeCredentials(tx, source, idsOf(older));
      if (newest !== undefined) await endCredential(tx, source, newest.id, retireAt);
      await this.add(tx, source, checked, now);
    });
  }

  /** Ends all credentials but the newest. @throws DomainError NOT_FOUND */
  retire(tenantId: string, source: string): Promise<ListedConnection> {
    return this.change(tenantId, source, async (tx) => {
      await hold(tx, source);
      const [, ...older] = (await listCredentials(tx, [source])).get(source)!;
      await removeCredentials(tx, source, idsOf(older));
    });
  }

  /** @throws DomainError NOT_FOUND */
  async disconnect(tenantId: string, source: string): Promise<void> {
    if (!(await this.database.write(tenantId, (tx) => removeConnection(tx, source)))) throw notConnected();
  }

  async list(tenantId: string): Promise<ListedConnection[]> {
    await this.counts.flush();
    return this.database.read(tenantId, (tx) => listed(tx, null));
  }

  /**
   * The connection of a tenant and a source as a delivery names them, or null when there is none.
   *
   * @throws CannotOpen when it is there, and none of this server's keys opens it
   */
  async open(tenantId: string, source: string, at: Instant): Promise<OpenedConnection | null> {
    const tenant = isUuid(tenantId) ? tenantId.toLowerCase() : NOBODY;
    // What can be no source is looked for all the same, as nobody's, so that it takes as long to find nothing.
    const name = SOURCE.test(source) ? source : "";
    const found = await this.database.read(tenant, (tx) => openConnection(tx, name, at));
    const adapter = found && findAdapter(found.system);
    if (!found || !adapter) return null;
    const credentials = found.credentials.map((row) => this.unseal(tenant, source, row));
    return { adapter, connection: { source, credentials }, hasRemovals: found.hasRemovals };
  }

  /** A change of one connection in a transaction; answers with the connection as it is then. */
  private async change(
    tenantId: string,
    source: string,
    work: (tx: Transaction, now: Instant) => Promise<void>,
  ): Promise<ListedConnection> {
    return this.database.write(tenantId, async (tx) => {
      await work(tx, new Date().toISOString());
      const [connection] = await listed(tx, source);
      return connection!;
    });
  }

  private async add(tx: Transaction, source: string, credentials: Credentials, since: Instant): Promise<void> {
    const id = newUuid();
    const sealed = this.box.seal(JSON.stringify(credentials), contextOf(tx.tenantId, source, id));
    await insertCredential(tx, source, { id, sealed, fields: Object.keys(credentials), since });
  }

  private unseal(tenantId: string, source: string, { id, sealed }: CredentialRow): Credentials {
    const context = contextOf(tenantId, source, id);
    const text = this.box.open(sealed, context);
    if (this.box.isOld(sealed)) {
      const anew = this.box.seal(text, context);
      this.database
        .write(tenantId, (tx) => resealCredential(tx, source, id, anew))
        .catch((error: unknown) => this.log.warn({ err: error, tenantId }, "a credential was not sealed anew"));
    }
    return JSON.parse(text) as Credentials;
  }
}

/** @throws DomainError BAD_USER_INPUT */
function adapterOf(system: string): AnyAdapter {
  const adapter = findAdapter(system);
  if (adapter === null) {
    throw new DomainError("BAD_USER_INPUT", "There is no such system; the query `systems` lists those there are.");
  }
  return adapter;
}

/** @throws DomainError NOT_FOUND */
async function hold(tx: Transaction, source: string): Promise<string> {
  const system = await holdConnection(tx, source);
  if (system === null) throw notConnected();
  return system;
}

async function listed(tx: Transaction, source: string | null): Promise<ListedConnection[]> {
  const rows = await listConnections(tx, source);
  const credentials = await listCredentials(
    tx,
    rows.map((row) => row.source),
  );
  return rows.map((row) => ({
    ...row,
    tenantId: tx.tenantId,
    credentials: credentials.get(row.source)!.map(({ id, fields, since, until }) => ({ id, fields, since, until })),
  }));
}

function idsOf(rows: readonly CredentialRow[]): string[] {
  return rows.map(({ id }) => id);
}

function contextOf(tenantId: string, source: string, id: string): string {
  return `connection ${tenantId} ${source} ${id}`;
}

function notConnected(): DomainError {
  return new DomainError("NOT_FOUND", "This source is not connected.");
}
