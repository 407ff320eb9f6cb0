import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { RequestContext } from "../graphql/request-context";
import { EvidenceService } from "./evidence.service";
import { Evidence } from "./evidence.type";
import { SourceRecord } from "./profile.type";

@Resolver(() => Evidence)
export class EvidenceResolver {
  @FieldResolver(() => SourceRecord, { description: "One of the two records; along a path the one that comes first." })
  recordA(@Root() evidence: Evidence, @Ctx() context: RequestContext): Promise<SourceRecord> {
    return context.service(EvidenceService).getRecord(context, evidence.recordAId);
  }

  @FieldResolver(() => SourceRecord, { description: "The other of the two records." })
  recordB(@Root() evidence: Evidence, @Ctx() context: RequestContext): Promise<SourceRecord> {
    return context.service(EvidenceService).getRecord(context, evidence.recordBId);
  }
}
