import { Transaction } from "../../db/transaction";
import { ASSURANCES, IDENTIFIER_KINDS, IdentifierKind } from "../identifier-kind";
import { isIdentifierProblem, normalizeIdentifier } from "../normalize/normalize-identifier";
import { TellProgress } from "../preview/preview-progress";
import { Ruling } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { entryOf } from "../resolve/resolve-entry";
import { listSharedValues } from "../write/shared-value.repository";
import { DigestNumbers } from "./digest-numbers";
import { NumberList } from "./number-list";
import { BEFORE_ALL, countRecords } from "./rules.repository";
import { respelledId, spellingsOf } from "./rules-renormalize";
import {
  listSnapshotLinks,
  listSnapshotRecords,
  listSnapshotRulings,
  listSnapshotSpellings,
  SnapshotLink,
  SnapshotSpelling,
} from "./rules-snapshot.repository";

const RECORDS_A_CHUNK = 2_000;

/**
 * All that decides who is who in a tenant, as one moment knows it and as some rules normalize it, with everything told
 * by number: about 100 bytes a record of three identifiers. Records are numbered by their age.
 */
export class RulesSnapshot {
  readonly recordIds = new DigestNumbers();
  readonly valueIds = new DigestNumbers();
  /** By record. */
  readonly sourceOf = new NumberList();
  /** By record: the record that names its profile, or a number below 0 where that record is gone. */
  readonly profileOf = new NumberList();
  /** By record: the place of its first link; the links of a record stand together. */
  readonly firstLinkOf = new NumberList();
  /** By link. */
  readonly valueOf = new NumberList();
  /** By link: the place of its assurance in ASSURANCES. */
  readonly rankOf = new NumberList();
  readonly rulings: Ruling[] = [];
  /** The values that people ruled shared. */
  readonly ruledShared = new Set<number>();
  private readonly sources = new Map<string, number>();
  private readonly namespaces: string[] = [];
  private readonly namespaceNumbers = new Map<string, number>();
  private readonly kinds = new NumberList();
  private readonly namespaceOfValue = new NumberList();
  private readonly usable = new NumberList();
  private readonly goneProfiles = new Map<string, number>();

  get records(): number {
    return this.recordIds.size;
  }

  get values(): number {
    return this.valueIds.size;
  }

  get links(): number {
    return this.valueOf.length;
  }

  /** How many profiles are named by records that are gone. */
  get profilesGone(): number {
    return this.goneProfiles.size;
  }

  kindOf(value: number): IdentifierKind {
    return IDENTIFIER_KINDS[this.kinds.at(value)]!;
  }

  namespaceOf(value: number): string {
    return this.namespaces[this.namespaceOfValue.at(value)]!;
  }

  isUsable(value: number): boolean {
    return this.usable.at(value) === 1;
  }

  linkRange(record: number): [from: number, to: number] {
    const to = record + 1 < this.records ? this.firstLinkOf.at(record + 1) : this.links;
    return [this.firstLinkOf.at(record), to];
  }

  addRecord(id: string, source: string, profileId: string): void {
    const record = this.recordIds.number(id);
    this.sourceOf.push(numberIn(this.sources, source));
    const profile = profileId === id ? record : this.recordIds.find(profileId);
    this.profileOf.push(profile >= 0 ? profile : -1 - numberIn(this.goneProfiles, profileId));
  }

  /** The id of a profile by the number that stands in `profileOf`. */
  profileId(profile: number): string {
    if (profile >= 0) return this.recordIds.uuid(profile);
    return [...this.goneProfiles.keys()][-1 - profile]!;
  }

  /** Adds a link to the record that was added last. */
  addLink(valueId: string, kind: IdentifierKind, namespace: string, usable: boolean, rank: number): void {
    const value = this.valueIds.number(valueId);
    if (value === this.kinds.length) {
      this.kinds.push(IDENTIFIER_KINDS.indexOf(kind));
      const known = this.namespaceNumbers.size;
      const number = numberIn(this.namespaceNumbers, namespace);
      if (number === known) this.namespaces.push(namespace);
      this.namespaceOfValue.push(number);
      this.usable.push(usable ? 1 : 0);
    }
    this.valueOf.push(value);
    this.rankOf.push(rank);
  }
}

/**
 * Reads a tenant in pieces that are small by themselves.
 *
 * @param normalizedBy the rules by which all stored identifiers were normalized, where that is known; what the new rules
 *   spell in the same way is then taken as it is stored
 */
export async function readRulesSnapshot(
  tx: Transaction,
  rules: ResolutionRules,
  normalizedBy: ResolutionRules | null,
  tell: TellProgress,
): Promise<RulesSnapshot> {
  const snapshot = new RulesSnapshot();
  const total = await countRecords(tx);
  const spelledAlike = new Set(
    IDENTIFIER_KINDS.filter((kind) => normalizedBy && spellsAlike(kind, normalizedBy, rules)),
  );
  for (let after = BEFORE_ALL; ; ) {
    tell("READING", snapshot.records, total);
    const records = await listSnapshotRecords(tx, after, RECORDS_A_CHUNK);
    const last = records.at(-1)?.id;
    if (last === undefined) break;
    const [links, spellings] = await Promise.all([
      listSnapshotLinks(tx, after, last),
      listSnapshotSpellings(tx, after, last),
    ]);
    const more = new Map<string, SnapshotSpelling[]>();
    for (const one of spellings) entryOf(more, one.recordId + one.identifierId, () => []).push(one);
    let next = 0;
    for (const { id, source, profileId } of records) {
      snapshot.addRecord(id, source, profileId);
      snapshot.firstLinkOf.push(snapshot.links);
      for (; links[next]?.recordId === id; next++) {
        const link = links[next]!;
        if (spelledAlike.has(link.kind)) {
          snapshot.addLink(link.identifierId, link.kind, link.namespace, link.usable, link.assurance);
        } else {
          addSpellings(snapshot, link, more.get(id + link.identifierId) ?? [], rules);
        }
      }
    }
    after = last;
  }
  await addRulings(tx, snapshot);
  await addSharedValues(tx, snapshot, rules);
  return snapshot;
}

function addSpellings(
  snapshot: RulesSnapshot,
  link: SnapshotLink,
  more: readonly SnapshotSpelling[],
  rules: ResolutionRules,
): void {
  const { kind, namespace } = link;
  const own = { raw: link.raw, assurance: ASSURANCES[link.assurance]! };
  const others = more.map(({ raw, assurance }) => ({ raw, assurance: ASSURANCES[assurance]! }));
  for (const { raw, assurance } of spellingsOf(own, others)) {
    const identifier = normalizeIdentifier({ kind, namespace, value: raw }, rules);
    const rank = ASSURANCES.indexOf(assurance);
    if (isIdentifierProblem(identifier)) snapshot.addLink(link.identifierId, kind, namespace, false, rank);
    else snapshot.addLink(identifier.id, kind, namespace, identifier.usable, rank);
  }
}

async function addRulings(tx: Transaction, snapshot: RulesSnapshot): Promise<void> {
  const rulings = new Map<string, Ruling & { sides: string[][] }>();
  for (const { id, kind, position, recordId, side } of await listSnapshotRulings(tx)) {
    const ruling = rulings.get(id) ?? { id, kind, position, sides: [] };
    rulings.set(id, ruling);
    ruling.sides[side] = [...(ruling.sides[side] ?? []), recordId];
  }
  snapshot.rulings.push(...rulings.values());
}

/** A ruling names what the rules make of its value. */
async function addSharedValues(tx: Transaction, snapshot: RulesSnapshot, rules: ResolutionRules): Promise<void> {
  for (const shared of await listSharedValues(tx)) {
    const value = snapshot.valueIds.find(respelledId(shared, rules));
    if (value >= 0) snapshot.ruledShared.add(value);
  }
}

/** Whether both rules normalize this kind in the same way, and block the same values. */
function spellsAlike(kind: IdentifierKind, a: ResolutionRules, b: ResolutionRules): boolean {
  if (!sameList(a.blockedValues, b.blockedValues) || !sameList(a.blockedPatterns, b.blockedPatterns)) return false;
  const sameFolding =
    a.emailFolding.dots === b.emailFolding.dots && a.emailFolding.plusTags === b.emailFolding.plusTags;
  const sameCountry = a.defaultCountry === b.defaultCountry;
  // Blocked values are spelled by the same rules, and may stand in a field of any kind.
  if (a.blockedValues.length > 0) return sameFolding && sameCountry;
  if (kind === "EMAIL") return sameFolding;
  return sameCountry || (kind !== "PHONE" && kind !== "WHATSAPP_ID");
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, place) => one === b[place]);
}

function numberIn(numbers: Map<string, number>, text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}
