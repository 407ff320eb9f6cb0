import { MigrationInterface, QueryRunner } from "typeorm";
import { APPLICATION_ROLE, sealTable } from "./seal-table";

/** The application's role, tenants and their keys. */
export class Tenants1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- PostgreSQL asks for the right to make roles before it looks whether the role is there.
      do $$ begin
        if not exists (select from pg_roles where rolname = '${APPLICATION_ROLE}') then
          create role ${APPLICATION_ROLE} nologin;
        end if;
      exception when duplicate_object or unique_violation then null;
      end $$;
      -- Another database of this cluster may have made the role; whoever runs this then has to be its member already.
      do $$ begin
        grant ${APPLICATION_ROLE} to current_user;
      exception when insufficient_privilege then null;
      end $$;
      grant usage on schema public to ${APPLICATION_ROLE};

      create function use_tenant(tenant uuid) returns void language plpgsql as $$ begin
        execute format('set local app.tenant_id = %L', tenant);
        set local role ${APPLICATION_ROLE};
      end $$;
      create function use_all_tenants() returns void language plpgsql as $$ begin
        set local app.all_tenants = 'on';
        set local role ${APPLICATION_ROLE};
      end $$;

      create table tenants (
        tenant_id uuid constraint tenants_key primary key,
        name text not null,
        hash_key bytea not null,
        cursor_key bytea not null,
        created_at timestamptz not null,
        suspended_at timestamptz
      );
      ${sealTable("tenants")}
      create policy tenants_listed on tenants for select using (current_setting('app.all_tenants', true) = 'on');

      create table api_keys (
        tenant_id uuid not null constraint api_keys_tenant references tenants on delete cascade,
        key_id uuid not null,
        name text not null,
        role text not null,
        secret_hash bytea not null,
        created_at timestamptz not null,
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        constraint api_keys_key primary key (tenant_id, key_id),
        constraint api_keys_secret unique (tenant_id, secret_hash)
      );
      ${sealTable("api_keys")}
    `);
  }

  /** The role stays: it belongs to the cluster, and other databases may hold objects that name it. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table api_keys;
      drop table tenants;
      drop function use_all_tenants();
      drop function use_tenant(uuid);
    `);
  }
}
