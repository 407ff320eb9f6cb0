import DataLoader from "dataloader";
import { isUuid } from "../access/uuid";
import { DomainError } from "../errors";
import { Connection, toConnection } from "../graphql/connection.type";
import { decodePageCursor, encodePageCursor } from "../graphql/page-cursor";
import { pageSize } from "../graphql/page-size";
import { RequestContext } from "../graphql/request-context";
import { RulingOutcome } from "../identity/resolve/decision";
import { readRulingSides } from "../identity/rulings/ruling.repository";
import { RulingService } from "../identity/rulings/ruling.service";
import { readSharedValues, SharedValue } from "../identity/write/shared-value.repository";
import { Reads } from "../timeline/reads";
import { EvidenceService } from "./evidence.service";
import { ProfileService } from "./profile.service";
import { RuledIdentifier, Ruling, RulingResult } from "./ruling.type";

export const DEFAULT_RULINGS_PAGE = 20;

/** Tells a cursor of the rulings from one of another list. */
const LIST = "rulings";

/** Rulings and what became of them, as clients see them. */
export class RulingAnswerService {
  constructor(
    private readonly reads: Reads,
    private readonly rulings: RulingService,
    private readonly profiles: ProfileService,
    private readonly evidence: EvidenceService,
  ) {}

  /** The profiles are read anew: what the operation read before the ruling says how they were then. */
  async answer(context: RequestContext, outcome: RulingOutcome): Promise<RulingResult> {
    if ("refused" in outcome) {
      return { rulingId: null, profiles: [], refused: outcome.refused, overruledRulings: [], overrode: [] };
    }
    const now = context.fresh();
    const [profiles, overrode] = await Promise.all([
      Promise.all(outcome.profileIds.map((id) => this.profiles.getById(now, id))),
      this.evidence.tell(now, outcome.overrode),
    ]);
    return { rulingId: outcome.rulingId, profiles, refused: null, overruledRulings: outcome.overruledIds, overrode };
  }

  async list(
    { viewer }: RequestContext,
    first: number | null | undefined,
    after: string | null | undefined,
  ): Promise<Connection<Ruling>> {
    const size = pageSize(first, DEFAULT_RULINGS_PAGE);
    const found = await this.rulings.list(viewer.tenantId, decodePlace(after), size + 1);
    return toConnection(found, size, after, ({ id }) => encodePageCursor([LIST, id]));
  }

  /** The ids of the records that a ruling names, side by side. */
  sidesOf(context: RequestContext, rulingId: string): Promise<string[][]> {
    const make = () =>
      new DataLoader<string, string[][]>(async (ids) => {
        const sides = await this.reads.run(context, (tx) => readRulingSides(tx, ids));
        return ids.map((id) => sides.get(id)!);
      });
    return context.loader("profile.rulingSides", make).load(rulingId);
  }

  /** What a SHARED ruling names, by the rules in force; of a ruling that was taken back, what it named last. */
  async identifierOf(
    context: RequestContext,
    { id, kind }: Pick<Ruling, "id" | "kind">,
  ): Promise<RuledIdentifier | null> {
    if (kind !== "SHARED") return null;
    const make = () =>
      new DataLoader<string, RuledIdentifier | null>(async (ids) => {
        const values = await this.reads.run(context, (tx) => readSharedValues(tx, ids));
        return ids.map((rulingId) => toIdentifier(values.get(rulingId)));
      });
    return context.loader("profile.ruledIdentifiers", make).load(id);
  }
}

function toIdentifier(shared: SharedValue | undefined): RuledIdentifier | null {
  if (shared === undefined) return null;
  const { kind, namespace, value } = shared;
  return { kind, namespace: namespace === "" ? null : namespace, value };
}

function decodePlace(cursor: string | null | undefined): string | null {
  const keys = decodePageCursor(cursor, 2);
  if (keys === null) return null;
  const [list, id] = keys as [string, string];
  if (list !== LIST || !isUuid(id) || id !== id.toLowerCase()) {
    throw new DomainError("BAD_CURSOR", "The cursor is not one of this list.");
  }
  return id;
}
