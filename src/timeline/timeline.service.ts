import DataLoader from "dataloader";
import { Connection, toConnection } from "../graphql/connection.type";
import { pageSize } from "../graphql/page-size";
import { RequestContext } from "../graphql/request-context";
import { Interaction } from "./interaction.type";
import { Reads } from "./reads";
import { findInteractions, listTimelines, TimelineSlice } from "./timeline.repository";
import { decodeTimelineCursor, encodeTimelineCursor } from "./timeline-cursor";
import { TimelineFilter } from "./timeline-filter.type";

/** How many interactions a page holds when nothing is said. */
export const DEFAULT_TIMELINE_PAGE = 50;

export interface TimelineArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly filter?: TimelineFilter | null;
}

interface TimelineKey extends TimelineSlice {
  readonly handle: string;
}

/**
 * What happened with a customer, newest first.
 *
 * Promises: a page costs the same whether the profile has a thousand interactions or a million; pages asked for with the
 * cursors of earlier ones repeat nothing and leave nothing out that was there before; the timelines of many profiles
 * are one statement. Trusts that a handle was given by a profile of the viewer's tenant: another tenant's has no timeline.
 * Answers BAD_CURSOR and BAD_USER_INPUT for pages that cannot be.
 */
export class TimelineService {
  constructor(private readonly reads: Reads) {}

  /** One page of the timeline of the profile that any of its record ids leads to. */
  async timelineOf(
    context: RequestContext,
    handle: string,
    { first, after, filter }: TimelineArguments,
  ): Promise<Connection<Interaction>> {
    const size = pageSize(first, DEFAULT_TIMELINE_PAGE);
    const key = { handle, after: decodeTimelineCursor(after), filter: filter ?? null, limit: size + 1 };
    return toConnection(await this.timelines(context).load(key), size, after, encodeTimelineCursor);
  }

  /** Undefined when there is no such interaction, or it was erased. */
  interactionOf(context: RequestContext, id: string): Promise<Interaction | undefined> {
    return this.interactions(context).load(id);
  }

  private timelines(context: RequestContext): DataLoader<TimelineKey, Interaction[], string> {
    return context.loader(
      "timeline.pages",
      () =>
        new DataLoader<TimelineKey, Interaction[], string>((keys) => this.loadTimelines(context, keys), {
          cacheKeyFn: (key) => `${key.handle} ${sliceName(key)}`,
        }),
    );
  }

  private interactions(context: RequestContext): DataLoader<string, Interaction | undefined> {
    return context.loader(
      "timeline.interactions",
      () =>
        new DataLoader<string, Interaction | undefined>((ids) =>
          this.reads.run(context, (tx) => findInteractions(tx, ids)),
        ),
    );
  }

  /** Profiles of which the same slice is wanted share a statement. */
  private loadTimelines(context: RequestContext, keys: readonly TimelineKey[]): Promise<Interaction[][]> {
    const bySlice = new Map<string, number[]>();
    for (const [index, key] of keys.entries()) {
      const name = sliceName(key);
      const indexes = bySlice.get(name);
      if (indexes === undefined) bySlice.set(name, [index]);
      else indexes.push(index);
    }
    return this.reads.run(context, async (tx) => {
      const pages: Interaction[][] = keys.map(() => []);
      const read = [...bySlice.values()].map(async (indexes) => {
        const handles = indexes.map((index) => keys[index]!.handle);
        const found = await listTimelines(tx, handles, keys[indexes[0]!]!);
        for (const [place, index] of indexes.entries()) pages[index] = found[place]!;
      });
      await Promise.all(read);
      return pages;
    });
  }
}

function sliceName({ after, filter, limit }: TimelineSlice): string {
  return JSON.stringify([after, filter, limit]);
}
