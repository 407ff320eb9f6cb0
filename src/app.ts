import "reflect-metadata";
import { setTimeout as pause } from "node:timers/promises";
import { Logger } from "pino";
import { AccessService } from "./access/access.service";
import { ensureDefaultTenant } from "./access/default-tenant";
import { SecretBox } from "./access/secret-box";
import { TenantService } from "./access/tenant.service";
import { TokenVerifier } from "./access/token-verifier";
import { Config } from "./config";
import { ConnectionService } from "./connect/connections/connection.service";
import { DeadLetterService } from "./connect/dead-letters/dead-letter.service";
import { ExportService } from "./connect/export/export.service";
import { Outbound } from "./connect/outbound/outbound";
import { WebhookService } from "./connect/outbound/webhook.service";
import { DeliveryService } from "./connect/pipeline/delivery.service";
import { DeliveryCounts } from "./connect/pipeline/delivery-counts";
import { ItemIntake } from "./connect/pipeline/item-intake";
import { SourceRecordsService } from "./connect/sync/source-records.service";
import { TrackingService } from "./connect/tracking/tracking.service";
import { Database } from "./db/database";
import { FeedService } from "./feed/feed.service";
import { FeedRetention } from "./feed/feed-retention";
import { FeedSignal } from "./feed/feed-signal";
import { FeedTail } from "./feed/feed-tail";
import { NatsBus } from "./feed/nats-bus";
import { Services } from "./graphql/services";
import { ExplainService } from "./identity/explain/explain.service";
import { RulesPreviewService } from "./identity/preview/rules-preview.service";
import { RulesService } from "./identity/rules/rules.service";
import { RulesApplier } from "./identity/rules/rules-applier";
import { RulesSettingService } from "./identity/rules/rules-setting.service";
import { RulingService } from "./identity/rulings/ruling.service";
import { LearnWeightsService } from "./identity/similarity/learn-weights.service";
import { IngestService } from "./ingest/ingest.service";
import { NoteService } from "./ingest/note.service";
import { RecordKeyService } from "./ingest/record-key.service";
import { LiveService } from "./live/live.service";
import { AsOfService } from "./profile/as-of.service";
import { ErasureService } from "./profile/erasure.service";
import { EvidenceService } from "./profile/evidence.service";
import { HistoryService } from "./profile/history.service";
import { ProfileService } from "./profile/profile.service";
import { ProfileListService } from "./profile/profile-list.service";
import { RemovalService } from "./profile/removal.service";
import { respell } from "./profile/respell";
import { RulingAnswerService } from "./profile/ruling-answer.service";
import { SharedWithService } from "./profile/shared-with.service";
import { SuggestionService } from "./profile/suggestion.service";
import { startServer } from "./server/start-server";
import { AsOfTimelineService } from "./timeline/as-of-timeline.service";
import { Reads } from "./timeline/reads";
import { TimelineService } from "./timeline/timeline.service";

/** The drain has a limit of its own; this much later it is given up on. */
const DRAIN_GRACE_MS = 5_000;
/** How long the pool may wait for statements of requests that the drain gave up on. */
const POOL_CLOSED_WITHIN_MS = 2_000;

export interface AppOptions {
  readonly config: Config;
  /** A database with the schema of this code. */
  readonly databaseUrl: string;
  /** The secret of the OPERATOR key to make, unless it is there. */
  readonly adminKey: string | null;
  readonly log: Logger;
}

export interface App {
  /** The base address, with the port that was taken. */
  readonly url: string;
  readonly port: number;
  /** Answers open requests for up to `config.drainSeconds` (see `startServer`), then closes what is behind them. */
  close(): Promise<void>;
}

/** The composition root: every service is made here, once, and knows only what it is handed. */
export async function openApp({ config, databaseUrl, adminKey, log }: AppOptions): Promise<App> {
  const bus = config.bus === null ? undefined : await NatsBus.load(config.bus, log);
  const { poolSize, preparedStatements } = config;
  const database = await Database.open(databaseUrl, { poolSize, preparedStatements });
  const tokens = config.tokens === null ? null : new TokenVerifier(config.tokens, log);
  const access = new AccessService(database, log, tokens);
  const feedSignal = new FeedSignal(bus ?? database, log);
  const feedTail = new FeedTail(database, feedSignal, log, { bus });
  const rules = new RulesService(database);
  const rulesApplier = new RulesApplier(database, feedSignal, log, respell);
  const feed = new FeedService(access);
  const feedRetention = new FeedRetention(database, log, config.feedRetentionDays);
  const live = new LiveService(database, feed, feedTail, log);
  const reads = new Reads(database);
  const profiles = new ProfileService(reads, feed, rules);
  const rulings = new RulingService(database, rules, feedSignal);
  const evidence = new EvidenceService(reads);
  const removals = new RemovalService(database, rules, feedSignal);
  const ingest = new IngestService(database, rules, feedSignal);
  const box = new SecretBox(config.secretsKeys);
  const counts = new DeliveryCounts(database, log);
  const connections = new ConnectionService(database, box, counts, log);
  const intake = new ItemIntake(database, ingest, rulings, removals);
  const deadLetters = new DeadLetterService(database, box, connections, intake, log);
  const outbound = new Outbound({ database, feed, tail: feedTail, secrets: box, allow: config.webhookAllow, log });
  const services = new Services()
    .add(AccessService, access)
    .add(TenantService, new TenantService(database, access))
    .add(FeedService, feed)
    .add(LiveService, live)
    .add(TimelineService, new TimelineService(reads))
    .add(ProfileService, profiles)
    .add(ProfileListService, new ProfileListService(reads, profiles))
    .add(RulesService, rules)
    .add(RulesSettingService, new RulesSettingService(database, rules, () => rulesApplier.wake()))
    .add(RulesPreviewService, new RulesPreviewService(database, feed))
    .add(LearnWeightsService, new LearnWeightsService(database))
    .add(RulingService, rulings)
    .add(ExplainService, new ExplainService(database, rules))
    .add(EvidenceService, evidence)
    .add(RulingAnswerService, new RulingAnswerService(reads, rulings, profiles, evidence))
    .add(SuggestionService, new SuggestionService(reads, rules, rulings, evidence))
    .add(HistoryService, new HistoryService(reads, profiles, evidence))
    .add(SharedWithService, new SharedWithService(reads))
    .add(AsOfService, new AsOfService(reads, feed))
    .add(AsOfTimelineService, new AsOfTimelineService(reads))
    .add(RemovalService, removals)
    .add(ErasureService, new ErasureService(database, rules, feedSignal))
    .add(IngestService, ingest)
    .add(RecordKeyService, new RecordKeyService(database))
    .add(SourceRecordsService, new SourceRecordsService(database, intake))
    .add(NoteService, new NoteService(database, feedSignal))
    .add(ConnectionService, connections)
    .add(DeadLetterService, deadLetters)
    .add(DeliveryService, new DeliveryService(connections, intake, deadLetters, counts, box, log))
    .add(TrackingService, new TrackingService(intake, deadLetters))
    .add(WebhookService, outbound.webhooks)
    .add(ExportService, new ExportService(database, feed, rules));
  const closeStores = async (): Promise<void> => {
    live.close();
    await outbound.stop();
    await Promise.all([rulesApplier.stop(), feedRetention.stop()]);
    await feedTail.stop();
    await bus?.close();
    access.close();
    await Promise.all([counts.stop(), deadLetters.stop()]);
    await within(POOL_CLOSED_WITHIN_MS, database.close());
  };
  try {
    if (adminKey !== null && (await ensureDefaultTenant(database, adminKey)) === "REVOKED") {
      log.warn("the operator's key was revoked and opens nothing; choose another one with ONEFOLD_ADMIN_KEY");
    }
    feedTail.start();
    rulesApplier.start();
    feedRetention.start();
    await outbound.start();
    const server = await startServer({ config, database, services, log });
    return {
      url: server.url,
      port: server.port,
      async close() {
        await Promise.all([within(config.drainSeconds * 1_000 + DRAIN_GRACE_MS, server.close()), outbound.stop()]);
        await closeStores();
      },
    };
  } catch (error) {
    await closeStores();
    throw error;
  }
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const giveUp = new AbortController();
  const timer = pause(milliseconds, undefined, { signal: giveUp.signal, ref: false }).catch(() => undefined);
  await Promise.race([work, timer]).finally(() => giveUp.abort());
}
