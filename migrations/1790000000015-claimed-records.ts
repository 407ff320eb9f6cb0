import { MigrationInterface, QueryRunner } from "typeorm";

/**
 * What PUBLIC keys say of a source's person stands in a record of its own beside the one that the company itself sends:
 * the two have source and key in common, and nothing else.
 */
export class ClaimedRecords1790000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table records
        add column claimed boolean not null default false,
        drop constraint records_source_key,
        add constraint records_source_key unique (tenant_id, source, key, claimed);
    `);
  }

  /** Where both exist, the claimed one gets a key that no other has: nothing that hangs on it is lost. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table records no force row level security;
      update records c set key = c.key || ' claimed ' || c.record_id
      from records t
      where c.claimed and t.tenant_id = c.tenant_id and t.source = c.source and t.key = c.key and not t.claimed;
      alter table records force row level security;
      alter table records
        drop constraint records_source_key,
        drop column claimed,
        add constraint records_source_key unique (tenant_id, source, key);
    `);
  }
}
