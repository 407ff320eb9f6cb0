/** The application's role: owns nothing, may log in nowhere, and is stepped down to in each transaction. */
export const APPLICATION_ROLE = "onefold_app";

/** True for the rows of the tenant that the transaction was opened for. With no tenant set there are no rows. */
export const OWN_TENANT = "tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid";

/** Statements of the owner that change rows of all tenants in these tables, which it does not see otherwise. */
export function unsealed(tables: readonly string[], statements: string): string {
  const alter = (how: string) => tables.map((table) => `alter table ${table} ${how} row level security;`).join("\n");
  return `${alter("no force")}
    ${statements}
    ${alter("force")}`;
}

/** Row-level security, forced on the owner too, and the rights the application needs. */
export function sealTable(table: string): string {
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy ${table}_tenant on ${table} using (${OWN_TENANT}) with check (${OWN_TENANT});
    grant select, insert, update, delete on ${table} to ${APPLICATION_ROLE};`;
}
