import { Database } from "../../db/database";
import { Transaction } from "../../db/transaction";
import { FeedService } from "../../feed/feed.service";
import { ResolutionRules } from "../resolve/resolution-rules";
import { getRules, getRulesProgress } from "../rules/rules.repository";
import { DifferenceCount, EXAMPLES_A_WINDOW, RulesDifference } from "../rules/rules-difference";
import { changedRules, RulesChange } from "../rules/rules-input";
import { resolveAll } from "../rules/rules-partition";
import { reasonsOf } from "../rules/rules-reasons";
import { readRulesSnapshot } from "../rules/rules-snapshot";
import { withBracket } from "../similarity/similarity-bracket";
import {
  ExampleKind,
  ExamplePlace,
  ExamplesPassed,
  examplesBehind,
  NONE_PASSED,
  PlacedExample,
} from "./preview-examples";
import { PreviewAsked, PreviewMemory } from "./preview-memory";
import { TellProgress } from "./preview-progress";
import { PreviewQueue } from "./preview-queue";
import { PreviewStream } from "./preview-stream";

/** Which examples are asked for. */
export interface ExamplesAsked {
  readonly place: ExamplePlace;
  readonly count: number;
  /** The one kind that is wanted; null: both. */
  readonly kind: ExampleKind | null;
}

interface Options {
  /** Behind which examples the window of them begins. */
  readonly passed?: ExamplesPassed;
  readonly tell?: TellProgress;
  readonly signal?: AbortSignal;
}

/**
 * Tells what other rules would change.
 *
 * Promises: the answer is exact for one moment, all that is stored is resolved from nothing by the rules that are asked
 * about; nothing is written and nobody waits. Memory is bounded by some 100 bytes a record, and one preview runs at a
 * time on a server (see PreviewQueue). Asked again while nothing has changed, it answers with what it found.
 * Trusts: nothing that was derived before, beyond how identifiers were normalized by rules that are known to be applied.
 * On failure, and when the caller leaves: the snapshot is closed and the error goes to the caller.
 */
export class RulesPreviewService {
  private readonly queue = new PreviewQueue();
  private readonly memory = new PreviewMemory();

  /** @param examplesAWindow how many examples of each kind are kept, and found at once: more than any page has */
  constructor(
    private readonly database: Database,
    private readonly feed = new FeedService(),
    private readonly examplesAWindow = EXAMPLES_A_WINDOW,
  ) {}

  /** @throws DomainError BAD_USER_INPUT, LIMIT_EXCEEDED when too many of the tenant are running or waiting */
  async preview(tenantId: string, change: RulesChange): Promise<RulesDifference> {
    return this.answer(tenantId, change, await this.ask(tenantId, change), {});
  }

  /** The same, with how far it is meanwhile. @throws DomainError as `preview` does, before the stream begins */
  async watch(tenantId: string, change: RulesChange): Promise<PreviewStream> {
    const asked = await this.ask(tenantId, change);
    const stream = new PreviewStream();
    const { signal } = stream;
    stream.follow(this.answer(tenantId, change, asked, { signal, tell: (...told) => stream.tell(...told) }));
    return stream;
  }

  /**
   * Changes one by one, of a difference that was found. What lies behind its window is worked out anew, from the data as
   * they are then.
   *
   * @throws DomainError LIMIT_EXCEEDED
   */
  async examples(
    tenantId: string,
    change: RulesChange,
    { window }: RulesDifference,
    { place, count, kind }: ExamplesAsked,
  ): Promise<PlacedExample[]> {
    const held = examplesBehind(window, place, count, kind);
    if (held !== null) return held;
    const asked = await this.ask(tenantId, change);
    for (const known of this.memory.windows(asked)) {
      const found = examplesBehind(known, place, count, kind);
      if (found !== null) return found;
    }
    const { passed } = place;
    const further = await this.run(tenantId, change, { passed });
    return examplesBehind(further.window, place, count, kind)!;
  }

  private answer(
    tenantId: string,
    change: RulesChange,
    asked: PreviewAsked,
    options: Options,
  ): Promise<RulesDifference> {
    const known = this.memory.find(asked);
    return known === null ? this.run(tenantId, change, options) : Promise.resolve(known);
  }

  private run(tenantId: string, change: RulesChange, options: Options): Promise<RulesDifference> {
    const most = this.examplesAWindow;
    return this.queue.run(tenantId, options.signal ?? null, async () => {
      const { asked, difference } = await this.database.snapshot(tenantId, (tx) =>
        previewIn(tx, this.feed, change, most, options),
      );
      this.memory.keep(asked, difference);
      return difference;
    });
  }

  private ask(tenantId: string, change: RulesChange): Promise<PreviewAsked> {
    return this.database.snapshot(tenantId, async (tx) => askedIn(tx, this.feed, await rulesIn(tx, change)));
  }
}

async function rulesIn(tx: Transaction, change: RulesChange): Promise<ResolutionRules> {
  const present = await getRules(tx);
  return changedRules(present, await withBracket(tx, present, change));
}

/**
 * Every change of a fact and of a customer moves the feed, and what is derived is not looked at. Whoever may not be told of
 * the snapshot any more is ended before anything of it is.
 */
async function askedIn(tx: Transaction, feed: FeedService, rules: ResolutionRules): Promise<PreviewAsked> {
  const [{ position, tag }] = await Promise.all([feed.newestPoint(tx), feed.confirmReaders(tx)]);
  return { question: `${tx.tenantId} ${JSON.stringify(rules)}`, state: `${position} ${tag}` };
}

async function previewIn(
  tx: Transaction,
  feed: FeedService,
  change: RulesChange,
  examplesAWindow: number,
  { passed = NONE_PASSED, tell = () => undefined, signal }: Options,
): Promise<{ asked: PreviewAsked; difference: RulesDifference }> {
  const tellOrEnd: TellProgress = (...told) => {
    signal?.throwIfAborted();
    tell(...told);
  };
  const [present, progress, rules] = await Promise.all([getRules(tx), getRulesProgress(tx), rulesIn(tx, change)]);
  const asked = await askedIn(tx, feed, rules);
  const isApplied = progress.applied === progress.version;
  const snapshot = await readRulesSnapshot(tx, rules, isApplied ? present : null, tellOrEnd);
  const count = new DifferenceCount(snapshot, passed, examplesAWindow);
  for await (const component of resolveAll(tx, snapshot, rules, tellOrEnd)) count.add(component);
  const difference = await count.told((evidence) => reasonsOf(tx, snapshot, evidence, rules));
  return { asked, difference };
}
