import { ASTNode, DocumentNode, Kind, OperationDefinitionNode, visit } from "graphql";

type Variables = Readonly<Record<string, unknown>>;

const known = new WeakMap<DocumentNode, ReadonlySet<string>>();

/**
 * The variables that an event's answer may depend on. Not those that stand only for arguments of a subscription's root
 * field: they say which events are wanted, and from which cursor on, and nothing of how each is answered.
 */
export function variablesThatMatter(document: DocumentNode, variables: Variables): Variables {
  let names = known.get(document);
  if (names === undefined) {
    names = find(document);
    known.set(document, names);
  }
  const matter: Record<string, unknown> = {};
  for (const name of names) if (Object.hasOwn(variables, name)) matter[name] = variables[name];
  return matter;
}

function find(document: DocumentNode): Set<string> {
  const names = new Set<string>();
  const rootArguments = new Set<ASTNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION)
      for (const node of argumentsOf(definition)) rootArguments.add(node);
  }
  visit(document, {
    [Kind.VARIABLE_DEFINITION]: () => false,
    [Kind.ARGUMENT]: (node) => (rootArguments.has(node) ? false : undefined),
    [Kind.VARIABLE]: (node) => {
      names.add(node.name.value);
    },
  });
  return names;
}

/** The arguments of the fields at the root that are written out there; those inside a fragment count as others do. */
function argumentsOf({ operation, selectionSet }: OperationDefinitionNode): readonly ASTNode[] {
  if (operation !== "subscription") return [];
  return selectionSet.selections.flatMap((node) => (node.kind === Kind.FIELD ? (node.arguments ?? []) : []));
}
