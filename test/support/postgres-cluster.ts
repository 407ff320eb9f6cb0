import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { pino } from "pino";
import { EmbeddedPostgres, startEmbeddedPostgres } from "../../src/db/embedded-postgres";
import { findPostmaster, isAlive } from "../../src/db/embedded-postgres-postmaster";
import { migrate } from "../../src/db/migrate";
import { databaseUrl } from "./database-url";
import { makeScratch, scratchPlaces } from "./scratch";

const PREFIX = "onefold-test-";

let server: EmbeddedPostgres | undefined;
let folder: string | undefined;

/**
 * Before all tests: one throw-away server (or the one that TEST_DATABASE_URL names) with one migrated database in it,
 * which every test file copies.
 */
export async function setUp(): Promise<void> {
  for (const place of scratchPlaces()) clearLeftovers(place);
  if (!process.env.TEST_DATABASE_URL) {
    folder = makeScratch(`${PREFIX}${process.pid}-`);
    const dataDir = join(folder, "data");
    server = await startEmbeddedPostgres({ dataDir, log: pino({ level: "silent" }), throwAway: true });
  }
  const url = server?.url ?? process.env.TEST_DATABASE_URL!;
  const template = `onefold_template_${process.pid}`;
  await onServer(url, `create database ${template}`);
  await migrate(databaseUrl(url, template));
  // The workers inherit these.
  process.env.ONEFOLD_TEST_SERVER = url;
  process.env.ONEFOLD_TEST_TEMPLATE = template;
}

export async function tearDown(): Promise<void> {
  const { ONEFOLD_TEST_SERVER: url, ONEFOLD_TEST_TEMPLATE: template } = process.env;
  if (!server && url) await onServer(url, `drop database if exists ${template}`);
  await server?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A run that was killed leaves its server behind; the next one ends it and removes its folder. */
function clearLeftovers(place: string): void {
  for (const name of readdirSync(place)) {
    const maker = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (maker === undefined || isAlive(Number(maker))) continue;
    const left = join(place, name);
    const cluster = join(left, "data/postgres");
    const postmaster = findPostmaster(cluster);
    if (postmaster) process.kill(postmaster.pid, "SIGQUIT");
    rmSync(left, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
