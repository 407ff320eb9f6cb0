import { TestDatabase } from "./database";

/**
 * Dumps all data of a test's database into a schema beside it, and answers with what restores it, as often as it is asked
 * to. No server may run on the database meanwhile, as with any restore.
 */
export async function takeDump(db: TestDatabase): Promise<() => Promise<void>> {
  const tables = await db.ownerQuery<{ name: string; columns: string }>(
    `select c.table_name as name, string_agg(quote_ident(c.column_name), ', ' order by c.ordinal_position) as columns
     from information_schema.columns c
     join pg_tables t on t.schemaname = c.table_schema and t.tablename = c.table_name
     where c.table_schema = 'public' and c.table_name <> 'migrations' and c.is_generated = 'NEVER'
     group by c.table_name`,
  );
  const names = tables.map(({ name }) => `public.${name}`).join(", ");
  await db.ownerQuery("create schema dump");
  for (const { name, columns } of tables) {
    await db.ownerQuery(`create table dump.${name} as select ${columns} from public.${name}`);
  }
  return async () => {
    await db.ownerQuery("begin");
    // Rows come back in any order, as with pg_restore: what refers to what is not looked at until all are there.
    await db.ownerQuery("set local session_replication_role = replica");
    await db.ownerQuery(`truncate ${names}`);
    for (const { name, columns } of tables) {
      await db.ownerQuery(
        `insert into public.${name} (${columns}) overriding system value select ${columns} from dump.${name}`,
      );
    }
    await db.ownerQuery("commit");
  };
}
