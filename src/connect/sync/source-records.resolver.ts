import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { DateTime } from "../../graphql/date-time";
import { RequestContext } from "../../graphql/request-context";
import { Requires } from "../../graphql/requires";
import { RecordsRemovedResult } from "./records-removed.type";
import { SourceRecordsService } from "./source-records.service";

@Resolver()
export class SourceRecordsResolver {
  @Mutation(() => RecordsRemovedResult, {
    description:
      "Takes away who a source held no longer at a moment, such as those that a full export of it does not name: their records go with their interactions, as when the source itself says that it deleted them, and what it said of them before counts as old news however late it is delivered. BAD_USER_INPUT for more than 1,000 keys. OPERATOR and ADMIN.",
  })
  @Requires("ERASE")
  removeSourceRecords(
    @Ctx() context: RequestContext,
    @Arg("source", () => String, { description: "The source." }) source: string,
    @Arg("keys", () => [String], { description: "The keys of its records, up to 1,000." }) keys: string[],
    @Arg("at", () => DateTime, { description: "When the source held them no longer: the time of the export." })
    at: string,
  ): Promise<RecordsRemovedResult> {
    return context.service(SourceRecordsService).remove(context.viewer, source, keys, at);
  }
}
