import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/**
 * A number for each tenant that rises whenever a key or the tenant itself stops, or begins again, to open anything; and
 * what is left of entries of the feed that retention took away: where it now begins, and the times of its positions.
 */
export class AccessAndRetention1790000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table tenants add column access_version bigint not null default 1;

      create table feed_edges (
        tenant_id uuid constraint feed_edges_key primary key
          constraint feed_edges_tenant references tenants on delete cascade,
        position bigint not null default 0,
        tag bigint not null default 0,
        looked_at timestamptz not null default '-infinity'
      );
      ${sealTable("feed_edges")}

      create table feed_moments (
        tenant_id uuid not null constraint feed_moments_tenant references tenants on delete cascade,
        at timestamptz not null,
        position bigint not null,
        tag bigint not null,
        constraint feed_moments_key primary key (tenant_id, at, position)
      );
      ${sealTable("feed_moments")}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table feed_moments;
      drop table feed_edges;
      alter table tenants drop column access_version;
    `);
  }
}
