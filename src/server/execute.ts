import { setTimeout as elapsed } from "node:timers/promises";
import {
  createSourceEventStream,
  ExecutionResult,
  execute,
  GraphQLError,
  GraphQLSchema,
  getOperationAST,
  OperationDefinitionNode,
} from "graphql";
import { Viewer } from "../access/viewer";
import { DomainError } from "../errors";
import { costOf, refuseCost } from "../graphql/cost";
import { formatError } from "../graphql/error-format";
import { asksForCursor } from "../live/asks-for-cursor";
import { LiveService } from "../live/live.service";
import { Log } from "../log";
import { CompiledQueries } from "./compiled-queries";
import { EventStream, isEventSource } from "./event-stream";
import { Operation } from "./operation";
import { reportUnexpected } from "./report-unexpected";
import { SharedAnswers } from "./shared-answers";
import { TurnContexts } from "./turn-contexts";

/** An error that is an answer already: it leaves as it is. */
export class AnsweredError extends GraphQLError {}

/** Who may be told what was read. */
export interface Readers {
  /** Whether one who asked may still be answered. */
  stillOpens(viewer: Viewer): Promise<boolean>;
  /** Ends those of a tenant's subscribers who may not be told any more what was read by now. */
  confirmRead(tenantId: string): Promise<void>;
}

/** How often an event is tried to be answered, and how soon again, in milliseconds: for ten seconds in all. */
const ATTEMPTS = 40;
const AGAIN_AFTER_MS = 250;

type Cost = (variables: Readonly<Record<string, unknown>>) => number;

/**
 * Runs operations, for HTTP and WebSocket alike.
 *
 * Promises: an operation beyond the cost limit is refused before any resolver runs; errors come out formatted, and bugs
 * are logged with the request's id; an event of a subscription is answered from what is read after it was told, once for
 * all subscriptions that ask the same with the same rights; nothing that was read after credentials were taken back is told
 * to those whom they had let in: a query is not answered, a subscriber is ended before its event is.
 * Trusts: that the document was validated with the limits' rules.
 */
export class Executor {
  private readonly shared = new SharedAnswers();
  private readonly turns = new TurnContexts();
  private readonly costs = new WeakMap<OperationDefinitionNode, Cost>();

  constructor(
    readonly schema: GraphQLSchema,
    private readonly log: Log,
    private readonly readers: Readers,
    private readonly compiled = new CompiledQueries(schema),
  ) {}

  async execute(operation: Operation): Promise<ExecutionResult> {
    const refused = this.refuse(operation);
    if (refused !== null) return this.answer({ errors: [refused] }, operation.context.requestId);
    await this.settleCursor(operation);
    const result = (await this.executeCompiled(operation)) ?? (await execute(this.argumentsOf(operation)));
    const told = (await this.mayBeTold(operation)) ? result : { errors: [shutOut()] };
    return this.answer(told, operation.context.requestId);
  }

  /** The events and how they are answered, or one answer when the subscription could not begin. */
  async subscribe(operation: Operation): Promise<EventStream | ExecutionResult> {
    const refused = this.refuse(operation);
    if (refused !== null) return this.answer({ errors: [refused] }, operation.context.requestId);
    const source = await createSourceEventStream(this.argumentsOf(operation));
    if (!(Symbol.asyncIterator in source)) return this.answer(source, operation.context.requestId);
    if (!isEventSource(source)) throw new Error("a subscription whose events cannot be peeked at");
    const question = this.shared.questionOf(operation);
    return { source, answer: (event) => this.shared.answer(event, question, () => this.answerEvent(operation, event)) };
  }

  /** The errors that may leave; those that are bugs are logged. */
  format(errors: readonly GraphQLError[], requestId: string): AnsweredError[] {
    return errors.map((error) => {
      if (error instanceof AnsweredError) return error;
      const { message, extensions } = formatError(error, reportUnexpected(this.log, requestId));
      const { nodes, source, positions, path } = error;
      return new AnsweredError(message, { nodes, source, positions, path, extensions });
    });
  }

  /**
   * The answer of the operation's code, where there is some and it found nothing wrong. Everything that is wrong is left to
   * the standard executor to find and to word: it starts from nothing, with loaders that remember no failure.
   */
  private async executeCompiled({
    document,
    operationName,
    variables,
    context,
  }: Operation): Promise<ExecutionResult | null> {
    const operation = getOperationAST(document, operationName);
    const query = operation && this.compiled.find(document, operation);
    if (!query) return null;
    try {
      const result = await query(context.fresh(), variables ?? {});
      return result.errors === undefined ? result : null;
    } catch (error) {
      this.log.warn({ err: error, requestId: context.requestId }, "a compiled query failed and is run uncompiled");
      return null;
    }
  }

  /**
   * Tried again while something is wrong that is nobody's fault, as when the database is away: an event that is passed over
   * is lost to whoever resumes behind the next one.
   */
  private async answerEvent(operation: Operation, event: object): Promise<Buffer> {
    for (let attempt = 1; ; attempt += 1) {
      // Loaders remember what failed.
      const context = attempt === 1 ? this.turns.of(operation.context) : operation.context.fresh();
      const result = await this.readEvent({ ...operation, context }, event).catch((error: unknown) => {
        if (attempt === ATTEMPTS) throw error;
        return null;
      });
      if (result !== null && (attempt === ATTEMPTS || !hasBroken(result))) {
        return Buffer.from(`${JSON.stringify(this.answer(result, context.requestId))}}`);
      }
      await elapsed(AGAIN_AFTER_MS, undefined, { ref: false });
    }
  }

  /** What was read is told when it is known to whom. */
  private async readEvent(operation: Operation, event: object): Promise<ExecutionResult> {
    const { context } = operation;
    const result = await execute({ ...this.argumentsOf(operation), rootValue: event });
    if (context.hasAsked) await this.readers.confirmRead(context.viewer.tenantId);
    return result;
  }

  /** What was done is answered in any case. */
  private async mayBeTold({ document, operationName, context }: Operation): Promise<boolean> {
    const isQuery = getOperationAST(document, operationName)?.operation === "query";
    return !isQuery || this.readers.stillOpens(context.viewer);
  }

  /** Read before everything else of the operation, so that resuming from it leaves no gap. */
  private async settleCursor({ document, context }: Operation): Promise<void> {
    if (!asksForCursor(this.schema, document)) return;
    context.resumeFrom = await context.service(LiveService).newestCursor(context.viewer.tenantId);
  }

  private refuse({ document, operationName, variables }: Operation): GraphQLError | null {
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined) return null;
    let cost = this.costs.get(operation);
    if (cost === undefined) {
      cost = costOf(this.schema, document, operation);
      this.costs.set(operation, cost);
    }
    return refuseCost(cost, variables ?? {});
  }

  private argumentsOf({ document, operationName, variables, context }: Operation) {
    const { schema } = this;
    return { schema, document, operationName, variableValues: variables, contextValue: context };
  }

  private answer(result: ExecutionResult, requestId: string): ExecutionResult {
    return result.errors === undefined ? result : { ...result, errors: this.format(result.errors, requestId) };
  }
}

/** Whether something is wrong with it that the caller did not do. */
function hasBroken({ errors = [] }: ExecutionResult): boolean {
  let broken = false;
  for (const error of errors) {
    formatError(error, () => {
      broken = true;
    });
  }
  return broken;
}

function shutOut(): GraphQLError {
  const error = new DomainError("UNAUTHENTICATED", "The credentials open nothing any more.");
  return new GraphQLError(error.message, { originalError: error });
}
