import { Transaction } from "../../db/transaction";
import { Compared } from "../resolve/compare-persons";
import { ValueStatus } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { findNamedRecords } from "../rulings/named-record.repository";
import { Component, loadComponent, readProfileIds } from "./component.repository";
import { countCarriers, HeldIdentifier } from "./identifier.repository";
import { loneDrafts } from "./lone-values";
import { identityAttributes, RecordDraft } from "./record-draft";
import { changedStatuses, linkChanges, opensCarriers, toBeCounted } from "./value-statuses";

export interface Surroundings {
  readonly component: Component;
  readonly statuses: Map<string, ValueStatus>;
  /** Records whose news concern nobody and which were not loaded, with the profiles that they are in. */
  readonly apart: Map<string, string>;
  /** Records that are only more or less alike to others than before, with the profiles that they are in. */
  readonly beside: ReadonlyMap<string, string>;
}

/** The statuses that the drafts change. */
export async function statusesWith(
  tx: Transaction,
  drafts: ReadonlyMap<string, RecordDraft>,
  held: ReadonlyMap<string, HeldIdentifier>,
  rules: ResolutionRules,
): Promise<Map<string, ValueStatus>> {
  const changes = linkChanges(drafts.values());
  return changedStatuses(held, changes, await countCarriers(tx, toBeCounted(held, changes)), rules);
}

/** Every fact that can have a say, and the statuses that the drafts change. */
export async function loadAround(
  tx: Transaction,
  drafts: ReadonlyMap<string, RecordDraft>,
  held: ReadonlyMap<string, HeldIdentifier>,
  rules: ResolutionRules,
  { likeness }: Compared,
): Promise<Surroundings> {
  const counting = statusesWith(tx, drafts, held, rules);
  // It is awaited last; should the loading fail before it, that is the same transaction's failure.
  counting.catch(() => undefined);
  const opened = await findOpened(held, counting);
  const all: string[] = [];
  const trusted: string[] = [];
  for (const { id, status, isNew } of held.values()) {
    if (isNew) continue;
    if (status === "LIVE" || opened.has(id)) all.push(id);
    else if (status === "CLAIMS_SHARED") trusted.push(id);
  }
  const lone = await findLoneDrafts(tx, drafts, held, rules);
  const deciding = identityAttributes(rules);
  const seeds = [...drafts.values()].filter(
    (draft) => draft.stored && draft.hasIdentityNews(deciding) && !lone.has(draft),
  );
  const ids = [...seeds.map((draft) => draft.recordId), ...(likeness?.deciding ?? [])];
  const component = await loadComponent(tx, ids, { all, trusted }, opened, likeness);
  const statuses = await counting;
  const apart = new Map<string, string>();
  for (const { recordId, stored } of lone) if (!component.records.has(recordId)) apart.set(recordId, stored!.profileId);
  const others = (likeness?.concerned ?? []).filter((id) => !component.records.has(id));
  const beside = await readProfileIds(tx, others);
  return { component, statuses, apart, beside };
}

/**
 * The values whose carriers all count although so far not all of them do. Of values that are LIVE or new all count anyway:
 * where there are no others, nobody waits for the counting.
 */
async function findOpened(
  held: ReadonlyMap<string, HeldIdentifier>,
  counting: Promise<ReadonlyMap<string, ValueStatus>>,
): Promise<Set<string>> {
  if ([...held.values()].every(({ status, isNew }) => status === "LIVE" || isNew)) return new Set();
  const turned = [...(await counting)].filter(([id, after]) => opensCarriers(held.get(id)?.status, after));
  return new Set(turned.map(([id]) => id));
}

/** Those whose news join nobody and keep nobody apart, so that whoever is around them need not be loaded. */
async function findLoneDrafts(
  tx: Transaction,
  drafts: ReadonlyMap<string, RecordDraft>,
  held: ReadonlyMap<string, HeldIdentifier>,
  rules: ResolutionRules,
): Promise<Set<RecordDraft>> {
  const lone = loneDrafts(drafts.values(), held, rules);
  const known = await findNamedRecords(tx, lone.named, rules);
  const named = new Set(lone.named);
  return new Set(lone.drafts.filter(({ recordId }) => !named.has(recordId) || known.has(recordId)));
}
