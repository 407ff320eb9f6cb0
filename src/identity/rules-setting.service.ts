import { Viewer } from "../access/viewer";
import { Database } from "../db/database";
import { ResolutionRules } from "./resolution-rules";
import {
  getRules,
  getRulesProgress,
  holdRulesVersions,
  insertRules,
  RulesProgress,
  setRulesVersions,
} from "./rules.repository";
import { RulesService } from "./rules.service";
import { changedRules, decidesAnew, RulesChange } from "./rules-input";

/** The rules in force, and how far what is stored has been brought to them. */
export interface RulesInForce {
  readonly rules: ResolutionRules;
  readonly applying: boolean;
  /** Of the records that were there, 0 to 1. */
  readonly progress: number;
}

/**
 * Reads and sets a tenant's rules.
 *
 * Promises: a set version is in force for every write that commits after it, on every server; what it changes in data
 * that is there is applied in the background. Of several set at once each is a version of its own, and each starts from
 * the one before it.
 * On failure: nothing has changed; what is wrong with the input is told with the field's name.
 */
export class RulesSettingService {
  constructor(
    private readonly database: Database,
    private readonly rules: RulesService,
    private readonly onSet: () => void,
  ) {}

  inForce(tenantId: string): Promise<RulesInForce> {
    return this.database.snapshot(tenantId, async (tx) => {
      const [rules, progress] = await Promise.all([getRules(tx), getRulesProgress(tx)]);
      return { rules, applying: progress.applied < progress.version, progress: shareOf(progress) };
    });
  }

  /** @throws DomainError BAD_USER_INPUT */
  async set(viewer: Viewer, change: RulesChange): Promise<RulesInForce> {
    const now = new Date().toISOString();
    await this.database.write(viewer.tenantId, async (tx) => {
      // The counter row of the feed: every writer takes it before it commits, and compares the version then.
      const since = await holdRulesVersions(tx);
      const present = await getRules(tx);
      const next = { ...changedRules(present, change), version: since.version + 1 };
      const isApplied = since.applied === since.version && !decidesAnew(present, next);
      await Promise.all([
        insertRules(tx, next, since, now, viewer.actor),
        setRulesVersions(tx, next.version, isApplied ? next.version : since.applied),
      ]);
    });
    this.rules.forget(viewer.tenantId);
    this.onSet();
    return this.inForce(viewer.tenantId);
  }
}

function shareOf({ version, applied, done, total }: RulesProgress): number {
  if (applied >= version) return 1;
  return total ? Math.min(done / total, 1) : 0;
}
