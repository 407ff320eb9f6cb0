import { Transaction } from "../../db/transaction";
import { IdentifierKind } from "../identifier-kind";
import { ValueStatus } from "../resolve/facts";
import { isSureEnough, ResolutionRules } from "../resolve/resolution-rules";
import { HeldIdentifier } from "../write/identifier.repository";
import { LinkDraft, RecordDraft, trustedAttributes } from "../write/record-draft";
import { DescribedPerson, describePerson } from "./described-person";
import {
  ComparedLink,
  listTrustedCarriers,
  readComparedAttributes,
  readComparedLinks,
} from "./described-persons.repository";
import { PROFILE_ATTRIBUTES } from "./person-profile";

type Statuses = ReadonlyMap<string, ValueStatus>;
type Held = ReadonlyMap<string, Pick<HeldIdentifier, "id" | "kind" | "namespace" | "value" | "status">>;
type Persons = Map<string, DescribedPerson | null>;

const COMPARED_KINDS: ReadonlySet<IdentifierKind> = new Set(["EMAIL", "PHONE", "CUSTOM", "LOYALTY_ID"]);

/** Whether the draft changes what trusted senders say of the person. What is only claimed says nothing of anybody. */
export function saysOfPerson(draft: RecordDraft): boolean {
  if (draft.removed) return draft.stored !== null;
  const links = draft.linksOf("NEW", "RAISED", "DETACHED");
  if (links.some(({ assurance, stored }) => assurance !== "CLAIMED" || (stored && stored.assurance !== "CLAIMED"))) {
    return true;
  }
  return draft.changesTrusted(PROFILE_ATTRIBUTES);
}

/** Drafted persons as they were described before, by record, and what they were described by. */
export type DescribedBefore = Map<string, { readonly by: string; readonly person: DescribedPerson | null }>;

/**
 * What the records say of their persons once the drafts are written, by record: the drafted ones, and those that carry a
 * value which becomes shared or ceases to be: what everybody has tells nothing of anybody.
 *
 * @param before where each is kept, and not described again while it is by the very same
 */
export async function describeDrafted(
  tx: Transaction,
  drafts: readonly RecordDraft[],
  held: Held,
  statuses: Statuses,
  rules: ResolutionRules,
  before: DescribedBefore = new Map(),
): Promise<Persons> {
  const saying = drafts.filter(saysOfPerson);
  const drafted = new Set(drafts.map(({ recordId }) => recordId));
  const turned = [...statuses].filter(([id, status]) => isTurned(held.get(id), status)).map(([id]) => id);
  const carriers = (await listTrustedCarriers(tx, turned)).filter((id) => !drafted.has(id));
  // A draft that says nothing new may carry such a value, too.
  const touched = drafts.filter((draft) => !draft.removed && turned.some((id) => draft.links.has(id)));
  const own = [...new Set([...saying, ...touched])];
  const [links, persons] = await Promise.all([
    readComparedLinks(
      tx,
      own.filter(({ stored }) => stored).map(({ recordId }) => recordId),
    ),
    describeStored(tx, carriers, statuses, rules),
  ]);
  const known = new Map<string, Known>(links.map((link) => [link.identifierId, { ...link, id: link.identifierId }]));
  for (const identifier of held.values()) known.set(identifier.id, identifier);
  for (const draft of own) persons.set(draft.recordId, describeDraft(draft, known, statuses, rules, before));
  return persons;
}

/** What stored records say of their persons. */
export async function describeStored(
  tx: Transaction,
  recordIds: readonly string[],
  statuses: Statuses,
  rules: ResolutionRules,
): Promise<Persons> {
  const [links, attributes] = await Promise.all([
    readComparedLinks(tx, recordIds),
    readComparedAttributes(tx, recordIds),
  ]);
  const byRecord = new Map<string, ComparedLink[]>();
  for (const link of links) byRecord.set(link.recordId, [...(byRecord.get(link.recordId) ?? []), link]);
  return new Map(
    recordIds.map((id) => {
      const links = (byRecord.get(id) ?? []).map((link) => ({
        ...link,
        status: statuses.get(link.identifierId) ?? link.status,
      }));
      const identifiers = comparedIdentifiers(links, rules);
      return [id, describePerson(attributes.get(id) ?? {}, identifiers, rules.similarity.recordBracket)];
    }),
  );
}

/** Of a record's identifiers those by which its person may be compared. */
export function comparedIdentifiers<T extends Pick<ComparedLink, "kind" | "status" | "assurance">>(
  identifiers: readonly T[],
  rules: ResolutionRules,
): T[] {
  return identifiers.filter(({ kind, status, assurance }) => counts(kind, status, assurance, rules));
}

interface Known {
  readonly id: string;
  readonly kind: IdentifierKind;
  readonly namespace: string;
  readonly value: string;
  readonly status: ValueStatus;
}

function describeDraft(
  draft: RecordDraft,
  known: ReadonlyMap<string, Known>,
  statuses: Statuses,
  rules: ResolutionRules,
  before: DescribedBefore,
): DescribedPerson | null {
  if (draft.removed) return null;
  const identifiers = [...draft.links.values()].flatMap((link: LinkDraft) => {
    const identifier = known.get(link.identifierId);
    if (link.detached || !identifier) return [];
    const status = statuses.get(identifier.id) ?? identifier.status;
    return counts(identifier.kind, status, link.assurance, rules) ? [identifier] : [];
  });
  const by = JSON.stringify([
    [...draft.attributes.values()].map(({ key, value }) => [key, value]),
    identifiers.map(({ kind, namespace, value }) => [kind, namespace, value]),
  ]);
  const described = before.get(draft.recordId);
  if (described?.by === by) return described.person;
  const person = describePerson(trustedAttributes(draft), identifiers, rules.similarity.recordBracket);
  before.set(draft.recordId, { by, person });
  return person;
}

function counts(
  kind: IdentifierKind,
  status: ValueStatus,
  assurance: ComparedLink["assurance"],
  rules: ResolutionRules,
): boolean {
  if (assurance === "CLAIMED" || !COMPARED_KINDS.has(kind) || !tellsOfOne(status)) return false;
  return isSureEnough(rules, kind, assurance);
}

function isTurned(before: Known | undefined, after: ValueStatus): boolean {
  return before !== undefined && COMPARED_KINDS.has(before.kind) && tellsOfOne(before.status) !== tellsOfOne(after);
}

function tellsOfOne(status: ValueStatus): boolean {
  return status === "LIVE" || status === "CLAIMS_SHARED";
}
