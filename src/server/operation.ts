import { DocumentNode } from "graphql";
import { RequestContext } from "../graphql/request-context";

/** An operation whose document has passed validation. */
export interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly context: RequestContext;
}
