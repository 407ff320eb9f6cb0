import { Instant } from "../db/column-types";
import { Connection, toConnection } from "../graphql/connection.type";
import { pageSize } from "../graphql/page-size";
import { RequestContext } from "../graphql/request-context";
import { listTimelineAsOf } from "./as-of-timeline.repository";
import { Interaction } from "./interaction.type";
import { Reads } from "./reads";
import { DEFAULT_TIMELINE_PAGE, TimelineArguments } from "./timeline.service";
import { decodeTimelineCursor, encodeTimelineCursor } from "./timeline-cursor";

/**
 * What had happened with a customer by a moment of the past, newest first.
 *
 * Promises what the present timeline promises, of the interactions received by then. Trusts that the records are those
 * of the profile at that moment. An interaction that was removed or erased since is not there any more.
 */
export class AsOfTimelineService {
  constructor(private readonly reads: Reads) {}

  /** One page of the timeline of these records. @throws DomainError BAD_CURSOR, BAD_USER_INPUT */
  async timelineOf(
    context: RequestContext,
    recordIds: readonly string[],
    receivedThrough: Instant,
    { first, after, filter }: TimelineArguments,
  ): Promise<Connection<Interaction>> {
    const size = pageSize(first, DEFAULT_TIMELINE_PAGE);
    const slice = { after: decodeTimelineCursor(after), filter: filter ?? null, limit: size + 1 };
    const found = await this.reads.run(context, (tx) => listTimelineAsOf(tx, recordIds, slice, receivedThrough));
    return toConnection(found, size, after, encodeTimelineCursor);
  }
}
