import { Client } from "pg";
import { DEFAULT_TENANT_ID } from "../src/access/secret";

/**
 * A session of the database's owner, who may do what the application may not. The tenant is set, so that row-level
 * security lets an owner through who is no superuser.
 */
export async function asOwner<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: "onefold bench" });
  await client.connect();
  try {
    await client.query(`set app.tenant_id = '${DEFAULT_TENANT_ID}'`);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Fills a table, and only then builds its indexes and primary key: several times as fast as keeping them up. */
export async function withoutIndexes(client: Client, table: string, fill: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string; constraint: string | null }>(
    `select i.relname as name, pg_get_indexdef(i.oid) as definition, pg_get_constraintdef(c.oid) as constraint
     from pg_index x
     join pg_class i on i.oid = x.indexrelid
     left join pg_constraint c on c.conindid = i.oid and c.conrelid = x.indrelid
     where x.indrelid = $1::regclass`,
    [table],
  );
  for (const { name, constraint } of rows) {
    await client.query(constraint ? `alter table ${table} drop constraint ${name}` : `drop index ${name}`);
  }
  await fill();
  for (const { name, definition, constraint } of rows) {
    await client.query(constraint ? `alter table ${table} add constraint ${name} ${constraint}` : definition);
  }
}
