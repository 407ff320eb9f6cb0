import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/** The change feed: one counter row a tenant, and one entry a position. */
export class Feed1790000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table feeds (
        tenant_id uuid constraint feeds_key primary key constraint feeds_tenant references tenants on delete cascade,
        position bigint not null,
        tag bigint not null,
        at timestamptz not null,
        rules_version integer not null default 1,
        rules_applied integer not null default 1
      ) with (fillfactor = 20);
      ${sealTable("feeds")}
      create policy feeds_tailed on feeds for select using (current_setting('app.all_tenants', true) = 'on');

      create table changes (
        tenant_id uuid not null,
        position bigint not null,
        tag bigint not null,
        at timestamptz not null,
        kind text not null,
        profile_id uuid not null,
        related_ids uuid[] not null,
        record_id uuid,
        interaction_id uuid,
        source text,
        channel text,
        constraint changes_key primary key (tenant_id, position)
      );
      create index changes_by_profile on changes (tenant_id, profile_id, position);
      ${sealTable("changes")}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table changes; drop table feeds;");
  }
}
