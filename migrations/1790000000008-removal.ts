import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/**
 * What is left of removed records and erased customers: ids that lead on, and a note that it was done. The index finds
 * who carried a value at a moment of the past, and whether anybody ever did; `contested` tells of which values the times
 * have to be kept to answer for the past.
 */
export class Removal1790000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table record_tombstones (
        tenant_id uuid not null constraint record_tombstones_tenant references tenants on delete cascade,
        record_id uuid not null,
        led_to uuid not null,
        since_position bigint not null,
        constraint record_tombstones_key primary key (tenant_id, record_id)
      );
      create index record_tombstones_by_target on record_tombstones (tenant_id, led_to);
      ${sealTable("record_tombstones")}

      create table erasures (
        tenant_id uuid not null constraint erasures_tenant references tenants on delete cascade,
        erasure_id uuid not null,
        profile_id uuid not null,
        at timestamptz not null,
        actor text not null,
        reason text not null,
        counts jsonb not null,
        constraint erasures_key primary key (tenant_id, erasure_id)
      );
      ${sealTable("erasures")}

      create index past_identifier_links_by_identifier
        on past_identifier_links (tenant_id, identifier_id, to_position);

      alter table attribute_observations add column contested boolean not null default false;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table attribute_observations drop column contested;
      drop index past_identifier_links_by_identifier;
      drop table erasures;
      drop table record_tombstones;
    `);
  }
}
