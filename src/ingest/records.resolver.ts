import { Arg, Ctx, Query, Resolver } from "type-graphql";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { IngestService } from "./ingest.service";
import { RecordInput } from "./record-input.type";
import { RecordKeyService } from "./record-key.service";
import { RecordKeyPage } from "./record-key.type";
import { RecordsPreview } from "./records-preview.type";

@Resolver()
export class RecordsResolver {
  @Query(() => RecordsPreview, {
    description:
      "What upsertRecords would do with up to 5,000 records now: what would be created, updated, joined and refused. Writes nothing. Records of one request see each other; what others send meanwhile may change the answer. OPERATOR, ADMIN and INTEGRATION.",
  })
  @Requires("WRITE_RECORDS")
  previewRecords(
    @Ctx() context: RequestContext,
    @Arg("records", () => [RecordInput], { description: "The people, in any order." }) records: RecordInput[],
  ): Promise<RecordsPreview> {
    return context.service(IngestService).previewRecords(context.viewer, records);
  }

  @Query(() => RecordKeyPage, {
    description:
      "The records of a source, in the order of their keys, to compare them with what the source itself holds. BAD_USER_INPUT for what cannot be a key. OPERATOR, ADMIN and INTEGRATION.",
  })
  @Requires("WRITE_RECORDS")
  recordKeys(
    @Ctx() context: RequestContext,
    @Arg("source", () => String, { description: "The source." }) source: string,
    @Arg("after", () => String, { defaultValue: "", description: "Only keys behind this one; all, when left out." })
    after: string,
  ): Promise<RecordKeyPage> {
    return context.service(RecordKeyService).listKeys(context.viewer, source, after);
  }
}
