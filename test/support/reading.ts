import "reflect-metadata";
import { Viewer } from "../../src/access/viewer";
import { Database } from "../../src/db/database";
import { Statement } from "../../src/db/statement";
import { Transaction } from "../../src/db/transaction";
import { FeedService } from "../../src/feed/feed.service";
import { RequestContext } from "../../src/graphql/request-context";
import { Services } from "../../src/graphql/services";
import { DEFAULT_RULES, ResolutionRules } from "../../src/identity/resolution-rules";
import { ProfileService } from "../../src/profile/profile.service";
import { ProfileListService } from "../../src/profile/profile-list.service";
import { Reads } from "../../src/timeline/reads";
import { TimelineService } from "../../src/timeline/timeline.service";
import { TestDatabase } from "./database";

/** The reading services over a test's database, with a note of every statement and transaction they send. */
export class Reading {
  /** Names of the statements sent so far, in order. */
  readonly sent: string[] = [];
  transactions = 0;
  readonly timeline: TimelineService;
  readonly profiles: ProfileService;
  readonly list: ProfileListService;

  constructor(db: TestDatabase, rules: Partial<ResolutionRules> = {}) {
    const reads = new Reads({ read: (tenantId, work) => this.noting(db.database, tenantId, work) });
    this.timeline = new TimelineService(reads);
    this.profiles = new ProfileService(reads, new FeedService(), async () => ({ ...DEFAULT_RULES, ...rules }));
    this.list = new ProfileListService(reads, this.profiles);
  }

  /** One operation of an agent of the tenant, with nothing read yet. */
  operation(tenantId: string): RequestContext {
    const viewer: Viewer = { tenantId, tenantName: "a tenant", keyId: "a key", role: "AGENT", expiresAt: null };
    const services = new Services()
      .add(TimelineService, this.timeline)
      .add(ProfileService, this.profiles)
      .add(ProfileListService, this.list);
    return new RequestContext(viewer, "a request", services);
  }

  private noting<T>(database: Database, tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.transactions += 1;
    return database.read(tenantId, (tx) =>
      work({
        tenantId,
        query: <Row>(statement: Statement, values: readonly unknown[]) => {
          this.sent.push(statement.name);
          return tx.query<Row>(statement, values);
        },
      }),
    );
  }
}
