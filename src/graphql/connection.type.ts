import { ClassType, Field, ObjectType } from "type-graphql";
import { PageInfo } from "./page-info.type";

export interface Edge<N> {
  readonly cursor: string;
  readonly node: N;
}

/** A page of a list, in the form of Relay's connections, with the nodes also on their own. */
export interface Connection<N> {
  readonly edges: readonly Edge<N>[];
  readonly nodes: readonly N[];
  readonly pageInfo: PageInfo;
}

/** The GraphQL types `<name>Edge` and `<name>Connection` over a node type. Plain objects of the shape above satisfy them. */
export function connectionType<N extends object>(name: string, node: () => ClassType<N>): ClassType<Connection<N>> {
  @ObjectType(`${name}Edge`, { description: "One entry of a page." })
  class EdgeType {
    @Field(() => String, { description: "Where this entry stands: pass it as `after` for what follows it." })
    cursor!: string;

    @Field(node, { description: "The entry itself." })
    node!: N;
  }

  @ObjectType(`${name}Connection`, { description: "A page of a list." })
  class ConnectionType {
    @Field(() => [EdgeType], { description: "The entries with their cursors." })
    edges!: EdgeType[];

    @Field(() => [node()], { description: "The entries without their cursors." })
    nodes!: N[];

    @Field(() => PageInfo, { description: "Where the page stands in its list." })
    pageInfo!: PageInfo;
  }
  return ConnectionType;
}

/**
 * Makes a page from up to `size` + 1 entries, read in order: the one too many tells that more follows.
 * `after` is what the page was asked for with. Cursors are worked out when somebody asks for them: most read the nodes.
 */
export function toConnection<N>(
  found: readonly N[],
  size: number,
  after: string | null | undefined,
  cursorOf: (node: N) => string,
): Connection<N> {
  const nodes = found.length > size ? found.slice(0, size) : found;
  const first = nodes[0];
  const last = nodes.at(-1);
  return {
    get edges() {
      return nodes.map((node) => ({ cursor: cursorOf(node), node }));
    },
    nodes,
    pageInfo: {
      hasNextPage: found.length > size,
      hasPreviousPage: typeof after === "string",
      get startCursor() {
        return first === undefined ? null : cursorOf(first);
      },
      get endCursor() {
        return last === undefined ? null : cursorOf(last);
      },
    },
  };
}
