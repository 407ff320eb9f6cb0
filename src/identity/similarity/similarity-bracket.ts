import { Transaction } from "../../db/transaction";
import { ResolutionRules } from "../resolve/resolution-rules";
import { countRecords } from "../rules/rules.repository";
import { RulesChange } from "../rules/rules-input";
import { recordBracketOf } from "./similarity-rules";

/** The change with a bracket, where it has none: whoever switches similarity on means it for the records that there are. */
export async function withBracket(
  tx: Transaction,
  present: ResolutionRules,
  change: RulesChange,
): Promise<RulesChange> {
  const { similarity } = change;
  const begins = similarity?.enabled === true && !present.similarity.enabled;
  if (!begins || (similarity.recordBracket ?? null) !== null) return change;
  const fitting = recordBracketOf(await countRecords(tx));
  const recordBracket = Math.max(present.similarity.recordBracket, fitting);
  return { ...change, similarity: { ...similarity, recordBracket } };
}
