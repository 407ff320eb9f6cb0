/** How the server is run. What is acknowledged is on disk; `throwAway` gives that up for speed, for tests alone. */
export function serverSettings(port: number, throwAway: boolean): readonly string[] {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    password_encryption: "scram-sha-256",
    max_connections: "100",
    shared_buffers: throwAway ? "128MB" : "256MB",
    effective_cache_size: "1GB",
    work_mem: "16MB",
    maintenance_work_mem: "128MB",
    max_wal_size: "2GB",
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
