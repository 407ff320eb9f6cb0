import DataLoader from "dataloader";
import { isUuid } from "../access/uuid";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { FeedService } from "../feed/feed.service";
import { RequestContext } from "../graphql/request-context";
import { IdentifierText, isIdentifierProblem, normalizeIdentifier } from "../identity/normalize/normalize-identifier";
import { findTombstones } from "../identity/removal/removal.repository";
import { RulesService } from "../identity/rules/rules.service";
import { Reads } from "../timeline/reads";
import { KnownProfile } from "./known-profile";
import { findHolder, findProfiles } from "./profile.repository";
import { ProfileView, RecordView } from "./profile-view";

export interface ProfileQuestion {
  readonly id?: string | null;
  readonly identifier?: IdentifierText | null;
}

/**
 * Customers, as derived from what is known of their records.
 *
 * Promises: any id a customer ever had finds them; a profile, whatever of it is asked for, is one statement, and so are
 * the profiles of a whole list; `cursor` is read in the very snapshot of the profile. Trusts `records.profile_id` to be
 * what resolution decided. What is unknown, another tenant's or no id at all is null, all alike.
 */
export class ProfileService {
  constructor(
    private readonly reads: Reads,
    private readonly feed: FeedService,
    private readonly rules: RulesService,
  ) {}

  /** @throws DomainError BAD_USER_INPUT unless exactly one of id and identifier is given */
  find(context: RequestContext, { id, identifier }: ProfileQuestion): Promise<ProfileView | null> {
    const byId = typeof id === "string";
    if (byId === Boolean(identifier)) {
      throw new DomainError("BAD_USER_INPUT", "Give either the id of a profile or an identifier.");
    }
    return byId ? this.findById(context, id) : this.findByIdentifier(context, identifier!);
  }

  /** By any record id of the profile. */
  async findById(context: RequestContext, id: string): Promise<ProfileView | null> {
    return isUuid(id) ? this.profiles(context).load(id.toLowerCase()) : null;
  }

  /**
   * For ids that were just read beside this.
   *
   * @throws DomainError NOT_FOUND when one leads nowhere: the customer was erased in between
   */
  async getById(context: RequestContext, id: string): Promise<ProfileView> {
    const profile = await this.findById(context, id);
    if (profile === null) throw new DomainError("NOT_FOUND", "The customer was removed a moment ago.");
    return profile;
  }

  /** The record with this id, as its profile shows it. @throws DomainError NOT_FOUND when it was removed in between */
  async getRecord(context: RequestContext, id: string): Promise<RecordView> {
    const record = (await this.getById(context, id)).findRecord(id);
    if (record === undefined) throw new DomainError("NOT_FOUND", "The record was removed a moment ago.");
    return record;
  }

  private async findByIdentifier(context: RequestContext, text: IdentifierText): Promise<ProfileView | null> {
    const identifier = normalizeIdentifier(text, await this.rules.rulesOf(context.viewer.tenantId));
    if (isIdentifierProblem(identifier) || !identifier.usable) return null;
    const holder = await this.reads.run(context, (tx) => findHolder(tx, identifier.id));
    return holder === null ? null : this.profiles(context).load(holder);
  }

  private profiles(context: RequestContext): DataLoader<string, ProfileView | null> {
    return context.loader(
      "profile.profiles",
      () => new DataLoader<string, ProfileView | null>((handles) => this.load(context, handles)),
    );
  }

  private async load(context: RequestContext, handles: readonly string[]): Promise<(ProfileView | null)[]> {
    const [{ found, cursorOf }, { sourcePriority }] = await Promise.all([
      this.reads.run(context, (tx) => this.read(tx, handles)),
      this.rules.rulesOf(context.viewer.tenantId),
    ]);
    return found.map(
      (known, place) => known && new ProfileView(known, handleIn(known, handles[place]!), cursorOf, sourcePriority),
    );
  }

  private async read(tx: Transaction, handles: readonly string[]) {
    const [found, cursorOf] = await Promise.all([findProfiles(tx, handles), this.feed.cursorWriter(tx)]);
    if (found.includes(null)) await followTombstones(tx, handles, found);
    return { found, cursorOf };
  }
}

/** The ids of removed records lead to the profiles that held them. Asked only of what is not found without. */
async function followTombstones(
  tx: Transaction,
  handles: readonly string[],
  found: (KnownProfile | null)[],
): Promise<void> {
  const ledTo = await findTombstones(
    tx,
    handles.filter((_, place) => found[place] === null),
  );
  if (ledTo.size === 0) return;
  const targets = [...new Set(ledTo.values())];
  const profiles = await findProfiles(tx, targets);
  for (const [place, handle] of handles.entries()) {
    const target = ledTo.get(handle);
    if (found[place] === null && target !== undefined) found[place] = profiles[targets.indexOf(target)] ?? null;
  }
}

/** An id that is in the profile: its timeline is read by it. */
function handleIn({ id, records }: KnownProfile, handle: string): string {
  return records.some((record) => record.id === handle) ? handle : id;
}
