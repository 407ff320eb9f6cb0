import { isUuid } from "../access/uuid";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { Connection, toConnection } from "../graphql/connection.type";
import { parseInstant } from "../graphql/date-time";
import { decodePageCursor, encodePageCursor } from "../graphql/page-cursor";
import { pageSize } from "../graphql/page-size";
import { RequestContext } from "../graphql/request-context";
import { Reads } from "../timeline/reads";
import { ProfileService } from "./profile.service";
import { SearchPlace, searchProfiles } from "./profile-search.repository";
import { ProfileView } from "./profile-view";
import { listRecentActivity, RecentPlace, RecentProfile } from "./recent-profiles.repository";
import { queryTokens } from "./search-tokens";

/** How many profiles a page holds when nothing is said. */
export const DEFAULT_PROFILES_PAGE = 20;

/** Activities read for each profile wanted: customers have several, and a page that comes up short reads on. */
const ACTIVITIES_A_PROFILE = 4;

export interface ProfilesArguments {
  readonly query?: string | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

interface Found {
  readonly id: string;
  readonly cursor: string;
}

/**
 * Lists of customers: those last seen, or those whom a query finds.
 *
 * Promises: a page costs the same in a tenant of ten customers and of a million. A search looks closely at the 200 best
 * records of its rarest term; what lies behind them is found by saying more. Paging through customers who are seen in
 * the meantime shows them where they then stand: one may be missed, none is shown twice on a page.
 */
export class ProfileListService {
  constructor(
    private readonly reads: Reads,
    private readonly profiles: ProfileService,
  ) {}

  /** @throws DomainError BAD_USER_INPUT, BAD_CURSOR */
  async list(context: RequestContext, { query, first, after }: ProfilesArguments): Promise<Connection<ProfileView>> {
    const size = pageSize(first, DEFAULT_PROFILES_PAGE);
    const asked = (query ?? "").trim();
    const found = await (asked === ""
      ? this.listRecent(context, recentPlaceOf(after), size + 1)
      : this.search(context, asked, searchPlaceOf(after), size + 1));
    const nodes = await Promise.all(found.map(({ id }) => this.profiles.findById(context, id)));
    const cursors = new Map<ProfileView, string>();
    for (const [index, node] of nodes.entries()) if (node !== null) cursors.set(node, found[index]!.cursor);
    return toConnection([...cursors.keys()], size, after, (node) => cursors.get(node)!);
  }

  private search(context: RequestContext, query: string, after: SearchPlace | null, limit: number): Promise<Found[]> {
    const terms = queryTokens(query);
    if (terms.length === 0) return Promise.resolve([]);
    return this.reads.run(context, async (tx) => {
      const places = await searchProfiles(tx, terms, after, limit);
      return places.map((place) => ({ id: place.id, cursor: encodePageCursor(searchKeys(place)) }));
    });
  }

  private listRecent(context: RequestContext, after: RecentPlace | null, limit: number): Promise<Found[]> {
    return this.reads.run(context, async (tx) => {
      const places = await walkRecent(tx, after, limit);
      return places.map((place) => ({ id: place.id, cursor: encodePageCursor(recentKeys(place)) }));
    });
  }
}

async function walkRecent(tx: Transaction, after: RecentPlace | null, limit: number): Promise<RecentProfile[]> {
  const found = new Map<string, RecentProfile>();
  const stretch = limit * ACTIVITIES_A_PROFILE;
  for (let place = after; found.size < limit; ) {
    const walked = await listRecentActivity(tx, place, stretch);
    for (const activity of walked) if (activity.latest && !found.has(activity.id)) found.set(activity.id, activity);
    if (walked.length < stretch) break;
    place = walked.at(-1)!;
  }
  return [...found.values()].slice(0, limit);
}

const recentKeys = (place: RecentPlace): string[] => ["recent", place.lastSeenAt, place.recordId];
const searchKeys = (place: SearchPlace): string[] => ["search", String(place.exact), place.lastSeenAt, place.id];

function recentPlaceOf(after: string | null | undefined): RecentPlace | null {
  const keys = decodePageCursor(after, 3);
  if (keys === null) return null;
  const [list, lastSeenAt, recordId] = keys as [string, string, string];
  if (list !== "recent" || !isPlace(lastSeenAt, recordId)) throw foreignCursor();
  return { lastSeenAt, recordId };
}

function searchPlaceOf(after: string | null | undefined): SearchPlace | null {
  const keys = decodePageCursor(after, 4);
  if (keys === null) return null;
  const [list, exact, lastSeenAt, id] = keys as [string, string, string, string];
  if (list !== "search" || !/^[0-9]$/.test(exact) || !isPlace(lastSeenAt, id)) throw foreignCursor();
  return { exact: Number(exact), lastSeenAt, id };
}

function isPlace(instant: string, id: string): boolean {
  return parseInstant(instant) === instant && isUuid(id) && id === id.toLowerCase();
}

function foreignCursor(): DomainError {
  return new DomainError("BAD_CURSOR", "The cursor is not one of this list.");
}
