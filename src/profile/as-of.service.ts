import { isUuid } from "../access/uuid";
import { Instant } from "../db/column-types";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { FeedService } from "../feed/feed.service";
import { FeedMoment } from "../feed/feed-moment";
import { findMoment } from "../feed/feed-moment.repository";
import { RequestContext } from "../graphql/request-context";
import { isIdentifierProblem, normalizeIdentifier } from "../identity/normalize/normalize-identifier";
import { findTombstones } from "../identity/removal/removal.repository";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { Reads } from "../timeline/reads";
import { findHolderAsOf, findProfileAsOf, getRulesAsOf } from "./as-of.repository";
import { PastProfileView } from "./as-of-view";
import { ProfileQuestion } from "./profile.service";

/**
 * Customers as the system knew them at a moment of the past.
 *
 * Promises: what is answered is the state at the newest entry of the feed that is not later than the moment: the records
 * that made the profile, their identifiers and attributes, and the interactions received by then, by the rules of then.
 * Nothing that was committed later changes it, but for what was removed or erased since: that is gone from the past as
 * well. The past costs more than the present: the profile costs its interactions of then, which are counted anew, and
 * each value its carriers of then (10,000 at most); finding the moment costs some twenty steps of an index.
 * Trusts the positions that facts carry. What led nowhere then is null, whatever it leads to now.
 */
export class AsOfService {
  constructor(
    private readonly reads: Reads,
    private readonly feed: FeedService,
  ) {}

  /** @throws DomainError BAD_USER_INPUT unless exactly one of id and identifier is given */
  async find(
    context: RequestContext,
    { id, identifier }: ProfileQuestion,
    asOf: Instant,
  ): Promise<PastProfileView | null> {
    if ((typeof id === "string") === Boolean(identifier)) {
      throw new DomainError("BAD_USER_INPUT", "Give either the id of a profile or an identifier.");
    }
    return this.reads.run(context, async (tx) => {
      const moment = await findMoment(tx, asOf);
      if (moment === null) return null;
      const rules = await getRulesAsOf(tx, moment);
      const handle = identifier ? await holderOf(tx, identifier, moment, rules) : idOf(id!);
      return handle === null ? null : this.read(tx, handle, moment, rules);
    });
  }

  private async read(tx: Transaction, handle: string, moment: FeedMoment, rules: ResolutionRules) {
    const known = (await findProfileAsOf(tx, handle, moment, rules)) ?? (await this.follow(tx, handle, moment, rules));
    if (known === null) return null;
    const cursorOf = await this.feed.cursorWriter(tx);
    return new PastProfileView(known, handle, cursorOf, rules.sourcePriority, moment);
  }

  /** The id of a record that was removed leads on, in the past too. */
  private async follow(tx: Transaction, handle: string, moment: FeedMoment, rules: ResolutionRules) {
    const ledTo = (await findTombstones(tx, [handle])).get(handle);
    return ledTo === undefined ? null : findProfileAsOf(tx, ledTo, moment, rules);
  }
}

function idOf(text: string): string | null {
  return isUuid(text) ? text.toLowerCase() : null;
}

async function holderOf(
  tx: Transaction,
  text: NonNullable<ProfileQuestion["identifier"]>,
  moment: FeedMoment,
  rules: ResolutionRules,
): Promise<string | null> {
  const identifier = normalizeIdentifier(text, rules);
  if (isIdentifierProblem(identifier) || !identifier.usable) return null;
  return findHolderAsOf(tx, identifier.id, moment);
}
