import { Transaction } from "../../db/transaction";
import { ValueStatus } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { findNamedRecords } from "../rulings/named-record.repository";
import { Likeness } from "../similarity/likeness";
import { Component, Hold, isEmpty, loadComponent, readProfileIds } from "./component.repository";
import { ComponentSeeds } from "./component-stretch.repository";
import { countCarriers, HeldIdentifier } from "./identifier.repository";
import { loneDrafts } from "./lone-values";
import { isSameMoment, readMoment } from "./moment.repository";
import { lockRecords } from "./record.repository";
import { identityAttributes, RecordDraft } from "./record-draft";
import { changedStatuses, linkChanges, opensCarriers, toBeCounted } from "./value-statuses";

/** Where the drafts touch what is stored. */
export interface Approach {
  readonly seeds: ComponentSeeds;
  /** Drafts whose news concern nobody, if those of `named` are known to be somebody's. */
  readonly lone: ReadonlySet<RecordDraft>;
  readonly named: readonly string[];
  /** The statuses that the drafts change. */
  readonly statuses: Promise<Map<string, ValueStatus>>;
}

export interface Surroundings {
  readonly component: Component;
  readonly statuses: Map<string, ValueStatus>;
  /** Records whose news concern nobody and which were not loaded, with the profiles that they are in. */
  readonly apart: Map<string, string>;
  /** Records that are only more or less alike to others than before, with the profiles that they are in. */
  readonly beside: ReadonlyMap<string, string>;
  /** Records that were taken for somebody's and get their first name: they are to be loaded. */
  readonly strangers: readonly string[];
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

/** @param strangers records that were found to be nobody's yet */
export async function approach(
  tx: Transaction,
  drafts: ReadonlyMap<string, RecordDraft>,
  held: ReadonlyMap<string, HeldIdentifier>,
  rules: ResolutionRules,
  likeness: Likeness | null,
  strangers: ReadonlySet<string>,
): Promise<Approach> {
  const statuses = statusesWith(tx, drafts, held, rules);
  // It is awaited last; should something before it fail, that is the same transaction's failure.
  statuses.catch(() => undefined);
  const opened = await findOpened(held, statuses);
  const all: string[] = [];
  const trusted: string[] = [];
  for (const { id, status, isNew } of held.values()) {
    if (isNew) continue;
    if (status === "LIVE" || opened.has(id)) all.push(id);
    else if (status === "CLAIMS_SHARED") trusted.push(id);
  }
  const { drafts: alone, named } = loneDrafts(drafts.values(), held, rules);
  const lone = new Set(alone.filter(({ recordId }) => !strangers.has(recordId)));
  const deciding = identityAttributes(rules);
  const seeds = [...drafts.values()].filter(
    (draft) => draft.stored && draft.hasIdentityNews(deciding) && !lone.has(draft),
  );
  const recordIds = [...seeds.map((draft) => draft.recordId), ...(likeness?.deciding ?? [])];
  return { seeds: { recordIds, all, trusted }, lone, named: named.filter((id) => !strangers.has(id)), statuses };
}

/** What a transaction that plans has met and holds. */
export interface Holding {
  /** All that was met in any attempt: it is held from now on. */
  readonly met: Set<string>;
  readonly locked: Set<string>;
  /** Whether nothing is held yet: only then may it wait for records. */
  readonly isFirst: boolean;
  /** Whether all that decides has a place in the feed, or is held. */
  readonly isStill: boolean;
}

/**
 * Holds what was met and loads what is around it. The first time all that hangs together is held as it is loaded, in one
 * statement; null when something was committed while that waited, so that it has to be loaded again.
 */
export async function holdAround(
  tx: Transaction,
  way: Approach,
  rules: ResolutionRules,
  likeness: Likeness | null,
  { met, locked, isFirst, isStill }: Holding,
): Promise<Surroundings | null> {
  const unlocked = [...met].filter((id) => !locked.has(id)).sort();
  const hold: Hold | null = isFirst && !isEmpty(way.seeds) ? { alsoIds: unlocked, held: locked, moment: null } : null;
  const locking = hold || unlocked.length === 0 ? null : lockRecords(tx, unlocked, !isFirst);
  const loading = loadAround(tx, way, rules, likeness, hold);
  const [loaded, now] = await Promise.all([loading, hold && readMoment(tx), locking]);
  for (const id of unlocked) locked.add(id);
  for (const id of [...locked, ...loaded.component.records.keys(), ...loaded.beside.keys()]) met.add(id);
  const isMissed = hold?.moment && now && !(isStill && isSameMoment(hold.moment, now));
  return isMissed ? null : loaded;
}

/** Every fact that can have a say, and the statuses that the drafts change. */
async function loadAround(
  tx: Transaction,
  { seeds, lone, named, statuses }: Approach,
  rules: ResolutionRules,
  likeness: Likeness | null,
  hold: Hold | null,
): Promise<Surroundings> {
  const [component, known] = await Promise.all([
    loadComponent(tx, seeds, likeness, hold),
    findNamedRecords(tx, named, rules),
  ]);
  const apart = new Map<string, string>();
  for (const { recordId, stored } of lone) if (!component.records.has(recordId)) apart.set(recordId, stored!.profileId);
  const others = (likeness?.concerned ?? []).filter((id) => !component.records.has(id));
  const beside = await readProfileIds(tx, others);
  const strangers = named.filter((id) => !known.has(id) && !component.records.has(id));
  return { component, statuses: await statuses, apart, beside, strangers };
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
