import DataLoader from "dataloader";
import { isUuid } from "../access/uuid";
import { DomainError } from "../errors";
import { Connection, toConnection } from "../graphql/connection.type";
import { decodePageCursor, encodePageCursor } from "../graphql/page-cursor";
import { pageSize } from "../graphql/page-size";
import { RequestContext } from "../graphql/request-context";
import { ToldEvidence } from "../identity/explain/explain-told";
import {
  IdentityEventPlace,
  listIdentityEvents,
  StoredIdentityEvent,
} from "../identity/write/identity-history.repository";
import { Reads } from "../timeline/reads";
import { EvidenceService } from "./evidence.service";
import { IdentityEvent } from "./history.type";
import { ProfileService } from "./profile.service";
import { PastMoment, Profile } from "./profile.type";

export const DEFAULT_HISTORY_PAGE = 20;

/** Tells a cursor of a history from one of another list. */
const LIST = "history";

const LEAST_ID = "00000000-0000-0000-0000-000000000000";

/** More than a person reads of one entry. */
const MOST_EVIDENCE = 100;

interface HistoryKey {
  readonly ids: readonly string[];
  readonly after: IdentityEventPlace | null;
  readonly limit: number;
}

/**
 * How customers came to be one, or several.
 *
 * Promises: what concerned any id that the customer has, once, newest first; the histories of many profiles are one
 * statement, and the evidence of all their entries three more. Evidence that speaks of a record that is gone is left out.
 */
export class HistoryService {
  constructor(
    private readonly reads: Reads,
    private readonly profiles: ProfileService,
    private readonly evidence: EvidenceService,
  ) {}

  /** Of a profile that was just read, as of now or as of its moment. */
  async historyOf(
    context: RequestContext,
    { handle, past }: Pick<Profile, "handle" | "past">,
    first: number | null | undefined,
    after: string | null | undefined,
  ): Promise<Connection<IdentityEvent>> {
    const size = pageSize(first, DEFAULT_HISTORY_PAGE);
    const place = decodePlace(after) ?? endOf(past);
    const ids = past?.recordIds ?? idsOf(await this.profiles.getById(context, handle));
    const key = { ids, after: place, limit: size + 1 };
    return toConnection(await this.pages(context).load(key), size, after, encodePlace);
  }

  evidenceOf(context: RequestContext, { kept, at }: IdentityEvent): Promise<ToldEvidence[]> {
    const noted = kept.slice(0, MOST_EVIDENCE).map((one) => ({ ...one, notedAt: at }));
    return this.evidence.tell(context, noted);
  }

  private pages(context: RequestContext): DataLoader<HistoryKey, IdentityEvent[], string> {
    return context.loader(
      "profile.history",
      () =>
        new DataLoader<HistoryKey, IdentityEvent[], string>((keys) => this.load(context, keys), {
          cacheKeyFn: ({ ids, ...slice }) => `${ids[0]} ${JSON.stringify(slice)}`,
        }),
    );
  }

  /** Profiles of which the same page is wanted share a statement. */
  private load(context: RequestContext, keys: readonly HistoryKey[]): Promise<IdentityEvent[][]> {
    const bySlice = new Map<string, number[]>();
    for (const [place, { after, limit }] of keys.entries()) {
      const slice = JSON.stringify([after, limit]);
      bySlice.set(slice, [...(bySlice.get(slice) ?? []), place]);
    }
    return this.reads.run(context, async (tx) => {
      const pages: IdentityEvent[][] = keys.map(() => []);
      const reading = [...bySlice.values()].map(async (places) => {
        const { after, limit } = keys[places[0]!]!;
        const lists = places.map((place) => keys[place]!.ids);
        const found = await listIdentityEvents(tx, lists, after, limit);
        for (const [nth, place] of places.entries()) pages[place] = found[nth]!.map(toEvent);
      });
      await Promise.all(reading);
      return pages;
    });
  }
}

function toEvent({ evidence, ...event }: StoredIdentityEvent): IdentityEvent {
  return { ...event, kept: evidence };
}

function idsOf({ id, formerIds }: Pick<Profile, "id" | "formerIds">): string[] {
  return [id, ...formerIds];
}

/** Behind all that is newer than a moment of the past. */
function endOf(past: PastMoment | undefined): IdentityEventPlace | null {
  return past === undefined ? null : { position: past.moment.position + 1, id: LEAST_ID };
}

function encodePlace({ position, id }: IdentityEventPlace): string {
  return encodePageCursor([LIST, String(position), id]);
}

function decodePlace(cursor: string | null | undefined): IdentityEventPlace | null {
  const keys = decodePageCursor(cursor, 3);
  if (keys === null) return null;
  const [list, position, id] = keys as [string, string, string];
  if (list !== LIST || !/^[1-9]\d{0,14}$/.test(position) || !isUuid(id) || id !== id.toLowerCase()) {
    throw new DomainError("BAD_CURSOR", "The cursor is not one of this list.");
  }
  return { position: Number(position), id };
}
