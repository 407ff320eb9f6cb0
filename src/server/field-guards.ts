import { GraphQLField, GraphQLFieldResolver, GraphQLSchema, getNamedType, isObjectType } from "graphql";
import { isPermission, Permission, requirePermission } from "../access/permissions";
import { DomainError } from "../errors";
import { RequestContext } from "../graphql/request-context";
import { REQUIRES } from "../graphql/requires";

type Resolve = GraphQLFieldResolver<unknown, RequestContext>;

/** Inputs whose texts are judged one entry at a time by the room that takes them, so that one bad entry fails alone. */
const JUDGED_BY_ENTRY: ReadonlySet<string> = new Set(["EventInput", "RecordInput"]);

/** Text that PostgreSQL cannot hold (U+0000) and that no encoding can carry (half of a surrogate pair). */
const UNSTORABLE = /[\0\p{Cs}]/u;

const DEEPEST_ARGUMENT = 64;

/**
 * Puts the guards in front of the resolvers: each root field asks for its permission first, and each text among the
 * arguments of any field is checked. Fails when a root field does not say what it requires.
 */
export function guardFields(schema: GraphQLSchema): void {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const permission = roots.has(type) ? permissionOf(`${type.name}.${field.name}`, field) : undefined;
      if (permission === undefined && field.args.length === 0) continue;
      const guard = guardOf(field, permission);
      if (field.resolve) field.resolve = guarded(field.resolve, guard);
      if (field.subscribe) field.subscribe = guarded(field.subscribe, guard);
    }
  }
}

function permissionOf(name: string, field: GraphQLField<unknown, RequestContext>): Permission {
  const permission: unknown = field.extensions[REQUIRES];
  if (!isPermission(permission)) throw new Error(`${name} does not say which permission it requires`);
  return permission;
}

type Guard = (args: Record<string, unknown>, context: RequestContext) => void;

function guardOf(field: GraphQLField<unknown, RequestContext>, permission: Permission | undefined): Guard {
  const checked = field.args.filter((argument) => !JUDGED_BY_ENTRY.has(getNamedType(argument.type).name));
  return (args, context) => {
    if (permission !== undefined) requirePermission(context.viewer, permission);
    for (const { name } of checked) checkValue(args[name], name, 1);
  };
}

function guarded(resolve: Resolve, guard: Guard): Resolve {
  return (source, args, context, info) => {
    guard(args, context);
    return resolve(source, args, context, info);
  };
}

function checkValue(value: unknown, name: string, depth: number): void {
  if (typeof value === "string") {
    if (UNSTORABLE.test(value)) refuse(`${name} contains U+0000 or half of a surrogate pair.`);
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) refuse(`${name} contains a number beyond a double.`);
  } else if (typeof value === "object" && value !== null) {
    if (depth > DEEPEST_ARGUMENT) refuse(`${name} nests deeper than ${DEEPEST_ARGUMENT} levels.`);
    for (const [key, entry] of Object.entries(value)) {
      if (UNSTORABLE.test(key)) refuse(`${name} contains U+0000 or half of a surrogate pair.`);
      checkValue(entry, name, depth + 1);
    }
  }
}

function refuse(message: string): never {
  throw new DomainError("BAD_USER_INPUT", message);
}
