import { Extensions } from "type-graphql";
import { Permission } from "../access/permissions";

/** The key under which a root field carries the permission it asks for. */
export const REQUIRES = "requires";

/**
 * What a key must be allowed to use this query, mutation or subscription. The schema does not assemble while a root field
 * is without it, and the permission is asked for before the resolver runs (of a subscription: before it subscribes, and
 * again before each event).
 */
export function Requires(permission: Permission): MethodDecorator {
  return Extensions({ [REQUIRES]: permission }) as MethodDecorator;
}
