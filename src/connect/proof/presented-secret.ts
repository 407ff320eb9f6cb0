import type { Delivery } from "../pipeline/adapter";

/** The secret that a system which signs nothing was told to send: the last part of the address, or a bearer token. */
export function presentedSecret({ path, headers }: Delivery): string {
  if (path !== "") return path;
  return /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";
}
