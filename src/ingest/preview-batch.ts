import { Transaction } from "../db/transaction";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { draftingOf } from "../identity/write/drafting";
import { IdentityPlan } from "../identity/write/identity-plan";
import { planDrafts } from "../identity/write/plan-drafts";
import { readRecordStates } from "../identity/write/record.repository";
import { RecordDraft } from "../identity/write/record-draft";
import { nameOf, RecordName, recordHandle } from "../identity/write/sighting";
import { PreparedRecord } from "./prepared";

/** What one record would do. */
export interface RecordForecast {
  readonly effect: "CREATED" | "UPDATED" | "UNCHANGED";
  /** The profile it would belong to; null for one that does not exist yet. */
  readonly profileId: string | null;
  /** Other profiles that exist, with which it would be one customer. */
  readonly joinsProfiles: readonly string[];
  /** Other new records of the batch, with which it would be one customer. */
  readonly joinsRecords: readonly Pick<RecordName, "source" | "key">[];
}

export interface BatchForecast {
  readonly records: readonly RecordForecast[];
  readonly profilesMerged: number;
  readonly profilesSplit: number;
}

/** More of them say nothing more to a person. */
const JOINS_TOLD = 20;

/**
 * What writing the records would do: the very plan by which they are written, without the writing. It takes the locks of
 * a write, but not the counter of the feed. The caller has to take the transaction back.
 */
export async function previewBatch(
  tx: Transaction,
  records: readonly PreparedRecord[],
  rules: ResolutionRules,
  met: Set<string>,
): Promise<BatchForecast> {
  const drafting = draftingOf(records.map(({ sighting }) => sighting));
  const plan = await planDrafts(tx, drafting, await readRecordStates(tx, drafting.names), rules, met);
  const customers = customersOf(plan);
  const created = new Set<string>();
  const forecasts = records.map(({ sighting }, place): RecordForecast => {
    const draft = plan.drafts.get(recordHandle(nameOf(sighting)))!;
    const isFirst = !draft.stored && !created.has(draft.recordId);
    created.add(draft.recordId);
    const effect = isFirst ? "CREATED" : plan.news[place] ? "UPDATED" : "UNCHANGED";
    return { effect, ...companyOf(draft, plan, customers) };
  });
  const { merges, splits } = plan.difference;
  return { records: forecasts, profilesMerged: merges.length, profilesSplit: splits.length };
}

/** Who would be one customer, by the profile's id: profiles as they are now, and records that are new. */
interface Customer {
  readonly profiles: Set<string>;
  readonly newRecords: RecordDraft[];
}

function customersOf(plan: IdentityPlan): Map<string, Customer> {
  const customers = new Map<string, Customer>();
  const customerOf = (recordId: string): Customer => {
    const profileId = profileIn(plan, recordId);
    const customer = customers.get(profileId) ?? { profiles: new Set(), newRecords: [] };
    customers.set(profileId, customer);
    return customer;
  };
  for (const [recordId, profileId] of plan.before) customerOf(recordId).profiles.add(profileId);
  for (const draft of plan.drafts.values()) {
    if (draft.stored) customerOf(draft.recordId).profiles.add(draft.stored.profileId);
    else customerOf(draft.recordId).newRecords.push(draft);
  }
  return customers;
}

function companyOf(
  draft: RecordDraft,
  plan: IdentityPlan,
  customers: ReadonlyMap<string, Customer>,
): Omit<RecordForecast, "effect"> {
  const own = draft.stored?.profileId ?? null;
  const profileId = profileIn(plan, draft.recordId);
  const customer = customers.get(profileId);
  const profiles = [...(customer?.profiles ?? [])].sort();
  const others = (customer?.newRecords ?? []).filter(({ recordId }) => recordId !== draft.recordId);
  return {
    // The id of a record that is only planned leads nowhere.
    profileId: customer?.newRecords.some(({ recordId }) => recordId === profileId) ? null : profileId,
    joinsProfiles: profiles.filter((profileId) => profileId !== own).slice(0, JOINS_TOLD),
    joinsRecords: others.slice(0, JOINS_TOLD).map(({ source, key }) => ({ source, key })),
  };
}

function profileIn(plan: IdentityPlan, recordId: string): string {
  return plan.profileOf.get(recordId) ?? recordId;
}
