import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { ContestedNames1790000000016 } from "../../migrations/1790000000016-contested-names";
import { MIGRATIONS } from "../../src/db/data-source";
import { migrate, refuseOtherSchema, revertMigration, schemaState } from "../../src/db/migrate";
import { databaseUrl } from "../support/database-url";

const server = process.env.ONEFOLD_TEST_SERVER!;
const all = MIGRATIONS.map(({ name }) => name);
let url: string;
let name: string;

async function ask<Row>(text: string, at = url): Promise<Row[]> {
  const client = new Client({ connectionString: at });
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Everything that the migrations make, by its kind. */
function objects(): Promise<{ kind: string; name: string }[]> {
  return ask(`
    select 'relation ' || relkind::text as kind, relname as name from pg_class where relnamespace = 'public'::regnamespace
    union all select 'function', proname from pg_proc where pronamespace = 'public'::regnamespace
    union all select 'type ' || typtype::text, typname from pg_type where typnamespace = 'public'::regnamespace
    union all select 'policy', polname from pg_policy
    order by kind, name`);
}

beforeEach(async () => {
  name = `onefold_migrate_${process.pid}_${randomBytes(4).toString("hex")}`;
  await ask(`create database ${name}`, server);
  url = databaseUrl(server, name);
});

afterEach(() => ask(`drop database ${name} with (force)`, server));

describe("migrating", () => {
  it("takes every migration once, and nothing the second time", async () => {
    expect(await schemaState(url)).toEqual({ behind: all, ahead: [] });
    expect(await migrate(url)).toEqual(all);
    expect(await migrate(url)).toEqual([]);
    expect(await schemaState(url)).toEqual({ behind: [], ahead: [] });
  });

  it("is done by one of several that begin at once, and the others wait for it", async () => {
    const taken = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(taken.flat()).toEqual(all);
  });

  it("keeps of what a customer's records say different things, there and back", async () => {
    await migrate(url);
    const [tenant, one, other] = [1, 2, 3].map((n) => `'00000000-0000-7000-8000-00000000000${n}'`);
    await ask(`
      set session_replication_role = replica;
      alter table records no force row level security;
      alter table attribute_observations no force row level security;
      insert into records (tenant_id, record_id, source, key, profile_id, since_position, created_at, contested)
      values (${tenant}, ${one}, 's', '1', ${one}, 0, now(), '{city}'), (${tenant}, ${other}, 's', '2', ${one}, 0, now(), '{}');
      insert into attribute_observations (tenant_id, record_id, name, trusted, value, observed_at, since_position)
      select tenant_id, record_id, n, true, '1', now(), 0 from records cross join unnest('{city,name}'::text[]) n`);
    while ((await revertMigration(url)) !== ContestedNames1790000000016.name);
    const contested = "select name, count(*)::integer from attribute_observations where contested group by name";
    expect(await ask(contested)).toEqual([{ name: "city", count: 2 }]);
    await migrate(url);
    const noted = "select key, contested from records order by key";
    expect(await ask(noted)).toEqual([
      { key: "1", contested: ["city"] },
      { key: "2", contested: [] },
    ]);
  });

  it("can be taken back to the last object, and done again to the same schema", async () => {
    await migrate(url);
    const before = await objects();
    const taken: string[] = [];
    for (let reverted = await revertMigration(url); reverted; reverted = await revertMigration(url))
      taken.push(reverted);
    expect(taken).toEqual([...all].reverse());
    expect((await objects()).filter((object) => !/migrations|^PK_/.test(object.name))).toEqual([]);
    await migrate(url);
    expect(await objects()).toEqual(before);
  });

  it("leaves nothing behind when one of them fails", async () => {
    await ask("create table feeds (in_the_way int)");
    await expect(migrate(url)).rejects.toThrow(/already exists/);
    expect(await schemaState(url)).toEqual({ behind: all, ahead: [] });
    expect((await objects()).filter(({ kind, name }) => kind === "relation r" && name === "tenants")).toEqual([]);
  });

  it("refuses a database in another encoding", async () => {
    const other = `${name}_latin`;
    await ask(`create database ${other} template template0 encoding 'LATIN1' locale_provider libc locale 'C'`, server);
    await expect(migrate(databaseUrl(server, other))).rejects.toThrow(/encoded in LATIN1/);
    await ask(`drop database ${other} with (force)`, server);
  });
});

describe("a server that is about to start", () => {
  it("takes the schema of its own code and no other", async () => {
    await expect(refuseOtherSchema(url)).rejects.toThrow(/behind.*npm run migrate/);
    await migrate(url);
    await refuseOtherSchema(url);
    await ask("insert into migrations (timestamp, name) values (9999999999999, 'Tomorrow9999999999999')");
    await expect(refuseOtherSchema(url)).rejects.toThrow(/newer Onefold \(Tomorrow9999999999999\)/);
  });
});
