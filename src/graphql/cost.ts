import {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLError,
  GraphQLField,
  GraphQLSchema,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  OperationDefinitionNode,
  SelectionSetNode,
} from "graphql";
import { LONGEST_CHANGES_PAGE, LONGEST_PAGE } from "./page-size";

/**
 * The most values an operation may be expected to answer with. A profile with 100 interactions of every field, its whole
 * history and all its evidence comes to less than half; a hundred profiles with a hundred interactions each still pass.
 */
export const MAX_COST = 400_000;

/** Entries expected of a list that has no `first`: identifiers, records, pieces of evidence. */
const EXPECTED_ENTRIES = 5;

type Variables = Readonly<Record<string, unknown>>;
type Cost = (variables: Variables) => number;

const FREE: Cost = () => 0;

/**
 * Works out what an operation may cost, once for all values of its variables: every value answered costs 1, and a list
 * multiplies what stands below it by its `first`, as far as the longest page goes (beyond it the page itself is refused).
 * The document must have passed validation.
 */
export function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Cost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const root = schema.getRootType(operation.operation);
  if (root === undefined || root === null) return FREE;
  return new CostReader(schema, fragments, defaultsOf(operation)).ofSet(operation.selectionSet, root, false);
}

/** Refuses an operation that would answer with more values than are allowed, or nothing when it may run. */
export function refuseCost(cost: Cost, variables: Variables): GraphQLError | null {
  const values = cost(variables);
  if (values <= MAX_COST) return null;
  const message = `The operation could answer with ${values} values; at most ${MAX_COST} are allowed. Ask for shorter pages.`;
  return new GraphQLError(message, { extensions: { code: "LIMIT_EXCEEDED" } });
}

class CostReader {
  private readonly known = new Map<string, Cost>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly defaults: Variables,
  ) {}

  /** `paged`: the set belongs to a page, whose length is counted already. */
  ofSet(set: SelectionSetNode, type: GraphQLCompositeType, paged: boolean): Cost {
    const costs = set.selections.map((selection) => {
      if (selection.kind === Kind.FIELD) return this.ofField(selection, type, paged);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return this.ofFragment(selection.name.value, paged);
      const condition = selection.typeCondition && this.schema.getType(selection.typeCondition.name.value);
      return this.ofSet(selection.selectionSet, isCompositeType(condition) ? condition : type, paged);
    });
    return (variables) => costs.reduce((sum, cost) => sum + cost(variables), 0);
  }

  private ofField(node: FieldNode, type: GraphQLCompositeType, paged: boolean): Cost {
    const field = "getFields" in type ? type.getFields()[node.name.value] : undefined;
    if (field === undefined) return node.name.value.startsWith("__") ? FREE : () => 1;
    const inner = getNamedType(field.type);
    const list = isList(field);
    if (node.selectionSet === undefined || !isCompositeType(inner)) return () => 1;
    const first = field.args.find((argument) => argument.name === "first");
    const below = this.ofSet(node.selectionSet, inner, first !== undefined);
    if (first !== undefined) {
      const longest = field.name === "changes" ? LONGEST_CHANGES_PAGE : LONGEST_PAGE;
      const length = this.pageLength(node, first.defaultValue, longest);
      return (variables) => 1 + length(variables) * below(variables);
    }
    const entries = list && !paged ? EXPECTED_ENTRIES : 1;
    return (variables) => 1 + entries * below(variables);
  }

  private ofFragment(name: string, paged: boolean): Cost {
    const key = `${name} ${paged}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const fragment = this.fragments.get(name);
    const type = fragment && this.schema.getType(fragment.typeCondition.name.value);
    if (fragment === undefined || !isCompositeType(type)) return FREE;
    const cost = remembered(this.ofSet(fragment.selectionSet, type, paged));
    this.known.set(key, cost);
    return cost;
  }

  /** How many entries a page may have. One that is asked for beyond the longest is refused when it is read. */
  private pageLength(node: FieldNode, fallback: unknown, longest: number): Cost {
    const given = node.arguments?.find((argument) => argument.name.value === "first")?.value;
    const within = (asked: unknown) => Math.min(Math.max(typeof asked === "number" ? asked : longest, 1), longest);
    if (given?.kind === Kind.VARIABLE) {
      const name = given.name.value;
      return (variables) => within(variables[name] ?? this.defaults[name] ?? fallback);
    }
    const length = within(given?.kind === Kind.INT ? Number(given.value) : fallback);
    return () => length;
  }
}

/** A fragment spread many times, in fragments spread many times, is worked out once for each set of variables. */
function remembered(cost: Cost): Cost {
  const answers = new WeakMap<Variables, number>();
  return (variables) => {
    const known = answers.get(variables);
    if (known !== undefined) return known;
    const answer = cost(variables);
    answers.set(variables, answer);
    return answer;
  };
}

function isList(field: GraphQLField<unknown, unknown>): boolean {
  return isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
}

/** The numbers that the operation gives to variables that are left out. */
function defaultsOf(operation: OperationDefinitionNode): Variables {
  const numbers = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)] as const] : [],
  );
  return Object.fromEntries(numbers);
}
