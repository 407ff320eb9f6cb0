import { DocumentNode } from "graphql";
import { LRUCache } from "lru-cache";
import { Answer } from "./event-stream";
import { Operation } from "./operation";
import { variablesThatMatter } from "./variables-that-matter";

/** Answers kept for others who ask, in bytes, those of one server together. */
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * How long an answer is handed out after it was made, in milliseconds. Who takes longer is answered anew, and so is not
 * told of a person who was erased meanwhile.
 */
const KEPT_MS = 1_000;

/** How exactly that is kept to: reading the clock for every subscriber would cost more than the answer. */
const CLOCK_MS = 50;

/** About what keeping an answer takes beside its bytes. */
const ANSWER_BYTES = 200;

/** The answers to one event. */
interface Answers {
  readonly byQuestion: Map<string, Answer>;
  bytes: number;
}

/**
 * One event that reaches many subscribers is answered once for all who ask the same with the same rights: the answer
 * depends on the event, the document, those of its variables that matter, the tenant and the role, and on nothing else.
 *
 * Promises: answers are kept for a moment and within a bound, however many subscribers lie behind with however much.
 */
export class SharedAnswers {
  private readonly documents = new WeakMap<DocumentNode, number>();
  private documentsSeen = 0;
  private readonly known: LRUCache<object, Answers>;

  constructor(keptBytes = KEPT_BYTES) {
    this.known = new LRUCache<object, Answers>({
      maxSize: keptBytes,
      sizeCalculation: ({ bytes }) => bytes,
      ttl: KEPT_MS,
      ttlResolution: CLOCK_MS,
    });
  }

  /** What two subscriptions must have in common to share their answers. */
  questionOf({ document, operationName, variables, context }: Operation): string {
    let number = this.documents.get(document);
    if (number === undefined) {
      this.documentsSeen += 1;
      number = this.documentsSeen;
      this.documents.set(document, number);
    }
    const { tenantId, role } = context.viewer;
    const matter = variablesThatMatter(document, variables ?? {});
    return JSON.stringify([tenantId, role, number, operationName ?? null, matter]);
  }

  /** The answer to an event, made by the first who asks. */
  answer(event: object, question: string, make: () => Promise<Buffer>): Answer {
    const answers = this.known.get(event) ?? this.begin(event);
    const known = answers.byQuestion.get(question);
    if (known !== undefined) return known;
    const made = make();
    const answer: { bytes: Buffer | null; readonly made: Promise<unknown> } = {
      bytes: null,
      made: made.then(
        (bytes) => {
          answer.bytes = bytes;
          this.grow(event, answers, bytes.length);
        },
        (error: unknown) => {
          answers.byQuestion.delete(question);
          throw error;
        },
      ),
    };
    // Who asked may have gone when it fails.
    answer.made.catch(() => undefined);
    answers.byQuestion.set(question, answer);
    return answer;
  }

  private begin(event: object): Answers {
    const answers = { byQuestion: new Map<string, Answer>(), bytes: ANSWER_BYTES };
    this.known.set(event, answers);
    return answers;
  }

  /** Notes what the event takes by now. One that is asked about in many ways is not kept the longer for it. */
  private grow(event: object, answers: Answers, bytes: number): void {
    answers.bytes += ANSWER_BYTES + bytes;
    if (this.known.peek(event) !== answers) return;
    const start = performance.now() - (KEPT_MS - this.known.getRemainingTTL(event));
    this.known.delete(event);
    this.known.set(event, answers, { start });
  }
}
