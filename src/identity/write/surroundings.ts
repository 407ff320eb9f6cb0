import { Transaction } from "../../db/transaction";
import { ValueStatus } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { entryOf } from "../resolve/resolve-entry";
import { findNamedRecords } from "../rulings/named-record.repository";
import { Likeness } from "../similarity/likeness";
import { Component, Hold, isEmpty, loadComponent, readProfileIds } from "./component.repository";
import { ComponentSeeds } from "./component-stretch.repository";
import { countCarriers, HeldIdentifier, SourceCount } from "./identifier.repository";
import { loneDrafts } from "./lone-values";
import { Moment } from "./moment.repository";
import { lockRecords } from "./record.repository";
import { identityAttributes, RecordDraft } from "./record-draft";
import { changedStatuses, linkChanges, opensCarriers, toBeCounted } from "./value-statuses";

/** Where the drafts touch what is stored. */
export interface Approach {
  readonly drafts: ReadonlyMap<string, RecordDraft>;
  readonly held: ReadonlyMap<string, HeldIdentifier>;
  readonly seeds: ComponentSeeds;
  /** Drafts whose news concern nobody, if those of `named` are known to be somebody's. */
  readonly lone: ReadonlySet<RecordDraft>;
  readonly named: readonly string[];
  /**
   * The statuses that the drafts change. Where all values are LIVE or new, null: their carriers, of which there are few, are
   * loaded anyway, and are counted then.
   */
  readonly statuses: Promise<Map<string, ValueStatus>> | null;
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

export interface Loaded extends Surroundings {
  /** As of when it is told where it was not held by then; null: it was. */
  readonly moment: Moment | null;
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
  const isLive = [...held.values()].every(({ status, isNew }) => status === "LIVE" || isNew);
  const statuses = isLive ? null : statusesWith(tx, drafts, held, rules);
  // It is awaited last; should something before it fail, that is the same transaction's failure.
  statuses?.catch(() => undefined);
  const opened = statuses === null ? new Set<string>() : await findOpened(held, statuses);
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
  const unnamed = named.filter((id) => !strangers.has(id));
  return { drafts, held, seeds: { recordIds, all, trusted }, lone, named: unnamed, statuses };
}

/** What a transaction that plans has met and holds. */
export interface Holding {
  /** All that was met in any attempt: it is held from now on. */
  readonly met: Set<string>;
  readonly locked: Set<string>;
  /** Whether nothing is held yet: only then may it wait for records. */
  readonly isFirst: boolean;
}

/**
 * Holds what was met and loads what is around it. The first time all that hangs together is held as it is loaded, in one
 * statement: should something have been committed since its `moment`, while that waited, it has to be loaded again.
 */
export async function holdAround(
  tx: Transaction,
  way: Approach,
  rules: ResolutionRules,
  likeness: Likeness | null,
  { met, locked, isFirst }: Holding,
): Promise<Loaded> {
  const unlocked = notYet(met, locked);
  const hold: Hold | null = isFirst && !isEmpty(way.seeds) ? { alsoIds: unlocked, held: locked, moment: null } : null;
  const locking = hold || unlocked.length === 0 ? null : lockRecords(tx, unlocked, !isFirst);
  const loading = loadAround(tx, way, rules, likeness, hold);
  const [loaded] = await Promise.all([loading, locking]);
  for (const id of unlocked) locked.add(id);
  for (const id of [...locked, ...loaded.component.records.keys(), ...loaded.beside.keys()]) met.add(id);
  return { ...loaded, moment: hold?.moment ?? null };
}

/**
 * Holds what was loaded without being held. It is still as it was told if nothing has been committed since its `moment`.
 */
export async function holdRest(tx: Transaction, loaded: Loaded, { met, locked }: Holding): Promise<Loaded> {
  const unlocked = notYet(met, locked);
  await lockRecords(tx, unlocked, true);
  for (const id of unlocked) locked.add(id);
  return loaded;
}

function notYet(met: ReadonlySet<string>, locked: ReadonlySet<string>): string[] {
  return [...met].filter((id) => !locked.has(id)).sort();
}

/** Every fact that can have a say, and the statuses that the drafts change. */
async function loadAround(
  tx: Transaction,
  { seeds, lone, named, statuses, held, drafts }: Approach,
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
  const changed = statuses ?? statusesLoaded(component, drafts, held, rules);
  return { component, statuses: await changed, apart, beside, strangers };
}

/** The values whose carriers all count although so far not all of them do. */
async function findOpened(
  held: ReadonlyMap<string, HeldIdentifier>,
  counting: Promise<ReadonlyMap<string, ValueStatus>>,
): Promise<Set<string>> {
  const turned = [...(await counting)].filter(([id, after]) => opensCarriers(held.get(id)?.status, after));
  return new Set(turned.map(([id]) => id));
}

/** The same of values all carriers of which were loaded. */
function statusesLoaded(
  { records, links }: Component,
  drafts: ReadonlyMap<string, RecordDraft>,
  held: ReadonlyMap<string, HeldIdentifier>,
  rules: ResolutionRules,
): Map<string, ValueStatus> {
  const changes = linkChanges(drafts.values());
  const counted = new Set(toBeCounted(held, changes));
  const counts = new Map<string, SourceCount>();
  for (const { recordId, identifierId, assurance } of links) {
    if (!counted.has(identifierId)) continue;
    const { source } = records.get(recordId)!;
    const count = entryOf(counts, `${identifierId}\n${source}`, () => ({ identifierId, source, trusted: 0, all: 0 }));
    count.all += 1;
    if (assurance !== "CLAIMED") count.trusted += 1;
  }
  return changedStatuses(held, changes, [...counts.values()], rules);
}
