import { LRUCache } from "lru-cache";
import { RulesDifference } from "../rules/rules-difference";
import { ExampleWindow } from "./preview-examples";

/** What an answer holds for. */
export interface PreviewAsked {
  /** The tenant and the rules that are asked about. */
  readonly question: string;
  /** What was stored: it does not change while this is the same. */
  readonly state: string;
}

interface Answered {
  readonly state: string;
  /** With the examples from the first on; null when only later ones were asked for. */
  readonly difference: RulesDifference | null;
  readonly windows: readonly ExampleWindow[];
}

const QUESTIONS_KEPT = 16;
const KEPT_MS = 600_000;
const WINDOWS_KEPT = 2;

/** Answers of previews, for as long as nothing has changed: a page of examples must not cost a preview of its own. */
export class PreviewMemory {
  private readonly answers = new LRUCache<string, Answered>({ max: QUESTIONS_KEPT, ttl: KEPT_MS });

  find(asked: PreviewAsked): RulesDifference | null {
    return this.answered(asked)?.difference ?? null;
  }

  /** The examples that are held for this, beside those of `find`. */
  windows(asked: PreviewAsked): readonly ExampleWindow[] {
    return this.answered(asked)?.windows ?? [];
  }

  keep(asked: PreviewAsked, difference: RulesDifference): void {
    const { passed } = difference.window;
    const isFirst = passed.JOINED === null && passed.SPLIT === null;
    const known = this.answered(asked);
    this.answers.set(asked.question, {
      state: asked.state,
      difference: isFirst ? difference : (known?.difference ?? null),
      windows: isFirst ? (known?.windows ?? []) : [difference.window, ...(known?.windows ?? [])].slice(0, WINDOWS_KEPT),
    });
  }

  private answered({ question, state }: PreviewAsked): Answered | null {
    const known = this.answers.get(question);
    return known?.state === state ? known : null;
  }
}
