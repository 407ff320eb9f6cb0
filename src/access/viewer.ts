import { Role } from "./role";

/** Who is asking: the credentials behind a request or a socket, and the one tenant that they open. */
export interface Viewer {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly credential: "KEY" | "TOKEN";
  /** By what requests and sockets are counted: the key's id, or what stands for all tokens of one subject in the tenant. */
  readonly keyId: string;
  /** Who acts, as rulings and notes name it: the key's id, or the subject of the token. */
  readonly actor: string;
  readonly role: Role;
  /** When the credentials stop opening anything, or null when they do not expire. */
  readonly expiresAt: string | null;
}

/** Whether the viewer's credentials have run out by now. */
export function hasExpired({ expiresAt }: Viewer): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now();
}
