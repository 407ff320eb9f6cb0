import { GraphQLError, GraphQLScalarType, Kind } from "graphql";

function read(value: unknown): string {
  if (typeof value !== "string") {
    throw new GraphQLError("A Cursor is a text.", { extensions: { code: "BAD_USER_INPUT" } });
  }
  return value;
}

/** A position in the change feed, as text; whether it is a real one is judged by the feed. */
export const Cursor = new GraphQLScalarType<string, string>({
  name: "Cursor",
  description: "An opaque position in the change feed. Resuming after it misses nothing.",
  serialize: (value) => value as string,
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : null),
});
