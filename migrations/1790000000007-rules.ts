import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/**
 * How far each version of the rules has been applied to what was there before it, and the spellings of identifiers that
 * a version made one: they are facts, and other rules tell them apart again.
 */
export class Rules1790000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table identity_rules
        add column applied_through uuid,
        add column applied_records bigint not null default 0,
        add column total_records bigint;
      create index feeds_to_apply on feeds (tenant_id) where rules_applied < rules_version;

      create table identifier_spellings (
        tenant_id uuid not null,
        record_id uuid not null,
        identifier_id uuid not null,
        raw text not null,
        assurance smallint not null,
        message_id text,
        first_seen_at timestamptz not null,
        last_seen_at timestamptz not null,
        constraint identifier_spellings_key primary key (tenant_id, record_id, identifier_id, raw),
        constraint identifier_spellings_link foreign key (tenant_id, record_id, identifier_id)
          references identifier_links on delete cascade
      );
      ${sealTable("identifier_spellings")}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table identifier_spellings;
      drop index feeds_to_apply;
      alter table identity_rules drop column applied_through, drop column applied_records, drop column total_records;
    `);
  }
}
