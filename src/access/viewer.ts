import { Role } from "./role";

/** Who is asking: the key behind a request or a socket, and the one tenant it opens. */
export interface Viewer {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly keyId: string;
  readonly role: Role;
  /** When the key stops opening anything, or null when it does not expire. */
  readonly expiresAt: string | null;
}
