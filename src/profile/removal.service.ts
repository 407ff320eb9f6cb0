import { isUuid } from "../access/uuid";
import { Database } from "../db/database";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { NewChange } from "../feed/change";
import { appendChanges, getNewestPoint } from "../feed/feed.repository";
import { silenceEntries } from "../feed/feed-removal.repository";
import { FeedSignal } from "../feed/feed-signal";
import { IdentifierText, isIdentifierProblem, normalizeIdentifier } from "../identity/normalize/normalize-identifier";
import { removeFromHistory } from "../identity/removal/erasure-history.repository";
import { detaching } from "../identity/removal/removal";
import {
  buryRecord,
  findOtherCarrier,
  listProfileRecords,
  NamedRecord,
  removeRecords,
  removeUnusedValues,
} from "../identity/removal/removal.repository";
import { Decision } from "../identity/resolve/decision";
import { Evidence } from "../identity/resolve/facts";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { advanceByRules } from "../identity/rules/advance-by-rules";
import { RulesService } from "../identity/rules/rules.service";
import { tellSuggestions } from "../identity/similarity/suggestion-changes";
import { readIdentifierValues } from "../identity/write/identifier.repository";
import { IdentityPlan } from "../identity/write/identity-plan";
import { planDrafts } from "../identity/write/plan-drafts";
import { readRecordStates } from "../identity/write/record.repository";
import { eraseRecords } from "./erasure-writer";
import { recordWords } from "./record-words";
import { writeByRules } from "./removal-attempts";
import { othersOf, planRemoval, profileChange, purge, writeDecided } from "./removal-writer";
import { replaceSearchTokens } from "./search-tokens-writer.repository";

/** The customers concerned as they are now, the oldest first; or, with nothing changed, why it cannot be. */
export type RemovalOutcome = { readonly profileIds: readonly string[] } | { readonly refused: string };

const REASON_MAX = 2_000;

const NO_RECORD: RemovalOutcome = { refused: "This record does not exist." };
const NO_LINK: RemovalOutcome = { refused: "This record does not carry this identifier." };

/**
 * Facts that people take away: an identifier that is another person's by now, a record that should never have come.
 *
 * Promises: what the facts had joined falls apart by itself, because what follows is what `resolve` answers without them;
 * all of it is one transaction, with an entry in the history that names who decided and why. What a link told stays known
 * to questions about the past; a record that is removed is gone from the past too, and only its id leads on.
 * On failure: what is not there is answered as `refused`, and has changed nothing.
 */
export class RemovalService {
  constructor(
    private readonly database: Database,
    private readonly rules: RulesService,
    private readonly signal: FeedSignal,
  ) {}

  /** Takes an identifier away from a record. A source that gives it again brings it back. */
  detachIdentifier(decision: Decision, recordId: string, text: IdentifierText): Promise<RemovalOutcome> {
    return this.decide(decision, recordId, (tx, record, rules, met) => detach(tx, decision, record, text, rules, met));
  }

  /** Takes a record away, with all that was known of it and its timeline. */
  removeRecord(decision: Decision, recordId: string): Promise<RemovalOutcome> {
    return this.decide(decision, recordId, (tx, record, rules, met) => remove(tx, decision, record, rules, met));
  }

  private async decide(
    { tenantId, reason }: Decision,
    recordId: string,
    work: (tx: Transaction, record: NamedRecord, rules: ResolutionRules, met: Set<string>) => Promise<RemovalOutcome>,
  ): Promise<RemovalOutcome> {
    requireReason(reason);
    const id = recordId.toLowerCase();
    if (!isUuid(id)) return NO_RECORD;
    const outcome = await writeByRules(this.database, this.rules, tenantId, async (tx, rules, met) => {
      const record = (await listProfileRecords(tx, id)).find((member) => member.id === id);
      return record ? work(tx, record, rules, met) : NO_RECORD;
    });
    if (!("refused" in outcome)) this.signal.feedMoved(tenantId);
    return outcome;
  }
}

async function detach(
  tx: Transaction,
  decision: Decision,
  record: NamedRecord,
  text: IdentifierText,
  rules: ResolutionRules,
  met: Set<string>,
): Promise<RemovalOutcome> {
  const identifier = normalizeIdentifier(text, rules);
  if (isIdentifierProblem(identifier)) return { refused: identifier.message };
  const drafting = detaching(record, identifier.id);
  const plan = await planDrafts(tx, drafting, await readRecordStates(tx, drafting.names), rules, met);
  const [draft] = plan.drafts.values();
  if (draft === undefined) return NO_RECORD;
  if (draft.linksOf("DETACHED").length === 0) return NO_LINK;
  const other = await findOtherCarrier(tx, record.id, identifier.id);
  const words = recordWords([draft], await readIdentifierValues(tx, [record.id]));
  const profileIds = concernedBy(plan, [plan.before.get(record.id)!, record.id]);
  await advanceByRules(tx, plan.changes.length, rules, new Date().toISOString());
  const evidence = [usedBy(identifier.id, record.id, other ?? record.id)];
  const suggested = await writeDecided(tx, plan, plan.changes.length, { ...by(decision), evidence }, profileIds);
  await Promise.all([replaceSearchTokens(tx, [record.id], words), appendChanges(tx, plan.changes)]);
  await tellSuggestions(tx, suggested, plan.changes);
  return { profileIds };
}

async function remove(
  tx: Transaction,
  decision: Decision,
  named: NamedRecord,
  rules: ResolutionRules,
  met: Set<string>,
): Promise<RemovalOutcome> {
  const plan = await planRemoval(tx, [named], rules, met);
  // Who else is in the profile, now that it is held, decides where the id leads.
  const members = await listProfileRecords(tx, named.id);
  const record = members.find(({ id }) => id === named.id)!;
  const heir = members.find(({ id }) => id !== named.id);
  if (heir === undefined) {
    await eraseRecords(tx, [record], plan, rules, decision.actor);
    return { profileIds: concernedBy(plan, []) };
  }
  const { position } = await getNewestPoint(tx);
  await purge(tx, [record.id]);
  await silenceEntries(tx, record.id, 0);
  const changes = [...plan.changes, ...toldOf(plan, record, heir.id)];
  const advance = await advanceByRules(tx, changes.length, rules, new Date().toISOString());
  await purge(tx, [record.id]);
  await silenceEntries(tx, record.id, position);
  const profileIds = concernedBy(plan, [heir.id]);
  await removeFromHistory(tx, [record.id]);
  const suggested = await writeDecided(
    tx,
    othersOf(plan),
    changes.length,
    { ...by(decision), evidence: [] },
    profileIds,
  );
  await buryRecord(tx, record.id, heir.id, advance.first);
  await removeRecords(tx, [record.id]);
  await removeUnusedValues(tx, plan.valueIds);
  await appendChanges(tx, changes);
  await tellSuggestions(tx, suggested, changes);
  return { profileIds };
}

/** What the feed tells beside what became of others: the customer has another id, or is another. */
function toldOf(plan: IdentityPlan, { id, profileId }: NamedRecord, heirId: string): NewChange[] {
  const now = plan.profileOf.get(heirId)!;
  if (profileId === id) return [profileChange("PROFILES_MERGED", now, [id])];
  const { splits, merges } = plan.difference;
  const told = [...splits, ...merges].some((change) => change.profileId === now);
  return told ? [] : [profileChange("PROFILE_UPDATED", now, [])];
}

/** The profiles that had a part in it, as they are now, the oldest first. */
function concernedBy({ difference, profileOf }: IdentityPlan, ids: readonly string[]): string[] {
  const splits = difference.splits.flatMap(({ profileId, separatedIds }) => [profileId, ...separatedIds]);
  const merges = difference.merges.map(({ profileId }) => profileId);
  return [...new Set([...ids, ...splits, ...merges].flatMap((id) => profileOf.get(id) ?? []))].sort();
}

function usedBy(identifierId: string, one: string, other: string): Evidence {
  const [recordA, recordB] = one < other ? [one, other] : [other, one];
  return { kind: "IDENTIFIER", recordA, recordB, identifierId };
}

function by({ actor, reason }: Decision) {
  return { rulingId: null, actor, reason };
}

/** @throws DomainError BAD_USER_INPUT */
export function requireReason(reason: string | null): void {
  if (reason !== null && reason.length > REASON_MAX) {
    throw new DomainError("BAD_USER_INPUT", `A reason has at most ${REASON_MAX} characters.`);
  }
}
