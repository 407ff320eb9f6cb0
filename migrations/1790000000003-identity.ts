import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/**
 * The facts of identity. What holds now stands in a table of its own with the position since which it holds; what has
 * ceased to hold moves to the `past_` table of the same name with the positions between which it held.
 */
export class Identity1790000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table records (
        tenant_id uuid not null constraint records_tenant references tenants on delete cascade,
        record_id uuid not null,
        source text not null,
        key text not null,
        profile_id uuid not null,
        since_position bigint not null,
        created_at timestamptz not null,
        constraint records_key primary key (tenant_id, record_id),
        constraint records_source_key unique (tenant_id, source, key)
      ) with (fillfactor = 90);
      create index records_by_profile on records (tenant_id, profile_id);
      ${sealTable("records")}

      create table past_memberships (
        tenant_id uuid not null,
        record_id uuid not null,
        profile_id uuid not null,
        from_position bigint not null,
        to_position bigint not null,
        constraint past_memberships_key primary key (tenant_id, record_id, to_position)
      );
      create index past_memberships_by_profile on past_memberships (tenant_id, profile_id, to_position);
      ${sealTable("past_memberships")}

      create table identifiers (
        tenant_id uuid not null,
        identifier_id uuid not null,
        kind text not null,
        namespace text not null,
        value text not null,
        status text not null,
        constraint identifiers_key primary key (tenant_id, identifier_id)
      );
      ${sealTable("identifiers")}

      create table identifier_links (
        tenant_id uuid not null,
        record_id uuid not null,
        identifier_id uuid not null,
        source text not null,
        raw text not null,
        assurance smallint not null,
        message_id text,
        first_seen_at timestamptz not null,
        last_seen_at timestamptz not null,
        since_position bigint not null,
        constraint identifier_links_key primary key (tenant_id, record_id, identifier_id),
        constraint identifier_links_record foreign key (tenant_id, record_id) references records,
        constraint identifier_links_identifier foreign key (tenant_id, identifier_id) references identifiers
      ) with (fillfactor = 80);
      create index identifier_links_by_identifier on identifier_links (tenant_id, identifier_id, source);
      ${sealTable("identifier_links")}

      create table past_identifier_links (
        tenant_id uuid not null,
        record_id uuid not null,
        identifier_id uuid not null,
        source text not null,
        raw text not null,
        assurance smallint not null,
        message_id text,
        first_seen_at timestamptz not null,
        last_seen_at timestamptz not null,
        from_position bigint not null,
        to_position bigint not null,
        constraint past_identifier_links_key primary key (tenant_id, record_id, identifier_id, to_position)
      );
      ${sealTable("past_identifier_links")}

      create table attribute_observations (
        tenant_id uuid not null,
        record_id uuid not null,
        name text not null,
        trusted boolean not null,
        value json not null,
        observed_at timestamptz not null,
        since_position bigint not null,
        constraint attribute_observations_key primary key (tenant_id, record_id, name, trusted),
        constraint attribute_observations_record foreign key (tenant_id, record_id) references records
      ) with (fillfactor = 80);
      ${sealTable("attribute_observations")}

      create table past_attribute_observations (
        tenant_id uuid not null,
        record_id uuid not null,
        name text not null,
        trusted boolean not null,
        value json not null,
        observed_at timestamptz not null,
        from_position bigint not null,
        to_position bigint not null,
        constraint past_attribute_observations_key primary key (tenant_id, record_id, name, trusted, to_position)
      );
      ${sealTable("past_attribute_observations")}

      create table rulings (
        tenant_id uuid not null constraint rulings_tenant references tenants on delete cascade,
        ruling_id uuid not null,
        kind text not null,
        actor text not null,
        reason text,
        position bigint not null,
        made_at timestamptz not null,
        revoked_position bigint,
        revoked_at timestamptz,
        revoked_by text,
        constraint rulings_key primary key (tenant_id, ruling_id)
      );
      ${sealTable("rulings")}

      create table ruling_records (
        tenant_id uuid not null,
        ruling_id uuid not null,
        record_id uuid not null,
        side smallint not null,
        constraint ruling_records_key primary key (tenant_id, ruling_id, record_id),
        constraint ruling_records_ruling foreign key (tenant_id, ruling_id) references rulings on delete cascade
      );
      create index ruling_records_by_record on ruling_records (tenant_id, record_id);
      ${sealTable("ruling_records")}

      create table identity_events (
        tenant_id uuid not null,
        event_id uuid not null,
        position bigint not null,
        kind text not null,
        at timestamptz not null,
        ruling_id uuid,
        actor text,
        reason text,
        profile_ids uuid[] not null,
        evidence jsonb not null,
        constraint identity_events_key primary key (tenant_id, event_id)
      );
      ${sealTable("identity_events")}

      create table identity_event_profiles (
        tenant_id uuid not null,
        profile_id uuid not null,
        position bigint not null,
        event_id uuid not null,
        constraint identity_event_profiles_key primary key (tenant_id, profile_id, position, event_id),
        constraint identity_event_profiles_event
          foreign key (tenant_id, event_id) references identity_events on delete cascade
      );
      ${sealTable("identity_event_profiles")}

      create table identity_rules (
        tenant_id uuid not null constraint identity_rules_tenant references tenants on delete cascade,
        version integer not null,
        rules jsonb not null,
        since_position bigint not null,
        created_at timestamptz not null,
        actor text not null,
        constraint identity_rules_key primary key (tenant_id, version)
      );
      ${sealTable("identity_rules")}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table identity_rules;
      drop table identity_event_profiles;
      drop table identity_events;
      drop table ruling_records;
      drop table rulings;
      drop table past_attribute_observations;
      drop table attribute_observations;
      drop table past_identifier_links;
      drop table identifier_links;
      drop table identifiers;
      drop table past_memberships;
      drop table records;
    `);
  }
}
