import { MIGRATIONS } from "../db/data-source";
import { Database } from "../db/database";
import { statement } from "../db/statement";

/** An answer that takes longer, in milliseconds, is none: whoever asks wants to send requests here now. */
const PATIENCE_MS = 2_000;

const APPLIED = statement("server.ready", "select name from migrations");

/** Why the server cannot serve at this moment, or null when it can: the database answers and its schema is this code's. */
export async function findUnreadiness(database: Database): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("the database does not answer"), PATIENCE_MS);
  });
  try {
    return await Promise.race([findSchemaGap(database), patience]);
  } finally {
    clearTimeout(timer);
  }
}

async function findSchemaGap(database: Database): Promise<string | null> {
  try {
    const rows = await database.dataSource.query<{ name: string }[]>(APPLIED.text);
    const applied = new Set(rows.map((row) => row.name));
    return MIGRATIONS.every(({ name }) => applied.has(name)) ? null : "the database's schema is behind";
  } catch {
    return "the database cannot be reached";
  }
}
