import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { EventInput } from "./event-input.type";
import { IngestService } from "./ingest.service";
import { RecordInput } from "./record-input.type";
import { IngestResult, RecordResult } from "./write-result.type";

@Resolver()
export class IngestResolver {
  @Mutation(() => [IngestResult], {
    description:
      "Takes up to 1,000 events. Each is judged by itself; the answer keeps the order of the input. Sending an event again is safe. OPERATOR, ADMIN, INTEGRATION and PUBLIC.",
  })
  @Requires("INGEST")
  ingest(
    @Ctx() context: RequestContext,
    @Arg("events", () => [EventInput], { description: "What happened, in any order." }) events: EventInput[],
  ): Promise<IngestResult[]> {
    return context.service(IngestService).ingest(context.viewer, events);
  }

  @Mutation(() => [RecordResult], {
    description:
      "Takes up to 1,000 people as a CRM or another system holds them. Idempotent by (source, key); the answer keeps the order of the input. OPERATOR, ADMIN and INTEGRATION.",
  })
  @Requires("WRITE_RECORDS")
  upsertRecords(
    @Ctx() context: RequestContext,
    @Arg("records", () => [RecordInput], { description: "The people, in any order." }) records: RecordInput[],
  ): Promise<RecordResult[]> {
    return context.service(IngestService).upsertRecords(context.viewer, records);
  }
}
