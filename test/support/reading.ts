import "reflect-metadata";
import { Viewer } from "../../src/access/viewer";
import { FeedService } from "../../src/feed/feed.service";
import { RequestContext } from "../../src/graphql/request-context";
import { Services } from "../../src/graphql/services";
import { RulesService } from "../../src/identity/rules/rules.service";
import { ProfileService } from "../../src/profile/profile.service";
import { ProfileListService } from "../../src/profile/profile-list.service";
import { Reads } from "../../src/timeline/reads";
import { TimelineService } from "../../src/timeline/timeline.service";
import { TestDatabase } from "./database";
import { NotedDatabase, noteStatements } from "./noted-database";

/** The reading services over a test's database, with a note of what they send. */
export class Reading {
  readonly timeline: TimelineService;
  readonly profiles: ProfileService;
  readonly list: ProfileListService;
  private readonly noted: NotedDatabase;

  constructor(db: TestDatabase) {
    this.noted = noteStatements(db.database);
    const reads = new Reads(this.noted.database);
    this.timeline = new TimelineService(reads);
    this.profiles = new ProfileService(reads, new FeedService(), new RulesService(db.database));
    this.list = new ProfileListService(reads, this.profiles);
  }

  /** The statements sent since this was last asked. */
  takeSent(): NotedDatabase["sent"] {
    return this.noted.sent.splice(0);
  }

  /** The names of the statements sent since this was last asked. */
  takeNames(): string[] {
    return this.takeSent().map(({ statement }) => statement.name);
  }

  /** How many transactions were opened since this was last asked. */
  takeTransactions(): number {
    return this.noted.transactions.splice(0).length;
  }

  /** One operation of an agent of the tenant, with nothing read yet. */
  operation(tenantId: string): RequestContext {
    const who = { credential: "KEY", keyId: "a key", actor: "a key", role: "AGENT", expiresAt: null } as const;
    const viewer: Viewer = { tenantId, tenantName: "a tenant", ...who };
    return new RequestContext(viewer, "a request", new Services());
  }
}
