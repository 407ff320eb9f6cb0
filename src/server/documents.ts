import {
  DocumentNode,
  GraphQLError,
  GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  ValidationRule,
  validate,
} from "graphql";
import { LRUCache } from "lru-cache";
import { LIMIT_RULES, MAX_TOKENS } from "../graphql/limits";

const REMEMBERED = 500;
const RULES: readonly ValidationRule[] = [...specifiedRules, ...LIMIT_RULES];

/** Documents sent over WebSocket, parsed and validated once each by the rules that hold for HTTP. */
export class Documents {
  private readonly known = new LRUCache<string, DocumentNode>({ max: REMEMBERED });

  constructor(private readonly schema: GraphQLSchema) {}

  /** The document, when it can be run, or what is wrong with it. */
  read(text: string, operationName: string | null | undefined): DocumentNode | readonly GraphQLError[] {
    const document = this.known.get(text) ?? this.check(text);
    if (!("kind" in document)) return document;
    if (getOperationAST(document, operationName)) return document;
    return [coded(new GraphQLError("The operation to run cannot be told."), "OPERATION_RESOLUTION_FAILURE")];
  }

  private check(text: string): DocumentNode | readonly GraphQLError[] {
    try {
      const document = parse(text, { maxTokens: MAX_TOKENS });
      const errors = validate(this.schema, document, RULES, { hideSuggestions: true });
      if (errors.length > 0) return errors.map((error) => coded(error, "GRAPHQL_VALIDATION_FAILED"));
      this.known.set(text, document);
      return document;
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }
}

/** A limit's own code stays. */
function coded(error: GraphQLError, code: string): GraphQLError {
  if (error.extensions.code === "LIMIT_EXCEEDED") return error;
  const { message, nodes } = error;
  return new GraphQLError(message, { nodes, extensions: { code } });
}
