import { Viewer } from "../../access/viewer";
import { Database } from "../../db/database";
import { LostRace } from "../../db/sqlstate";
import { ResolutionRules } from "../resolve/resolution-rules";
import { withBracket } from "../similarity/similarity-bracket";
import { recordBracketOf, type SimilarityRules, thresholdsFor } from "../similarity/similarity-rules";
import {
  beginSimilarity,
  findSimilarityState,
  holdSimilarity,
  SimilarityState,
} from "../similarity/similarity-state.repository";
import {
  countRecords,
  getRules,
  getRulesProgress,
  holdRulesVersions,
  insertRules,
  RulesProgress,
  setRulesVersions,
} from "./rules.repository";
import { RulesService } from "./rules.service";
import { changedRules, decidesAnew, RulesChange } from "./rules-input";
import { SharedValueMoves } from "./rules-shared-values";

/** Thresholds for another number of records. */
export type SimilarityThresholdsOffer = Pick<SimilarityRules, "recordBracket" | "autoThreshold" | "reviewThreshold">;

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
      const state = rules.similarity.enabled ? await findSimilarityState(tx) : null;
      return { rules, applying: progress.applied < progress.version, progress: shareOf(progress, state) };
    });
  }

  /** Thresholds for the number of records that there are, where the present ones are for fewer; otherwise null. */
  outgrown(tenantId: string): Promise<SimilarityThresholdsOffer | null> {
    return this.database.read(tenantId, async (tx) => {
      const { similarity } = await getRules(tx);
      if (!similarity.enabled) return null;
      const recordBracket = recordBracketOf(await countRecords(tx));
      return recordBracket > similarity.recordBracket ? { recordBracket, ...thresholdsFor(recordBracket) } : null;
    });
  }

  /** @throws DomainError BAD_USER_INPUT */
  async set(viewer: Pick<Viewer, "tenantId" | "actor">, change: RulesChange): Promise<RulesInForce> {
    const now = new Date().toISOString();
    await this.database.write(viewer.tenantId, async (tx) => {
      const looked = await getRules(tx);
      const held = switchesSimilarity(looked, change);
      // As every writer does: first this, then values, and the counter last. Otherwise they would wait in a circle.
      if (held) await holdSimilarity(tx);
      const moves = await SharedValueMoves.hold(tx, changedRules(looked, change));
      // The counter row of the feed: every writer takes it before it commits, and compares the version then.
      const since = await holdRulesVersions(tx);
      const present = await getRules(tx);
      const fitting = await withBracket(tx, present, change);
      const next = { ...changedRules(present, fitting), version: since.version + 1 };
      // What was described while persons were not compared is out of date: it begins anew whenever that is switched.
      if (switchesSimilarity(present, change)) {
        if (!held) throw new LostRace("other rules switched the comparing of persons meanwhile");
        await beginSimilarity(tx, next.version);
      }
      const isApplied = since.applied === since.version && !decidesAnew(present, next);
      await Promise.all([
        insertRules(tx, next, since, now, viewer.actor),
        setRulesVersions(tx, next.version, isApplied ? next.version : since.applied),
        moves.write(tx, next, since.position),
      ]);
    });
    this.rules.forget(viewer.tenantId);
    this.onSet();
    return this.inForce(viewer.tenantId);
  }
}

function switchesSimilarity({ similarity }: ResolutionRules, change: RulesChange): boolean {
  return (change.similarity?.enabled ?? similarity.enabled) !== similarity.enabled;
}

/** Where the records have to be compared first, that is the first half of the way. */
function shareOf({ version, applied, done, total }: RulesProgress, state: SimilarityState | null): number {
  if (applied >= version) return 1;
  if (!total) return 0;
  const resolved = Math.min(done / total, 1);
  if (state?.rulesVersion !== version) return resolved;
  return (Math.min(state.indexedRecords / total, 1) + resolved) / 2;
}
