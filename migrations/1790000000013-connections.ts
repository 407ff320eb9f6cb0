import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/**
 * Systems that send deliveries, with their sealed credentials; what they sent that could not be taken; and when a source
 * last had a person removed, under a keyed digest that outlives the person.
 */
export class Connections1790000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table connections (
        tenant_id uuid not null constraint connections_tenant references tenants on delete cascade,
        source text not null,
        system text not null,
        connected_at timestamptz not null,
        last_delivery_at timestamptz,
        deliveries bigint not null default 0,
        accepted bigint not null default 0,
        duplicates bigint not null default 0,
        unknown bigint not null default 0,
        refused bigint not null default 0,
        constraint connections_key primary key (tenant_id, source)
      );
      ${sealTable("connections")}

      create table connection_credentials (
        tenant_id uuid not null,
        source text not null,
        credential_id uuid not null,
        key_id text not null,
        sealed bytea not null,
        fields text[] not null,
        since timestamptz not null,
        until timestamptz,
        constraint connection_credentials_key primary key (tenant_id, source, credential_id),
        constraint connection_credentials_connection foreign key (tenant_id, source)
          references connections on delete cascade
      );
      ${sealTable("connection_credentials")}

      create table kept_deliveries (
        tenant_id uuid not null constraint kept_deliveries_tenant references tenants on delete cascade,
        delivery_id uuid not null,
        key_id text not null,
        sealed bytea not null,
        received_at timestamptz not null,
        constraint kept_deliveries_key primary key (tenant_id, delivery_id)
      );
      create index kept_deliveries_by_time on kept_deliveries (tenant_id, received_at);
      ${sealTable("kept_deliveries")}

      create table dead_letters (
        tenant_id uuid not null constraint dead_letters_tenant references tenants on delete cascade,
        letter_id uuid not null,
        source text not null,
        system text not null,
        kind text not null,
        code text not null,
        reason text not null,
        trusted boolean not null,
        item text not null,
        whole boolean not null,
        digest uuid not null,
        delivery_id uuid,
        received_at timestamptz not null,
        last_seen_at timestamptz not null,
        times integer not null default 1,
        constraint dead_letters_key primary key (tenant_id, letter_id),
        constraint dead_letters_digest unique (tenant_id, digest)
      );
      create index dead_letters_by_source on dead_letters (tenant_id, source, letter_id);
      create index dead_letters_by_delivery on dead_letters (tenant_id, delivery_id);
      create index dead_letters_by_time on dead_letters (tenant_id, last_seen_at);
      ${sealTable("dead_letters")}

      create table source_removals (
        tenant_id uuid not null constraint source_removals_tenant references tenants on delete cascade,
        removal_id uuid not null,
        at timestamptz not null,
        constraint source_removals_key primary key (tenant_id, removal_id)
      );
      ${sealTable("source_removals")}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table source_removals;
      drop table dead_letters;
      drop table kept_deliveries;
      drop table connection_credentials;
      drop table connections;
    `);
  }
}
