import { Transaction } from "../../db/transaction";
import { tellEvidence } from "../explain/explain-text";
import { IdentifierValue } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { NumberedEvidence } from "./rules-partition";
import { renormalize } from "./rules-renormalize";
import { RulesSnapshot } from "./rules-snapshot";
import { readSpellings } from "./rules-spelling.repository";

/**
 * Evidence in words, list by list. Values are not kept in the snapshot: those that are told are read and normalized once
 * more.
 */
export async function reasonsOf(
  tx: Transaction,
  snapshot: RulesSnapshot,
  evidence: readonly (readonly NumberedEvidence[])[],
  rules: ResolutionRules,
): Promise<string[][]> {
  const records = new Set(evidence.flat().map(({ a }) => snapshot.recordIds.uuid(a)));
  if (records.size === 0) return evidence.map(() => []);
  const links = renormalize(await readSpellings(tx, [...records]), rules);
  const told = ({ evidence: one, a, value }: NumberedEvidence): string => {
    const id = value === null ? null : snapshot.valueIds.uuid(value);
    const link = id === null ? undefined : links.get(snapshot.recordIds.uuid(a))?.get(id);
    const identifier: Pick<IdentifierValue, "kind" | "namespace" | "value"> | null = link?.identifier ?? null;
    return tellEvidence(one, { identifier, links: [], ruling: null });
  };
  return evidence.map((list) => [...new Set(list.map(told))]);
}
