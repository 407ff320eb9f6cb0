import { Transaction } from "../db/transaction";
import { RecordDraft } from "../identity/write/record-draft";
import { recordWords } from "./record-words";
import { replaceSearchTokens } from "./search-tokens-writer.repository";

/** Brings the words of records whose identifiers are written differently now to what they are. The caller holds the records. */
export async function respell(tx: Transaction, drafts: readonly RecordDraft[]): Promise<void> {
  const recordIds = drafts.map((draft) => draft.recordId);
  // Every link of these drafts names its identifier, so that none has to be looked up.
  await replaceSearchTokens(tx, recordIds, recordWords(drafts, new Map()));
}
