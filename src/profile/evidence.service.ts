import DataLoader from "dataloader";
import { DomainError } from "../errors";
import { RequestContext } from "../graphql/request-context";
import { KeptEvidence, ToldEvidence, tellAll } from "../identity/explain/explain-told";
import { Reads } from "../timeline/reads";
import { findRecords } from "./profile.repository";
import { RecordView } from "./profile-view";

/** Evidence as clients see it: the records of all that an operation asks for are one statement, and so are the words. */
export class EvidenceService {
  constructor(private readonly reads: Reads) {}

  /** @throws DomainError NOT_FOUND when it was removed while the operation ran */
  async getRecord(context: RequestContext, id: string): Promise<RecordView> {
    const record = await this.records(context).load(id);
    if (record === null) throw new DomainError("NOT_FOUND", "This record was removed a moment ago.");
    return record;
  }

  /** The records that are there, in the order of their ids. */
  async listRecords(context: RequestContext, ids: readonly string[]): Promise<RecordView[]> {
    const found = await this.records(context).loadMany([...ids].sort());
    return found.flatMap((record) => (record instanceof RecordView ? [record] : []));
  }

  /** In words, as of now. What speaks of a record that is gone is left out: of such a person nothing is told. */
  async tell(context: RequestContext, evidence: readonly KeptEvidence[]): Promise<ToldEvidence[]> {
    const told = await Promise.all(evidence.map((one) => this.words(context).load(one)));
    const known = await Promise.all(told.map((one) => this.records(context).loadMany([one.recordAId, one.recordBId])));
    return told.filter((_, place) => known[place]!.every((record) => record instanceof RecordView));
  }

  private words(context: RequestContext): DataLoader<KeptEvidence, ToldEvidence> {
    return context.loader(
      "profile.evidence",
      () =>
        new DataLoader<KeptEvidence, ToldEvidence>((evidence) =>
          this.reads.run(context, (tx) => tellAll(tx, evidence)),
        ),
    );
  }

  private records(context: RequestContext): DataLoader<string, RecordView | null> {
    return context.loader(
      "profile.records",
      () =>
        new DataLoader<string, RecordView | null>(async (ids) => {
          const found = await this.reads.run(context, (tx) => findRecords(tx, ids));
          return ids.map((id) => (found.has(id) ? new RecordView(found.get(id)!) : null));
        }),
    );
  }
}
