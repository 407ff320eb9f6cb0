import { realpathSync } from "node:fs";
import { Client } from "pg";
import { SUPERUSER, systemIdentifier } from "./embedded-postgres-cluster";
import { isAlive } from "./embedded-postgres-postmaster";
import { pause } from "./embedded-postgres-start";
import { SQLSTATE, sqlstateOf } from "./sqlstate";

/** Any number will do, as long as it stays: whoever holds this advisory lock in database `postgres` owns the server. */
const LOCK = 6_633_653;
const HOLDER = /^onefold keeper (\d+)$/;
/** How long the session of a process that was killed may take to be noticed by the server. */
const RELEASED_WITHIN_MS = 5_000;

const WHO = `select (select system_identifier::text from pg_control_system()) as system,
  current_setting('data_directory') as directory`;
const HOLDERS = `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.objid = $1 and l.granted`;

export function urlOf(port: number, password: string, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * Makes this process the one that owns the server, for as long as the connection it answers with is open. Checks first
 * that whatever answers on the port is the server of this very data directory. The lock is one of the server's own: it
 * ends with the process however that ends, and two that start at once cannot both get it.
 *
 * Null when the server went away meanwhile. Throws when another process owns it, naming that process.
 */
export async function claimServer(cluster: string, port: number, password: string): Promise<Client | null> {
  const client = new Client({
    connectionString: urlOf(port, password, "postgres"),
    application_name: `onefold keeper ${process.pid}`,
    keepAlive: true,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await proveIdentity(client, cluster);
    await takeLock(client, cluster);
    return client;
  } catch (error) {
    await client.end();
    if (isGoingAway(error)) return null;
    throw error;
  }
}

async function proveIdentity(client: Client, cluster: string): Promise<void> {
  const { rows } = await client.query<{ system: string; directory: string }>(WHO);
  const { system, directory } = rows[0]!;
  if (system !== systemIdentifier(cluster) || realpathSync(directory) !== realpathSync(cluster)) {
    throw new Error(`What answers on ${client.host}:${client.port} is not the PostgreSQL server of ${cluster}.`);
  }
}

async function takeLock(client: Client, cluster: string): Promise<void> {
  for (const began = Date.now(); ; await pause(50)) {
    const { rows } = await client.query<{ got: boolean }>("select pg_try_advisory_lock($1) as got", [LOCK]);
    if (rows[0]!.got) return;
    const holders = await client.query<{ name: string }>(HOLDERS, [LOCK]);
    const holder = Number(HOLDER.exec(holders.rows[0]?.name ?? "")?.[1]);
    if (Date.now() - began < RELEASED_WITHIN_MS && !(holder && isAlive(holder))) continue;
    throw new Error(
      `Another Onefold process${holder ? ` (${holder})` : ""} is using the data in ${cluster}: ` +
        "stop it first, or choose another folder with ONEFOLD_DATA_DIR.",
    );
  }
}

function isGoingAway(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  if (code === "ECONNREFUSED" || code === "ECONNRESET") return true;
  const state = sqlstateOf(error);
  if (state === SQLSTATE.adminShutdown || state === SQLSTATE.cannotConnectNow) return true;
  return (error as Error).message === "Connection terminated unexpectedly";
}
