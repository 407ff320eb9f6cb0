import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/**
 * What is derived to compare persons, for tenants whose rules ask for it: of each record what it says of its person and
 * the keys under which records are found that may be alike; and the pairs that were compared and found alike.
 */
export class Similarity1790000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table similarity_states (
        tenant_id uuid not null constraint similarity_states_tenant references tenants on delete cascade,
        rules_version integer not null,
        ready boolean not null,
        indexed_through uuid,
        indexed_records bigint not null,
        constraint similarity_states_key primary key (tenant_id)
      );
      ${sealTable("similarity_states")}

      create table similarity_profiles (
        tenant_id uuid not null,
        record_id uuid not null,
        keys bigint[] not null,
        profile text not null,
        constraint similarity_profiles_key primary key (tenant_id, record_id)
      );
      ${sealTable("similarity_profiles")}

      create table similarity_keys (
        tenant_id uuid not null,
        key bigint not null,
        record_id uuid not null,
        constraint similarity_keys_key primary key (tenant_id, key, record_id)
      );
      ${sealTable("similarity_keys")}

      create table similar_pairs (
        tenant_id uuid not null,
        record_a uuid not null,
        record_b uuid not null,
        strength double precision not null,
        comparisons json not null,
        suggested boolean not null,
        constraint similar_pairs_key primary key (tenant_id, record_a, record_b)
      );
      create index similar_pairs_by_younger on similar_pairs (tenant_id, record_b);
      create index similar_pairs_suggested on similar_pairs (tenant_id, strength desc, record_a, record_b)
        where suggested;
      ${sealTable("similar_pairs")}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table similar_pairs;
      drop table similarity_keys;
      drop table similarity_profiles;
      drop table similarity_states;
    `);
  }
}
