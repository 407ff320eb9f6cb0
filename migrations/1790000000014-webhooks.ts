import PgBoss from "pg-boss";
import { MigrationInterface, QueryRunner } from "typeorm";
import { APPLICATION_ROLE, sealTable } from "./seal-table";

/** Where pg-boss keeps its tables. */
export const JOBS_SCHEMA = "onefold_jobs";
/** The queue of webhook endpoints that have something to send. */
export const WEBHOOKS_QUEUE = "webhooks";

/**
 * Outgoing webhooks: endpoints, how far each has come in the feed, and what was sent to it; and the job queue that hands
 * the work to servers.
 *
 * The tables of the queue belong to pg-boss and to no tenant: a job names a tenant and an endpoint by their ids and holds
 * nothing else. They are made here, by their owner, since the application's role makes no tables.
 */
export class Webhooks1790000000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table webhook_endpoints (
        tenant_id uuid not null constraint webhook_endpoints_tenant references tenants on delete cascade,
        endpoint_id uuid not null,
        url text not null,
        description text,
        kinds text[] not null,
        source text,
        secret_key_id text not null,
        secret bytea not null,
        previous_key_id text,
        previous_secret bytea,
        previous_until timestamptz,
        created_at timestamptz not null,
        constraint webhook_endpoints_key primary key (tenant_id, endpoint_id)
      );
      ${sealTable("webhook_endpoints")}

      create table webhook_progress (
        tenant_id uuid not null,
        endpoint_id uuid not null,
        active boolean not null,
        position bigint not null,
        tag bigint not null,
        is_full boolean not null,
        due_at timestamptz,
        hold_until timestamptz,
        busy_until timestamptz,
        round bigint not null,
        failures integer not null,
        failing_since timestamptz,
        last_success_at timestamptz,
        last_error text,
        constraint webhook_progress_key primary key (tenant_id, endpoint_id),
        constraint webhook_progress_endpoint
          foreign key (tenant_id, endpoint_id) references webhook_endpoints on delete cascade
      ) with (fillfactor = 50);
      create index webhook_progress_active on webhook_progress (tenant_id, endpoint_id) where active;
      ${sealTable("webhook_progress")}
      create policy webhook_progress_swept on webhook_progress
        for select using (current_setting('app.all_tenants', true) = 'on');

      create table webhook_deliveries (
        tenant_id uuid not null,
        endpoint_id uuid not null,
        position bigint not null,
        tag bigint not null,
        kind text not null,
        profile_id uuid,
        related_ids uuid[] not null,
        status text not null,
        attempts integer not null,
        created_at timestamptz not null,
        first_attempt_at timestamptz,
        last_attempt_at timestamptz,
        next_attempt_at timestamptz not null,
        last_status integer,
        last_error text,
        constraint webhook_deliveries_key primary key (tenant_id, endpoint_id, position),
        constraint webhook_deliveries_endpoint
          foreign key (tenant_id, endpoint_id) references webhook_endpoints on delete cascade
      ) with (fillfactor = 80);
      create index webhook_deliveries_by_status on webhook_deliveries (tenant_id, endpoint_id, status, position);
      ${sealTable("webhook_deliveries")}
    `);
    await runner.query(withoutTransaction(PgBoss.getConstructionPlans(JOBS_SCHEMA)));
    await runner.query(`
      select ${JOBS_SCHEMA}.create_queue('${WEBHOOKS_QUEUE}',
        '{"policy": "short", "retryLimit": 3, "retryDelay": 0, "expireInSeconds": 60}');
      grant usage on schema ${JOBS_SCHEMA} to ${APPLICATION_ROLE};
      grant select, insert, update, delete on all tables in schema ${JOBS_SCHEMA} to ${APPLICATION_ROLE};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop schema ${JOBS_SCHEMA} cascade;
      drop table webhook_deliveries;
      drop table webhook_progress;
      drop table webhook_endpoints;
    `);
  }
}

/** All migrations are taken in one transaction or none is: the one that pg-boss opens and commits by itself goes. */
function withoutTransaction(plans: string): string {
  return plans.replace(/^\s*BEGIN;/, "").replace(/COMMIT;\s*$/, "");
}
