import { Transaction } from "../db/transaction";
import { SimilarityPlan, writeSimilarity } from "../identity/similarity/similarity-plan";
import { Drafted } from "../identity/write/identity-plan";
import { Meanwhile } from "../identity/write/meanwhile";
import { WordsBefore } from "../profile/record-words";
import { wordsOfNew, writeWordsAhead } from "./batch-words";

/**
 * What of a batch is sent before it is decided who is who. Each part is awaited with the rest of the batch; should something
 * before that fail, its own failure is the same transaction's and tells nothing more.
 */
export class SentAhead implements Meanwhile {
  /** Words that are on their way. */
  words: WordsBefore = new Map();
  /** Null while they are not. */
  appended: Promise<unknown> | null = null;
  similarity: Promise<void> | null = null;

  /**
   * @param append writes what is appended to the drafted records
   * @param isKnown whether it is known before the plan what is appended, as far as the drafted records are stored
   */
  constructor(
    private readonly tx: Transaction,
    private readonly append: (drafted: Drafted) => Promise<unknown>,
    private readonly isKnown: boolean,
  ) {}

  waiting(drafted: Drafted): void {
    this.words = wordsOfNew(drafted);
    writeWordsAhead(this.tx, this.words).catch(() => undefined);
  }

  drafted(drafted: Drafted): boolean {
    // Of a record that is only made here the id may be another's yet.
    if (!this.isKnown || [...drafted.drafts.values()].some(({ stored }) => !stored)) return false;
    this.appended = this.append(drafted);
    this.appended.catch(() => undefined);
    return true;
  }

  compared(similarity: SimilarityPlan): void {
    if (similarity.changes.length === 0) return;
    this.similarity = writeSimilarity(this.tx, similarity);
    this.similarity.catch(() => undefined);
    this.tx.goAhead();
  }
}
