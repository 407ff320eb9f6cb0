import { Instant } from "../../db/column-types";
import { Transaction } from "../../db/transaction";
import { ASSURANCES, Assurance, IdentifierKind } from "../identifier-kind";
import { EvidenceKind } from "../resolve/facts";
import type { Comparison } from "../similarity/score";
import {
  EvidenceLink,
  EvidenceRuling,
  EvidenceValue,
  readEvidenceLinks,
  readEvidenceRulings,
  readEvidenceSharing,
  readEvidenceValues,
} from "./explain.repository";
import { Contradiction } from "./explain-contradictions";
import { bitsOf } from "./explain-strength";
import { tellEvidence } from "./explain-text";

/** Evidence as it was found, or as history kept it: then with the value itself, in case it is gone since. */
export type KeptEvidence = Contradiction & {
  readonly identifier?: Pick<EvidenceValue, "kind" | "namespace" | "value">;
  /** When history noted it: stands in where nothing says since when it holds. */
  readonly notedAt?: Instant;
};

/** A piece of evidence as it is shown. */
export interface ToldEvidence {
  readonly kind: EvidenceKind;
  readonly summary: string;
  /** In bits; see `bitsOf`. */
  readonly strength: number;
  readonly recordAId: string;
  readonly recordBId: string;
  readonly identifier: ToldIdentifier | null;
  /** Of AMBIGUOUS the customers between whom it was not decided; of others none. */
  readonly contenderIds: readonly string[];
  /** Of a SIMILARITY, attribute by attribute; of others none. */
  readonly comparisons: readonly Comparison[];
  /** The message that brought the value to the later of the two records. */
  readonly messageId: string | null;
  readonly at: Instant | null;
}

/** The value that both records carry, as far as they do now. */
export interface ToldIdentifier {
  readonly kind: IdentifierKind;
  readonly namespace: string | null;
  readonly value: string;
  /** Of the weaker of the two ends: as sure as the join. */
  readonly assurance: Assurance;
  readonly sources: readonly string[];
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly shared: boolean;
}

/**
 * Puts evidence into words, with what the database knows of its values and rulings: up to four statements in one round
 * trip, however much evidence there is.
 */
export async function tellAll(tx: Transaction, evidence: readonly KeptEvidence[]): Promise<ToldEvidence[]> {
  const pairs = evidence.flatMap(({ recordA, recordB, identifierId }) =>
    identifierId === undefined ? [] : [recordA, recordB].map((recordId) => ({ recordId, identifierId })),
  );
  const unique = [...new Map(pairs.map((pair) => [linkKey(pair.recordId, pair.identifierId), pair])).values()];
  const [links, values, rulings, sharing] = await Promise.all([
    readEvidenceLinks(tx, unique),
    readEvidenceValues(tx, [...new Set(pairs.map(({ identifierId }) => identifierId))]),
    readEvidenceRulings(tx, [...new Set(evidence.flatMap(({ rulingId }) => rulingId ?? []))]),
    readEvidenceSharing(tx, [...new Set(evidence.flatMap(sharedNow))]),
  ]);
  const known: Known = {
    links: new Map(links.map((link) => [linkKey(link.recordId, link.identifierId), link])),
    values: new Map(values.map((value) => [value.id, value])),
    rulings: new Map(rulings.map((ruling) => [ruling.id, ruling])),
    sharing,
  };
  return evidence.map((one) => tell(one, known));
}

interface Known {
  readonly links: ReadonlyMap<string, EvidenceLink>;
  readonly values: ReadonlyMap<string, EvidenceValue>;
  readonly rulings: ReadonlyMap<string, EvidenceRuling>;
  /** By value. */
  readonly sharing: ReadonlyMap<string, EvidenceRuling>;
}

/** The value of what `resolve` found shared: whether a person or its number says so is not in the evidence. */
function sharedNow({ kind, identifierId, rulingId, notedAt }: KeptEvidence): string[] {
  const found = kind === "SHARED_VALUE" && rulingId === undefined && notedAt === undefined;
  return found && identifierId !== undefined ? [identifierId] : [];
}

function tell(evidence: KeptEvidence, { links, values, rulings, sharing }: Known): ToldEvidence {
  const { kind, recordA, recordB, identifierId, rulingId, notedAt = null } = evidence;
  const value = identifierId === undefined ? undefined : (values.get(identifierId) ?? evidence.identifier);
  const found = [recordA, recordB]
    .flatMap((recordId) => (identifierId && links.get(linkKey(recordId, identifierId))) || [])
    .sort((a, b) => (a.firstSeenAt < b.firstSeenAt ? -1 : 1));
  const [shared] = sharedNow(evidence);
  const ruling = (rulingId ? rulings.get(rulingId) : shared && sharing.get(shared)) || null;
  const later = found.at(-1);
  return {
    kind,
    summary: tellEvidence(evidence, { identifier: value ?? null, links: found, ruling }),
    strength: bitsOf(evidence, value?.kind, ruling?.kind === "DIFFERENT"),
    recordAId: recordA,
    recordBId: recordB,
    identifier: value ? toIdentifier(evidence, value, found) : null,
    contenderIds: evidence.contenders ?? [],
    comparisons: evidence.likeness?.comparisons ?? [],
    messageId: later?.messageId ?? null,
    at: later?.firstSeenAt ?? ruling?.madeAt ?? notedAt,
  };
}

/** Null where the records no longer carry the value, and nothing says when they did. */
function toIdentifier(
  { assurance, notedAt }: KeptEvidence,
  value: Pick<EvidenceValue, "kind" | "namespace" | "value"> & Partial<Pick<EvidenceValue, "status">>,
  links: readonly EvidenceLink[],
): ToldIdentifier | null {
  const firstSeenAt = links.map((link) => link.firstSeenAt).reduce(earliest, notedAt);
  const lastSeenAt = links.map((link) => link.lastSeenAt).reduce(latest, firstSeenAt);
  if (firstSeenAt === undefined || lastSeenAt === undefined) return null;
  const weakest = Math.min(...links.map((link) => ASSURANCES.indexOf(link.assurance)));
  return {
    kind: value.kind,
    namespace: value.namespace === "" ? null : value.namespace,
    value: value.value,
    assurance: assurance ?? ASSURANCES[weakest] ?? "CLAIMED",
    sources: [...new Set(links.map(({ source }) => source))].sort(),
    firstSeenAt,
    lastSeenAt,
    shared: value.status === "SHARED" || value.status === "CLAIMS_SHARED",
  };
}

function earliest(known: Instant | undefined, at: Instant): Instant {
  return known === undefined || at < known ? at : known;
}

function latest(known: Instant | undefined, at: Instant): Instant {
  return known === undefined || at > known ? at : known;
}

function linkKey(recordId: string, identifierId: string): string {
  return `${recordId} ${identifierId}`;
}
