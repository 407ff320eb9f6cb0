import {
  ASTVisitor,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLError,
  Kind,
  OperationDefinitionNode,
  SelectionSetNode,
  ValidationContext,
  ValidationRule,
} from "graphql";

/** Fields within fields, the root field counted as the first. */
export const MAX_DEPTH = 12;

/** Aliases in one operation, those of its fragments counted each time they are spread. */
export const MAX_ALIASES = 15;

/** Words and signs of a document. Long lists of inputs belong in variables, which are not counted. */
export const MAX_TOKENS = 10_000;

/** Counting stops being exact here: nested fragments can stand for more aliases than a number can hold. */
const COUNTLESS = 1_000_000;

/** What an operation comes to once its fragments are written out. */
export interface Extent {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}

type FindFragment = (name: string) => FragmentDefinitionNode | null | undefined;

/** What a selection holds once its fragments are written out; each fragment is measured once, however often it is spread. */
class Measure {
  private readonly fragments = new Map<string, Extent>();
  private readonly open = new Set<string>();

  constructor(private readonly fragment: FindFragment) {}

  of(set: SelectionSetNode): Extent {
    let depth = 0;
    let aliases = 0;
    let fields = 0;
    for (const selection of set.selections) {
      const extent =
        selection.kind === Kind.FIELD
          ? this.ofField(selection)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? this.of(selection.selectionSet)
            : this.ofFragment(selection.name.value);
      depth = Math.max(depth, extent.depth);
      aliases = Math.min(aliases + extent.aliases, COUNTLESS);
      fields = Math.min(fields + extent.fields, COUNTLESS);
    }
    return { depth, aliases, fields };
  }

  private ofField(field: FieldNode): Extent {
    const own = field.alias === undefined ? 0 : 1;
    if (field.selectionSet === undefined) return { depth: 1, aliases: own, fields: 1 };
    const inner = this.of(field.selectionSet);
    // Tools ask for the schema with one long question; how deep that may nest is for GraphQL's own rule to say.
    const depth = field.name.value === "__schema" || field.name.value === "__type" ? 1 : inner.depth + 1;
    return { depth, aliases: inner.aliases + own, fields: inner.fields + 1 };
  }

  private ofFragment(name: string): Extent {
    const known = this.fragments.get(name);
    if (known !== undefined) return known;
    const fragment = this.fragment(name);
    // An unknown or circular fragment is refused by GraphQL's own rules; here it only must not be followed for ever.
    if (fragment === null || fragment === undefined || this.open.has(name)) return { depth: 0, aliases: 0, fields: 0 };
    this.open.add(name);
    const extent = this.of(fragment.selectionSet);
    this.open.delete(name);
    this.fragments.set(name, extent);
    return extent;
  }
}

export function measure(operation: OperationDefinitionNode, fragment: FindFragment): Extent {
  return new Measure(fragment).of(operation.selectionSet);
}

/** Reports operations that nest or repeat more than the limits allow. */
export function ExtentRule(context: ValidationContext): ASTVisitor {
  const measure = new Measure((name) => context.getFragment(name));
  return {
    OperationDefinition(operation) {
      const { depth, aliases } = measure.of(operation.selectionSet);
      if (depth > MAX_DEPTH) report(`The operation is ${depth} levels deep; at most ${MAX_DEPTH} are allowed.`);
      if (aliases > MAX_ALIASES) report(`The operation has ${aliases} aliases; at most ${MAX_ALIASES} are allowed.`);
      return false;

      function report(message: string): void {
        const extensions = { code: "LIMIT_EXCEEDED" };
        context.reportError(new GraphQLError(message, { nodes: operation, extensions }));
      }
    },
    [Kind.FRAGMENT_DEFINITION]: () => false,
  };
}

/** What a document must hold to beside GraphQL's own rules, on every transport. */
export const LIMIT_RULES: readonly ValidationRule[] = [ExtentRule];
