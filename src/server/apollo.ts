import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from "@apollo/server/plugin/disabled";
import { DocumentNode, GraphQLError } from "graphql";
import { formatError } from "../graphql/error-format";
import { LIMIT_RULES, MAX_TOKENS } from "../graphql/limits";
import { RequestContext } from "../graphql/request-context";
import { Log } from "../log";
import { AnsweredError, Executor } from "./execute";
import { CREDENTIALS_GIVEN } from "./graphql-endpoint";
import { reportUnexpected } from "./report-unexpected";

/**
 * Apollo Server as the transport's protocol: parsing, validating and negotiating. Execution is our own, handed in where
 * Apollo would otherwise ask a gateway.
 */
export async function startApollo(executor: Executor, log: Log): Promise<ApolloServer<RequestContext>> {
  const apollo = new ApolloServer<RequestContext>({
    gateway: {
      load: async () => ({ executor: (request) => run(executor, request as unknown as GatewayRequest) }),
      onSchemaLoadOrUpdate(listener) {
        listener({ apiSchema: executor.schema, coreSupergraphSdl: "" });
        return () => undefined;
      },
      stop: async () => undefined,
    },
    validationRules: [...LIMIT_RULES],
    parseOptions: { maxTokens: MAX_TOKENS },
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    allowBatchedHttpRequests: false,
    csrfPrevention: { requestHeaders: [CREDENTIALS_GIVEN, "x-apollo-operation-name", "apollo-require-preflight"] },
    persistedQueries: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) =>
      error instanceof AnsweredError ? formatted : formatError(error as GraphQLError, reportUnexpected(log, undefined)),
    logger: log,
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled()],
  });
  await apollo.start();
  return apollo;
}

interface GatewayRequest {
  readonly document: DocumentNode;
  readonly request: { readonly variables?: Record<string, unknown>; readonly operationName?: string };
  readonly context: RequestContext;
}

function run(executor: Executor, { document, request, context }: GatewayRequest) {
  return executor.execute({
    document,
    operationName: request.operationName,
    variables: request.variables,
    context,
  }) as never;
}
