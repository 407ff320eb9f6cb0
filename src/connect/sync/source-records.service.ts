import { Viewer } from "../../access/viewer";
import { Instant } from "../../db/column-types";
import { Database } from "../../db/database";
import { DomainError } from "../../errors";
import { readRecordStates } from "../../identity/write/record.repository";
import { RecordState } from "../../identity/write/record-state";
import { RecordName, recordHandle } from "../../identity/write/sighting";
import { findTextProblem } from "../../ingest/text-rules";
import { ItemIntake } from "../pipeline/item-intake";

const KEYS_MAX = 1_000;

export interface RecordsRemoved {
  readonly removed: number;
  /** Keys of those that the source spoke of since. */
  readonly kept: readonly string[];
}

/**
 * What a full export of a source tells of those who are not in it.
 *
 * Promises: it goes the way of a deletion that the source tells by itself, so that what the source said of them before is
 * old news however late it comes; nobody goes of whom the source said something after the export was made.
 */
export class SourceRecordsService {
  constructor(
    private readonly database: Database,
    private readonly intake: ItemIntake,
  ) {}

  /**
   * Takes away who a source held no longer at a moment; one that lies ahead counts as now.
   *
   * @throws DomainError BAD_USER_INPUT for too many keys, or what cannot be one; what keeps a record from being removed
   */
  async remove(
    { tenantId, actor }: Viewer,
    source: string,
    keys: readonly string[],
    at: Instant,
  ): Promise<RecordsRemoved> {
    if (keys.length > KEYS_MAX) throw new DomainError("BAD_USER_INPUT", `Name at most ${KEYS_MAX} keys.`);
    if ([source, ...keys].some((text) => findTextProblem(text) !== null)) {
      throw new DomainError("BAD_USER_INPUT", "source has to be the name of a source, and keys its keys.");
    }
    const now = new Date().toISOString();
    const moment = at < now ? at : now;
    const nameOf = (key: string): RecordName => ({ source, key, claimed: false });
    const states = await this.database.read(tenantId, (tx) => readRecordStates(tx, keys.map(nameOf)));
    const kept = keys.filter((key) => isSpokenOfSince(states.get(recordHandle(nameOf(key))), moment));
    const origin = { tenantId, source, actor, trusted: true, timesVary: false, hasRemovals: false };
    const gone = keys.filter((key) => !kept.includes(key));
    const { accepted, untaken } = await this.intake.take(
      origin,
      gone.map((key) => ({ kind: "RECORD_REMOVED", source, key, at: moment })),
    );
    if (untaken[0]) throw new DomainError("CONFLICT", untaken[0].reason);
    return { removed: accepted, kept };
  }
}

function isSpokenOfSince(record: RecordState | undefined, at: Instant): boolean {
  if (record === undefined) return false;
  const seen = [...record.links.values()].map(({ lastSeenAt }) => lastSeenAt);
  return [...seen, ...[...record.attributes.values()].map(({ observedAt }) => observedAt)].some((time) => time > at);
}
