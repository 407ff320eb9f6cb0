import PgBoss from "pg-boss";
import { JOBS_SCHEMA, WEBHOOKS_QUEUE } from "../../../migrations/1790000000014-webhooks";
import { Database } from "../../db/database";
import { Log } from "../../log";

/** How often, in seconds, the queue looks for work of servers that are gone; one server of the fleet does it. */
const MAINTAINED_EVERY_SECONDS = 60;

/** An endpoint that has something to do. */
export interface EndpointJob {
  readonly tenantId: string;
  readonly endpointId: string;
}

export interface TakenJob extends EndpointJob {
  readonly id: string;
}

/**
 * The job queue (pg-boss, on PostgreSQL) that hands endpoints to servers, each job to one.
 *
 * A job says no more than "look at this endpoint": that an endpoint has something to do is known from the feed and from its
 * deliveries, so that a job which is lost, late or there twice does no harm. Of one endpoint at most one job waits.
 */
export class WebhookQueue {
  private readonly boss: PgBoss;

  constructor(database: Database, log: Log) {
    this.boss = new PgBoss({
      schema: JOBS_SCHEMA,
      db: { executeSql: (text: string, values: unknown[]) => database.outsideTenants(text, values) },
      migrate: false,
      schedule: false,
      maintenanceIntervalSeconds: MAINTAINED_EVERY_SECONDS,
    });
    this.boss.on("error", (error) => log.warn({ err: error }, "the job queue could not be looked after; trying again"));
  }

  async start(): Promise<void> {
    await this.boss.start();
  }

  async stop(): Promise<void> {
    await this.boss.stop({ graceful: false, close: false });
  }

  async add(jobs: readonly EndpointJob[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.boss.insert(
      jobs.map((job) => ({
        name: WEBHOOKS_QUEUE,
        data: { ...job },
        singletonKey: `${job.tenantId}/${job.endpointId}`,
      })),
    );
  }

  /** Up to `limit` jobs that no other server has. */
  async take(limit: number): Promise<TakenJob[]> {
    const jobs = await this.boss.fetch<EndpointJob>(WEBHOOKS_QUEUE, { batchSize: limit });
    return jobs.map(({ id, data }) => ({ id, ...data }));
  }

  async finish({ id }: TakenJob): Promise<void> {
    await this.boss.deleteJob(WEBHOOKS_QUEUE, id);
  }
}
