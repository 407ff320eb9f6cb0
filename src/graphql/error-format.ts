import { GraphQLError, GraphQLFormattedError } from "graphql";
import { DomainError } from "../errors";

/** Codes that GraphQL and its transport bring along, beside those of DomainError. */
const TRANSPORT_CODES: ReadonlySet<unknown> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "BAD_REQUEST",
  "BAD_USER_INPUT",
  "LIMIT_EXCEEDED",
  "PERSISTED_QUERY_NOT_SUPPORTED",
]);

/** Suggestions would tell a stranger the names of a schema, and of nothing else that helps. */
const SUGGESTION = /\s*Did you mean [\s\S]*\?$/;

/** How graphql-js says that a document was too much to read or to check. */
const GAVE_UP = /tokens\. Parsing aborted\.$|^Validation aborted\.$/;

/** Told of every error that is a bug: the error itself and where in the answer it struck. */
export type UnexpectedErrorListener = (error: unknown, path: readonly (string | number)[] | undefined) => void;

/**
 * The one place where errors become answers, for HTTP and WebSocket alike. A DomainError leaves with its code, words and
 * details; what GraphQL itself refuses leaves with GraphQL's code; everything else is a bug: it is handed to `onUnexpected`
 * and leaves as "Internal server error" with nothing of what went wrong.
 */
export function formatError(error: GraphQLError, onUnexpected: UnexpectedErrorListener): GraphQLFormattedError {
  const cause = rootCause(error);
  if (cause instanceof DomainError) {
    const details = Object.keys(cause.details).length > 0 ? { details: cause.details } : {};
    return answer(error, cause.message, { code: cause.code, ...details });
  }
  const code = codeOf(error, cause);
  if (code !== undefined) return answer(error, error.message.replace(SUGGESTION, ""), { code });
  onUnexpected(cause, error.path);
  return answer(error, "Internal server error", { code: "INTERNAL_SERVER_ERROR" });
}

function answer(error: GraphQLError, message: string, extensions: Record<string, unknown>): GraphQLFormattedError {
  const { locations, path } = error;
  return { message, ...(locations && { locations }), ...(path && { path }), extensions };
}

function rootCause(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** The code of what the caller did wrong, or nothing when it was not the caller. */
function codeOf(error: GraphQLError, cause: unknown): string | undefined {
  if (!(cause instanceof GraphQLError)) return undefined;
  if (cause.extensions.code === "LIMIT_EXCEEDED" || GAVE_UP.test(cause.message)) {
    return "LIMIT_EXCEEDED";
  }
  for (const { extensions } of [error, cause]) {
    if (TRANSPORT_CODES.has(extensions.code)) return extensions.code as string;
  }
  if (cause.source !== undefined && cause.nodes === undefined) return "GRAPHQL_PARSE_FAILED";
  // What is left of graphql-js are values it could not take: those of variables and arguments carry the nodes of the
  // document they stand at (or, when there are too many, nothing but the path-less message). A result that could not be
  // written carries a path and no node of its own.
  return cause.nodes !== undefined || error.path === undefined ? "BAD_USER_INPUT" : undefined;
}
