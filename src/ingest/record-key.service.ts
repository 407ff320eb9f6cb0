import { Viewer } from "../access/viewer";
import { Database } from "../db/database";
import { DomainError } from "../errors";
import { listRecordKeys } from "../identity/write/record.repository";
import { RecordKeyPage } from "./record-key.type";
import { KEY_MAX } from "./subject";
import { findTextProblem } from "./text-rules";

const PAGE = 1_000;

/** Which records a source has, for integrations that compare them with what they hold themselves. */
export class RecordKeyService {
  constructor(private readonly database: Database) {}

  /** @throws DomainError BAD_USER_INPUT when `after` cannot be a key */
  async listKeys(viewer: Viewer, source: string, after: string): Promise<RecordKeyPage> {
    if (after.length > KEY_MAX || findTextProblem(after) !== null || findTextProblem(source) !== null) {
      throw new DomainError("BAD_USER_INPUT", "after has to be a key, and source the name of a source.");
    }
    const found = await this.database.read(viewer.tenantId, (tx) => listRecordKeys(tx, source, after, PAGE + 1));
    return { records: found.slice(0, PAGE), hasMore: found.length > PAGE };
  }
}
