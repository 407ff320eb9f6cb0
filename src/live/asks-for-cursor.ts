import { ASTNode, DocumentNode, GraphQLSchema, Kind, TypeInfo, visit, visitWithTypeInfo } from "graphql";

const known = new WeakMap<DocumentNode, boolean>();

/** Whether a valid document asks for `Profile.cursor` anywhere, so that the feed's position is to be read first. */
export function asksForCursor(schema: GraphQLSchema, document: DocumentNode): boolean {
  let asks = known.get(document);
  if (asks === undefined) {
    asks = find(schema, document);
    known.set(document, asks);
  }
  return asks;
}

function find(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let found = false;
  const enter = (node: ASTNode): void => {
    if (node.kind !== Kind.FIELD || node.name.value !== "cursor") return;
    if (types.getParentType()?.name === "Profile") found = true;
  };
  visit(document, visitWithTypeInfo(types, { enter }));
  return found;
}
