import { DocumentNode, ExecutionResult } from "graphql";
import { Operation } from "./execute";

/**
 * One event that reaches many subscribers is answered once for all who ask the same with the same rights: the answer
 * depends on the event, the document, its variables, the tenant and the role, and on nothing else. Answers are forgotten
 * with their event.
 */
export class SharedAnswers {
  private readonly answers = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();
  private readonly documents = new WeakMap<DocumentNode, number>();
  private documentsSeen = 0;

  /** What two subscriptions must have in common to share their answers. */
  keyOf({ document, operationName, variables, context }: Operation): string {
    let number = this.documents.get(document);
    if (number === undefined) {
      this.documentsSeen += 1;
      number = this.documentsSeen;
      this.documents.set(document, number);
    }
    const { tenantId, role } = context.viewer;
    return JSON.stringify([tenantId, role, number, operationName, variables]);
  }

  /** The answer to an event under a key, made by the first who asks. */
  answer(event: unknown, key: string, make: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    if (typeof event !== "object" || event === null) return make();
    const answers = this.answers.get(event) ?? new Map<string, Promise<ExecutionResult>>();
    this.answers.set(event, answers);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const made = make();
    answers.set(key, made);
    return made;
  }
}
