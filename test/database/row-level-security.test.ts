import { APPLICATION_ROLE } from "../../migrations/seal-table";
import { newUuid } from "../../src/access/uuid";
import { statement } from "../../src/db/statement";
import { openTestDatabase, TestDatabase } from "../support/database";
import { Facts } from "../support/facts";

let db: TestDatabase;

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

/** What TypeORM keeps for itself; no tenant's data, and out of the application's reach. */
const OWN_BOOKKEEPING = ["migrations"];

describe("every table that the migrations make", () => {
  const tables = () =>
    db.ownerQuery<{ name: string; enabled: boolean; forced: boolean; tenant: boolean; owner: string }>(
      `select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
         exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull) as tenant,
         pg_get_userbyid(c.relowner) as owner
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> all($1) order by 1`,
      [OWN_BOOKKEEPING],
    );

  it("belongs to a tenant, with row-level security enabled and forced", async () => {
    const found = await tables();
    expect(found.length).toBeGreaterThan(15);
    expect(found.filter(({ enabled, forced, tenant }) => !(enabled && forced && tenant))).toEqual([]);
  });

  it("lets rows in and out by the tenant alone", async () => {
    const open = await db.ownerQuery(
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> all($1) and not exists (
         select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polpermissive
           and pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
           and pg_get_expr(p.polqual, p.polrelid) like '(tenant_id = %app.tenant_id%')`,
      [OWN_BOOKKEEPING],
    );
    expect(open).toEqual([]);
  });

  it("has no policy beside, but those that let the feeds' counters, the list of tenants and the webhooks' progress be read", async () => {
    const others = await db.ownerQuery<{ name: string }>(
      `select polname as name from pg_policy p join pg_class c on c.oid = p.polrelid
       where polname <> c.relname || '_tenant' order by 1`,
    );
    expect(others.map(({ name }) => name)).toEqual(["feeds_tailed", "tenants_listed", "webhook_progress_swept"]);
    const writing = await db.ownerQuery(
      "select polname from pg_policy where polname in ('feeds_tailed', 'tenants_listed', 'webhook_progress_swept') and polcmd <> 'r'",
    );
    expect(writing).toEqual([]);
  });

  it("begins its primary key, and every unique and foreign key, with the tenant", async () => {
    const found = await db.ownerQuery(
      `select c.conname, c.conrelid::regclass::text as table from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
       where c.connamespace = 'public'::regnamespace and c.contype in ('p', 'u', 'f', 'x') and a.attname <> 'tenant_id'
         and c.conrelid::regclass::text <> all($1)`,
      [OWN_BOOKKEEPING],
    );
    expect(found).toEqual([]);
    const unique = await db.ownerQuery(
      `select i.indexrelid::regclass::text from pg_index i
       join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
       where n.nspname = 'public' and a.attname <> 'tenant_id' and c.relname <> all($1)`,
      [OWN_BOOKKEEPING],
    );
    expect(unique).toEqual([]);
    const keyless = await db.ownerQuery(
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p')
         and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')`,
    );
    expect(keyless).toEqual([]);
  });
});

describe("the application's role", () => {
  it("owns nothing, may not log in, and passes no row-level security", async () => {
    const [role] = await db.ownerQuery(
      `select rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb,
         exists (select from pg_class where relowner = r.oid) as owns_tables,
         exists (select from pg_proc where proowner = r.oid) as owns_functions,
         exists (select from pg_namespace where nspowner = r.oid) as owns_schemas
       from pg_roles r where rolname = $1`,
      [APPLICATION_ROLE],
    );
    expect(Object.values(role!)).toEqual(Object.values(role!).map(() => false));
  });

  it("is what every statement runs as", async () => {
    const who = statement("test.who", "select current_user::text as name");
    const { tenantId } = await Facts.ofNewTenant(db);
    const asked = [
      db.database.read(tenantId, (tx) => tx.query<{ name: string }>(who, [])),
      db.database.write(tenantId, (tx) => tx.query<{ name: string }>(who, [])),
      db.database.across((tx) => tx.query<{ name: string }>(who, [])),
    ];
    for (const rows of await Promise.all(asked)) expect(rows).toEqual([{ name: APPLICATION_ROLE }]);
  });
});

describe("a statement of the job queue", () => {
  const WHO = "select current_user::text as who";

  it.each<[string, string, unknown[]]>([
    ["alone", WHO, []],
    ["with values", `${WHO} where $1::boolean`, [true]],
    ["as the last of several", `select 1; ${WHO}`, []],
  ])("(%s) runs as the application's role, which ends with it", async (_name, text, values) => {
    expect((await db.database.outsideTenants(text, values)).rows).toEqual([{ who: APPLICATION_ROLE }]);
    const after = await Promise.all(Array.from({ length: 16 }, () => db.database.dataSource.query(WHO)));
    expect(after.flat()).not.toContainEqual({ who: APPLICATION_ROLE });
  });

  it("may begin and end a transaction by itself, and leaves nothing open when it fails", async () => {
    await db.database.outsideTenants(`begin; ${WHO}; commit`);
    await expect(db.database.outsideTenants("begin; select 1/0; commit")).rejects.toThrow("division by zero");
    await expect(db.database.outsideTenants("select 1/$1::integer", [0])).rejects.toThrow("division by zero");
    const after = await Promise.all(Array.from({ length: 16 }, () => db.database.dataSource.query(WHO)));
    expect(after.flat()).not.toContainEqual({ who: APPLICATION_ROLE });
  });
});

describe("the rows of a tenant", () => {
  const everyRecord = statement("test.everyRecord", "select record_id as id from records");
  const steal = statement("test.steal", "update records set key = 'stolen' where record_id = $1 returning record_id");
  const remove = statement("test.remove", "delete from records where record_id = $1 returning record_id");
  const plant = statement(
    "test.plant",
    `insert into records as r (tenant_id, record_id, source, key, profile_id, since_position, created_at)
     values ($1, $2, 's', 'k', $2, 1, now()) returning r.record_id`,
  );
  const move = statement("test.move", "update records set tenant_id = $1 returning record_id");

  it("are seen by nobody else, though a statement forgot to ask for the tenant", async () => {
    const mine = await Facts.ofNewTenant(db);
    const theirs = await Facts.ofNewTenant(db);
    const record = await mine.record();
    expect(await db.database.read(mine.tenantId, (tx) => tx.query(everyRecord, []))).toEqual([{ id: record }]);
    expect(await db.database.read(theirs.tenantId, (tx) => tx.query(everyRecord, []))).toEqual([]);
  });

  it("are changed and removed by nobody else", async () => {
    const mine = await Facts.ofNewTenant(db);
    const theirs = await Facts.ofNewTenant(db);
    const record = await mine.record();
    for (const theft of [steal, remove]) {
      expect(await db.database.write(theirs.tenantId, (tx) => tx.query(theft, [record]))).toEqual([]);
    }
    expect(await db.database.read(mine.tenantId, (tx) => tx.query(everyRecord, []))).toHaveLength(1);
  });

  it("are planted by nobody else, and cannot be moved to another tenant", async () => {
    const mine = await Facts.ofNewTenant(db);
    const theirs = await Facts.ofNewTenant(db);
    await mine.record();
    const refused = { code: "42501" };
    const planted = db.database.write(theirs.tenantId, (tx) => tx.query(plant, [mine.tenantId, newUuid()]));
    await expect(planted).rejects.toMatchObject(refused);
    const moved = db.database.write(mine.tenantId, (tx) => tx.query(move, [theirs.tenantId]));
    await expect(moved).rejects.toMatchObject(refused);
  });

  it("are not seen with no tenant set, nor across tenants", async () => {
    const mine = await Facts.ofNewTenant(db);
    await mine.record();
    expect(await db.database.across((tx) => tx.query(everyRecord, []))).toEqual([]);
    await db.ownerQuery("begin");
    await db.ownerQuery(`set local role ${APPLICATION_ROLE}`);
    const seen = await db.ownerQuery(
      "select 1 from records union all select 1 from feeds union all select 1 from tenants",
    );
    await db.ownerQuery("rollback");
    expect(seen).toEqual([]);
  });
});
