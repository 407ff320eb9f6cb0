import { Transaction } from "../../db/transaction";
import { NormalizedIdentifier } from "../normalize/normalize-identifier";
import { ValueStatus } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { SimilarityPlan } from "../similarity/similarity-plan";
import { Component, loadComponent } from "../write/component.repository";
import { countCarriers, HeldIdentifier } from "../write/identifier.repository";
import { factsWithDrafts, IdentityPlan, planResolved } from "../write/identity-plan";
import { readRecordStates } from "../write/record.repository";
import { RecordDraft } from "../write/record-draft";
import { recordHandle } from "../write/sighting";
import { changedStatuses, linkChanges, opensCarriers, toBeCounted } from "../write/value-statuses";
import { RulesComparison } from "./rules-comparison";
import { RenormalizedLink, RenormalizedLinks, renormalize } from "./rules-renormalize";
import {
  readIdentifiers,
  readRecordNames,
  readSpellings,
  Spelling,
  StoredLink,
  StoredSpellings,
} from "./rules-spelling.repository";

/** What rules make of some records and of everything that hangs together with them. */
export interface Reresolved {
  /** Every record that was looked at: what other rules join and what these join, whole. */
  readonly scope: ReadonlySet<string>;
  readonly plan: IdentityPlan;
  /** Identifiers of these records by the rules, and those they have by other rules. */
  readonly named: readonly NormalizedIdentifier[];
  readonly otherIds: readonly string[];
  /** Records whose spellings are to be written anew, with all that are to be kept of them. */
  readonly respelled: readonly string[];
  readonly spellings: readonly Spelling[];
  /** Values found to join nobody, or trusted carriers only: they need not be counted again. */
  readonly counted: readonly string[];
  /** False when everything is already what the rules make of it. */
  readonly hasWork: boolean;
}

/**
 * Works out what the rules make of some records: identifiers normalized anew from what was sent, values counted anew,
 * and everything around them resolved. It grows until nothing outside it is joined to anything inside, by the links as
 * they are stored or as they become, so that a profile changes once and not piece by piece.
 *
 * @param held the identifiers' rows, where the caller holds them; otherwise they are read as they are
 * @param known ids of values whose stored status is that of these rules already, and which many records carry
 */
export async function reresolve(
  tx: Transaction,
  seeds: Iterable<string>,
  rules: ResolutionRules,
  held: ReadonlyMap<string, HeldIdentifier> | null,
  known: { has(id: string): boolean },
): Promise<Reresolved> {
  const visited = [...seeds];
  const scope = new Set(visited);
  const comparison = new RulesComparison(tx, visited, rules);
  for (;;) {
    const round = await lookAt(tx, scope, comparison, rules, held, known);
    const outside = [...round.component.records.keys()].filter((id) => !scope.has(id));
    if (outside.length === 0) return conclude(scope, round, rules);
    for (const id of outside) scope.add(id);
  }
}

interface Round {
  readonly stored: StoredSpellings;
  readonly links: RenormalizedLinks;
  readonly drafts: ReadonlyMap<string, RecordDraft>;
  readonly identifiers: ReadonlyMap<string, HeldIdentifier>;
  readonly statuses: ReadonlyMap<string, ValueStatus>;
  readonly counted: readonly string[];
  readonly component: Component;
  readonly similarity: SimilarityPlan;
}

async function lookAt(
  tx: Transaction,
  scope: ReadonlySet<string>,
  comparison: RulesComparison,
  rules: ResolutionRules,
  held: ReadonlyMap<string, HeldIdentifier> | null,
  known: { has(id: string): boolean },
): Promise<Round> {
  const stored = await readSpellings(tx, [...scope]);
  const links = renormalize(stored, rules);
  const drafts = await draftChanged(tx, stored.links, links);
  const identifiers = held ?? (await identifiersOf(tx, stored, links));
  const changes = linkChanges(drafts.values());
  const toCount = new Set(toBeCounted(identifiers, changes));
  for (const { id, isNew, usable } of identifiers.values()) if (!isNew && usable && !known.has(id)) toCount.add(id);
  const statuses = changedStatuses(identifiers, changes, await countCarriers(tx, [...toCount]), rules);
  const all: string[] = [];
  const trusted: string[] = [];
  const opened = new Set<string>();
  for (const [id, after] of statuses) if (opensCarriers(identifiers.get(id)?.status, after)) opened.add(id);
  for (const { id, isNew, status } of identifiers.values()) {
    if (isNew) continue;
    if (status === "LIVE" || opened.has(id)) all.push(id);
    else if (status === "CLAIMS_SHARED") trusted.push(id);
  }
  const { plan: similarity, likeness } = await comparison.compare([...drafts.values()], identifiers, statuses);
  const recordIds = [...scope, ...(likeness?.concerned ?? [])];
  const component = await loadComponent(tx, { recordIds, all, trusted }, likeness);
  return { stored, links, drafts, identifiers, statuses, counted: [...toCount], component, similarity };
}

function conclude(scope: ReadonlySet<string>, round: Round, rules: ResolutionRules): Reresolved {
  const { stored, links, drafts, identifiers, statuses, component, similarity } = round;
  const facts = factsWithDrafts(component, drafts, identifiers, statuses, rules);
  const plan = planResolved({ drafts, news: [] }, statuses, component, facts, resolve(facts, rules), similarity);
  const named = new Map<string, NormalizedIdentifier>();
  for (const own of links.values()) for (const [id, { identifier }] of own) named.set(id, identifier);
  const storedIds = new Set(stored.links.map((link) => link.identifierId));
  const respelled = recordsRespelled(stored, links);
  return {
    scope,
    plan,
    named: [...named.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    otherIds: [...storedIds].filter((id) => !named.has(id)),
    respelled,
    spellings: respelled.flatMap((id) => [...(links.get(id)?.values() ?? [])].flatMap(severalSpellings)),
    counted: round.counted.filter((id) => (statuses.get(id) ?? identifiers.get(id)!.status) !== "LIVE"),
    hasWork: plan.changes.length > 0 || statuses.size > 0 || respelled.length > 0 || changesPairs(similarity),
  };
}

/** Which of the pairs are suggestions is judged by other rules, too: wherever there is one there is work. */
function changesPairs({ changes, gone, found, before }: SimilarityPlan): boolean {
  if (gone.length + found.length + before.size > 0) return true;
  return changes.some(({ lostKeys, gainedKeys }) => lostKeys.length + gainedKeys.length > 0);
}

/** The records whose links become other ones, as drafts. */
async function draftChanged(
  tx: Transaction,
  stored: readonly StoredLink[],
  links: RenormalizedLinks,
): Promise<Map<string, RecordDraft>> {
  const kept = new Map<string, number>();
  const changed = new Set<string>();
  for (const { recordId, identifierId, assurance } of stored) {
    const link = links.get(recordId)?.get(identifierId);
    if (link?.assurance === assurance) kept.set(recordId, (kept.get(recordId) ?? 0) + 1);
    else changed.add(recordId);
  }
  for (const [recordId, own] of links) if (own.size !== kept.get(recordId)) changed.add(recordId);
  const drafts = new Map<string, RecordDraft>();
  const names = await readRecordNames(tx, [...changed]);
  for (const state of (await readRecordStates(tx, names)).values()) {
    const draft = new RecordDraft(state.recordId, state, state);
    redraft(draft, links.get(state.recordId) ?? new Map());
    drafts.set(recordHandle(state), draft);
  }
  return drafts;
}

function redraft(draft: RecordDraft, links: ReadonlyMap<string, RenormalizedLink>): void {
  for (const link of draft.links.values()) if (!links.has(link.identifierId)) link.detached = true;
  for (const [identifierId, { identifier, assurance, firstSeenAt, lastSeenAt, messageId }] of links) {
    const known = draft.links.get(identifierId);
    if (known) Object.assign(known, { identifier, assurance, firstSeenAt, lastSeenAt });
    else {
      const sent = { identifier, assurance, firstSeenAt, lastSeenAt, messageId };
      draft.links.set(identifierId, { identifierId, stored: null, detached: false, ...sent });
    }
  }
}

/** The identifiers as they are stored; those that nobody has yet are new. */
async function identifiersOf(
  tx: Transaction,
  stored: StoredSpellings,
  links: RenormalizedLinks,
): Promise<Map<string, HeldIdentifier>> {
  const named = new Map<string, NormalizedIdentifier>();
  for (const own of links.values()) for (const [id, { identifier }] of own) named.set(id, identifier);
  const ids = new Set([...named.keys(), ...stored.links.map((link) => link.identifierId)]);
  const identifiers = new Map<string, HeldIdentifier>();
  for (const row of await readIdentifiers(tx, [...ids])) {
    identifiers.set(row.id, { ...row, isNew: false, usable: named.get(row.id)?.usable ?? row.status !== "UNUSABLE" });
  }
  for (const { id, kind, namespace, value, usable } of named.values()) {
    if (identifiers.has(id)) continue;
    const status = usable ? "LIVE" : "UNUSABLE";
    identifiers.set(id, { id, kind, namespace, value, status, isNew: true, usable, ruledShared: false });
  }
  return identifiers;
}

/** One spelling is the link's own; only where there are several are they kept beside it. */
function severalSpellings({ spellings }: RenormalizedLink): readonly Spelling[] {
  return spellings.length > 1 ? spellings : [];
}

function recordsRespelled(stored: StoredSpellings, links: RenormalizedLinks): string[] {
  const before = new Map<string, string[]>();
  for (const spelling of stored.spellings) {
    before.set(spelling.recordId, [...(before.get(spelling.recordId) ?? []), spelledOut(spelling)]);
  }
  const respelled: string[] = [];
  for (const [recordId, own] of links) {
    const after = [...own.values()].flatMap(severalSpellings).map(spelledOut);
    if (after.sort().join() !== (before.get(recordId) ?? []).sort().join()) respelled.push(recordId);
  }
  return respelled;
}

function spelledOut({ identifierId, raw, assurance }: Spelling): string {
  return JSON.stringify([identifierId, raw, assurance]);
}
