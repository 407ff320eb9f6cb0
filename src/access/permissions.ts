import { DomainError } from "../errors";
import { Role } from "./role";
import { Viewer } from "./viewer";

/**
 * What there is to be allowed, each held by the roles named here and by no other.
 * PUBLIC keys stand in web pages and apps, where anyone can read them: they may send events and learn nothing.
 */
const HOLDERS = {
  /** Send events. */
  INGEST: ["OPERATOR", "ADMIN", "INTEGRATION", "PUBLIC"],
  /** Send people as another system holds them. */
  WRITE_RECORDS: ["OPERATOR", "ADMIN", "INTEGRATION"],
  /** See profiles, timelines, explanations, rules and the change feed. */
  READ: ["OPERATOR", "ADMIN", "INTEGRATION", "AGENT"],
  /** Write a note on a timeline. */
  NOTE: ["OPERATOR", "ADMIN", "INTEGRATION", "AGENT"],
  /** Decide that people are, or are not, the same customer. */
  RULE: ["OPERATOR", "ADMIN", "AGENT"],
  /** Take people and records away for good. */
  ERASE: ["OPERATOR", "ADMIN"],
  /** Change how the tenant's identities are resolved. */
  SET_RULES: ["OPERATOR", "ADMIN"],
  /** List, make and revoke the tenant's keys. */
  MANAGE_KEYS: ["OPERATOR", "ADMIN"],
  /** Connect other systems, and look after what they sent that could not be taken. */
  MANAGE_CONNECTIONS: ["OPERATOR", "ADMIN"],
  /** Have changes sent to other systems. */
  MANAGE_WEBHOOKS: ["OPERATOR", "ADMIN"],
  /** Take out everything there is, in one piece. */
  EXPORT: ["OPERATOR", "ADMIN", "INTEGRATION"],
  /** List and make tenants. */
  MANAGE_TENANTS: ["OPERATOR"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof HOLDERS;

export function isPermission(value: unknown): value is Permission {
  return typeof value === "string" && Object.hasOwn(HOLDERS, value);
}

export function mayDo(role: Role, permission: Permission): boolean {
  return (HOLDERS[permission] as readonly Role[]).includes(role);
}

/** @throws DomainError FORBIDDEN, which says nothing about what the tenant holds. */
export function requirePermission(viewer: Viewer, permission: Permission): void {
  if (!mayDo(viewer.role, permission)) {
    throw new DomainError("FORBIDDEN", `A key with the role ${viewer.role} may not do this.`);
  }
}
