import { v7 as uuidv7 } from "uuid";
import { isUuid } from "../access/uuid";
import { Database } from "../db/database";
import { LostRace } from "../db/sqlstate";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { FeedSignal } from "../feed/feed-signal";
import { findTombstones, listProfileRecords, NamedRecord } from "../identity/removal/removal.repository";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { RulesService } from "../identity/rules/rules.service";
import { ErasureReceipt } from "./erasure.type";
import { eraseRecords } from "./erasure-writer";
import { noteErasure } from "./removal.repository";
import { requireReason } from "./removal.service";
import { writeByRules } from "./removal-attempts";
import { planRemoval } from "./removal-writer";

/** Who has someone erased, and why. */
export interface ErasureOrder {
  readonly tenantId: string;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Removes a person everywhere.
 *
 * Promises: one transaction, after which nothing of the customer is left in any table but random ids in the feed and in
 * the note of the erasure, and keyed digests in the ledger of deliveries, by which an event that is sent again is known
 * and not taken again. What other customers shared with this one is resolved again without it; a later event with the
 * same identifiers begins a new customer. It costs the customer's interactions; they are removed before the feed's counter
 * is held, so that other writers of the tenant wait for none of it. What others' timelines say of the person is theirs.
 * Trusts that the reason holds nothing personal: it is kept with the receipt.
 * On failure: nothing has changed.
 */
export class ErasureService {
  constructor(
    private readonly database: Database,
    private readonly rules: RulesService,
    private readonly signal: FeedSignal,
  ) {}

  /** By any id of the customer. @throws DomainError NOT_FOUND, BAD_USER_INPUT */
  async erase(order: ErasureOrder, id: string): Promise<ErasureReceipt> {
    requireReason(order.reason);
    if (!isUuid(id)) throw nobody();
    const receipt = await writeByRules(this.database, this.rules, order.tenantId, (tx, rules, met) =>
      erase(tx, order, id.toLowerCase(), rules, met),
    );
    this.signal.feedMoved(order.tenantId);
    return receipt;
  }
}

async function erase(
  tx: Transaction,
  { actor, reason }: ErasureOrder,
  id: string,
  rules: ResolutionRules,
  met: Set<string>,
): Promise<ErasureReceipt> {
  const found = await recordsOf(tx, id);
  if (found.length === 0) throw nobody();
  const plan = await planRemoval(tx, found, rules, met);
  const records = await recordsOf(tx, id);
  if (idsOf(records) !== idsOf(found)) throw new LostRace("the profile changed before it was held");
  const { counts, at } = await eraseRecords(tx, records, plan, rules, actor);
  const { profileId } = records[0]!;
  const note = { id: uuidv7(), profileId, at, actor, reason, counts };
  await noteErasure(tx, note);
  return { ...counts, id: note.id, profileId, at };
}

async function recordsOf(tx: Transaction, id: string): Promise<NamedRecord[]> {
  const records = await listProfileRecords(tx, id);
  if (records.length > 0) return records;
  const ledTo = (await findTombstones(tx, [id])).get(id);
  return ledTo === undefined ? [] : listProfileRecords(tx, ledTo);
}

function idsOf(records: readonly NamedRecord[]): string {
  return records.map(({ id, profileId }) => `${id} ${profileId}`).join();
}

function nobody(): DomainError {
  return new DomainError("NOT_FOUND", "There is no profile with this id.");
}
