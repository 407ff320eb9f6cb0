import {
  DocumentNode,
  ExecutionResult,
  FragmentDefinitionNode,
  GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import { LRUCache } from "lru-cache";
import { measure } from "../graphql/limits";
import { RequestContext } from "../graphql/request-context";

/** Runs of a query before it is compiled: compiling costs about ten of them. */
const WORTH_COMPILING_AFTER = 10;

/** Compiled queries kept at once. */
const CAPACITY = 200;

/** Fields of the longest query that is compiled, its fragments written out: the code grows with them. */
const MOST_FIELDS = 1_000;

type Variables = Readonly<Record<string, unknown>>;

/** A query as code. Its errors are not graphql-js's: run the query again by the standard executor to answer with those. */
export type CompiledQuery = (
  context: RequestContext,
  variables: Variables,
) => Promise<ExecutionResult> | ExecutionResult;

interface Usage {
  runs: number;
  query: CompiledQuery | null;
}

/**
 * Queries that are asked again and again, compiled to code that answers in a quarter of the time.
 *
 * Mutations are left to the standard executor, since only a query may be run a second time where it failed, and so is
 * what selects an interface or a union, whose type is found out asynchronously.
 */
export class CompiledQueries {
  private readonly usages = new LRUCache<OperationDefinitionNode, Usage>({ max: CAPACITY });

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly after = WORTH_COMPILING_AFTER,
  ) {}

  /** The code of an operation, when it is one that has been asked often enough. Counts this asking. */
  find(document: DocumentNode, operation: OperationDefinitionNode): CompiledQuery | null {
    if (operation.operation !== "query") return null;
    let usage = this.usages.get(operation);
    if (usage === undefined) {
      usage = { runs: 0, query: null };
      this.usages.set(operation, usage);
    }
    usage.runs += 1;
    // Compiled once, at exactly this run: what could not be compiled then is not tried again.
    if (usage.runs === this.after + 1) usage.query = this.compile(document, operation);
    return usage.query;
  }

  private compile(document: DocumentNode, operation: OperationDefinitionNode): CompiledQuery | null {
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const node of document.definitions)
      if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
    if (measure(operation, (name) => fragments.get(name)).fields > MOST_FIELDS) return null;
    if (this.selectsAbstractType(document)) return null;
    const compiled = compileQuery(this.schema, document, operation.name?.value ?? "");
    if (!isCompiledQuery(compiled)) return null;
    return (context, variables) => compiled.query(undefined, context, { ...variables });
  }

  private selectsAbstractType(document: DocumentNode): boolean {
    const types = new TypeInfo(this.schema);
    let found = false;
    const Field = (): void => {
      const type = types.getType();
      if (type && isAbstractType(getNamedType(type))) found = true;
    };
    visit(document, visitWithTypeInfo(types, { Field }));
    return found;
  }
}
