import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/** Words by which a profile is found, kept by record, so that a merge moves none of them. */
export class Search1790000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table search_tokens (
        tenant_id uuid not null,
        token text collate "C" not null,
        record_id uuid not null,
        constraint search_tokens_key primary key (tenant_id, token, record_id)
      );
      create index search_tokens_by_record on search_tokens (tenant_id, record_id, token);
      ${sealTable("search_tokens")}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table search_tokens;");
  }
}
