import { totalmem } from "node:os";

const MEGABYTE = 2 ** 20;
/** Of a container it is the limit, and of a process without one no number that counts. */
const MEMORY_MB = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / MEGABYTE;
/** An eighth of the memory, since the server is not alone on the machine; it takes only what its data fill. */
const BUFFERS_MB = Math.min(Math.max(Math.floor(MEMORY_MB / 8), 128), 1_024);

/** How the server is run. What is acknowledged is on disk; `throwAway` gives that up for speed, for tests alone. */
export function serverSettings(port: number, throwAway: boolean): readonly string[] {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    password_encryption: "scram-sha-256",
    max_connections: "100",
    shared_buffers: throwAway ? "128MB" : `${BUFFERS_MB}MB`,
    effective_cache_size: "1GB",
    work_mem: "16MB",
    maintenance_work_mem: "128MB",
    // After each checkpoint the first change of a page writes all of it: with few of them, a large load writes much less.
    max_wal_size: "4GB",
    checkpoint_timeout: "15min",
    random_page_cost: "1.1",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    // A statement or a constraint's detail in the log could name a person.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    fsync: throwAway ? "off" : "on",
    synchronous_commit: throwAway ? "off" : "on",
    full_page_writes: throwAway ? "off" : "on",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
