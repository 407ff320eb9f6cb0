import { GraphQLScalarType, Kind, ValueNode } from "graphql";

/**
 * The value a literal in the document stands for. `Object.fromEntries` makes own properties of every name, `__proto__`
 * among them, as JSON.parse does.
 */
function literal(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literal(field.value, variables)]));
    case Kind.LIST:
      return node.values.map((value) => literal(value, variables));
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.VARIABLE:
      return variables?.[node.name.value] ?? null;
    case Kind.NULL:
      return null;
    default:
      return node.value;
  }
}

const asItIs = (value: unknown): unknown => value;

export const Json = new GraphQLScalarType({
  name: "JSON",
  description: "Any JSON value; it comes back as it was sent.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc8259",
  serialize: asItIs,
  parseValue: asItIs,
  parseLiteral: literal,
});
