import { Refused } from "./client";

/** Whether the connection was lost, which is worth another try; otherwise the server has answered with an error. */
export function isLostConnection(error: unknown): boolean {
  const code = closeCodeOf(error);
  return code === undefined ? error instanceof Error && !(error instanceof Refused) : code < 4400 && code !== 1002;
}

/** graphql-ws ends an operation with the close event of its socket, or with the list of errors of the answer. */
export function refusalIn(error: unknown): Error {
  if (Array.isArray(error)) {
    const first = error[0] as { message?: string; extensions?: { code?: unknown } } | undefined;
    return new Refused(String(first?.extensions?.code ?? "ERROR"), first?.message ?? "refused without a reason");
  }
  if (error instanceof Error) return error;
  const code = closeCodeOf(error);
  return new Refused(
    `SOCKET_${code ?? "CLOSED"}`,
    (error as { reason?: string } | null)?.reason || "closed by the server",
  );
}

function closeCodeOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "number" ? code : undefined;
}
