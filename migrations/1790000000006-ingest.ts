import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/** The idempotency ledger: keyed digests only, so that it can outlive the person and the interaction. */
export class Ingest1790000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table deliveries (
        tenant_id uuid not null,
        delivery_id uuid not null,
        payload_hash uuid not null,
        interaction_id uuid not null,
        constraint deliveries_key primary key (tenant_id, delivery_id)
      );
      ${sealTable("deliveries")}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table deliveries;");
  }
}
