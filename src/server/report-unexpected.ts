import { UnexpectedErrorListener } from "../graphql/error-format";
import { Log } from "../log";

/** Logs bugs under the id of the request they struck, with the place in the answer. */
export function reportUnexpected(log: Log, requestId: string | undefined): UnexpectedErrorListener {
  return (error, path) => log.error({ requestId, path: path?.join("."), err: error }, "unexpected error");
}
