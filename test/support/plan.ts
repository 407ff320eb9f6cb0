import { TestDatabase } from "./database";
import { SentStatement } from "./noted-database";

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly PlanNode[];
}

interface PlanRow {
  readonly "QUERY PLAN": readonly { readonly Plan: PlanNode }[];
}

/** How a plan reaches rows: by which index and within which condition, or a whole table. */
export interface Access {
  readonly by: string;
  readonly within: string;
}

/**
 * How PostgreSQL reaches rows for a statement, as the application's role with the tenant set: for these values, and in
 * the plan that serves any values, which takes over once a prepared statement has run often enough.
 */
export async function accessesOf(db: TestDatabase, tenantId: string, sent: SentStatement): Promise<Access[]> {
  await db.ownerQuery("begin");
  try {
    await db.ownerQuery("select use_tenant($1)", [tenantId]);
    const { text } = sent.statement;
    const specific = await db.ownerQuery<PlanRow>(`explain (format json) ${text}`, sent.values);
    const generic = await db.ownerQuery<PlanRow>(`explain (format json, generic_plan) ${text}`);
    return [...specific, ...generic].flatMap((row) => [...accesses(row["QUERY PLAN"][0]!.Plan)]);
  } finally {
    await db.ownerQuery("rollback");
  }
}

function* accesses(node: PlanNode): Generator<Access> {
  const index = node["Index Name"];
  if (index !== undefined) yield { by: index, within: node["Index Cond"] ?? "" };
  else if (node["Node Type"] === "Seq Scan") yield { by: `all of ${node["Relation Name"]}`, within: "" };
  for (const below of node.Plans ?? []) yield* accesses(below);
}
