import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/**
 * What happened. Interactions belong to a source record and are never moved. They carry no foreign key to it: the check
 * would lock the record's row once an event, and records are removed by one place only, which removes these with them.
 */
export class Timeline1790000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table interactions (
        tenant_id uuid not null,
        interaction_id uuid not null,
        record_id uuid not null,
        source text not null,
        message_id text not null,
        channel text not null,
        kind text not null,
        direction text not null,
        visibility text not null,
        occurred_at timestamptz not null,
        received_at timestamptz not null,
        conversation_key text,
        actor text,
        text text,
        data json,
        constraint interactions_key primary key (tenant_id, interaction_id)
      );
      create index interactions_by_record on interactions (tenant_id, record_id, occurred_at desc, interaction_id desc);
      create index interactions_by_conversation
        on interactions (tenant_id, record_id, conversation_key, occurred_at desc, interaction_id desc)
        where conversation_key is not null;
      ${sealTable("interactions")}

      create table record_activity (
        tenant_id uuid not null,
        record_id uuid not null,
        channel text not null,
        interactions integer not null,
        first_at timestamptz not null,
        last_at timestamptz not null,
        constraint record_activity_key primary key (tenant_id, record_id, channel)
      ) with (fillfactor = 70);
      create index record_activity_by_time on record_activity (tenant_id, last_at desc, record_id);
      ${sealTable("record_activity")}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table record_activity; drop table interactions;");
  }
}
