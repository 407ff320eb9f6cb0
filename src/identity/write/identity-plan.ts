import { NewChange } from "../../feed/change";
import {
  Evidence,
  Facts,
  IdentifierValue,
  Link,
  PersonFacts,
  RecordFacts,
  Resolution,
  ValueStatus,
} from "../resolve/facts";
import { PartitionDifference, partitionDifference } from "../resolve/partition-difference";
import { personFacts } from "../resolve/person-facts";
import { DEFAULT_RULES, isSureEnough, ResolutionRules } from "../resolve/resolution-rules";
import { entryOf } from "../resolve/resolve-entry";
import { NO_SIMILARITY_CHANGE, SimilarityPlan } from "../similarity/similarity-plan";
import { Component } from "./component.repository";
import { HeldIdentifier } from "./identifier.repository";
import { RecordDraft, trustedAttributes } from "./record-draft";
import { sourceOfMerge } from "./source-of-merge";

/** What a batch changes about identity: decided, not yet written. */
export interface IdentityPlan {
  /** By `recordHandle`. */
  readonly drafts: ReadonlyMap<string, RecordDraft>;
  /** Of each sighting, in their order: whether it said anything that was not known. */
  readonly news: readonly boolean[];
  readonly statuses: ReadonlyMap<string, ValueStatus>;
  readonly resolution: Resolution;
  readonly difference: PartitionDifference;
  /** The profile of every stored record concerned, as it was, but for those that are taken away. */
  readonly before: ReadonlyMap<string, string>;
  /** The values that evidence speaks of, by id. */
  readonly identifiers: ReadonlyMap<string, IdentifierValue>;
  /** The profile of every record concerned, once the plan is written. */
  readonly profileOf: ReadonlyMap<string, string>;
  /** Splits, then merges, then updates: the order in which they appear in the feed. */
  readonly changes: readonly NewChange[];
  /** What becomes of the pairs that are alike. */
  readonly similarity: SimilarityPlan;
  /** Profiles, as they were and as they become, of which a record says something else of its person, or is taken away. */
  readonly restated: ReadonlySet<string>;
  /** Whether likeness had a say in it. */
  readonly usedLikeness: boolean;
}

/** A batch of sightings applied in memory to the records they speak of. */
export type Drafted = Pick<IdentityPlan, "drafts" | "news">;

const NOTHING: Resolution = { clusters: [], joins: [], refusals: [] };

/** The plan of a batch that says nothing new about who is who. */
export function planWithoutResolution({ drafts, news }: Drafted): IdentityPlan {
  const profileOf = new Map<string, string>();
  for (const draft of drafts.values()) {
    if (draft.stored) profileOf.set(draft.recordId, draft.stored.profileId);
  }
  const difference = { moved: [], splits: [], merges: [] };
  const changes = updates(drafts, profileOf, difference, NO_SIMILARITY_CHANGE);
  return {
    drafts,
    news,
    statuses: new Map(),
    resolution: NOTHING,
    difference,
    before: profileOf,
    identifiers: new Map(),
    profileOf,
    changes,
    similarity: NO_SIMILARITY_CHANGE,
    restated: new Set(),
    usedLikeness: false,
  };
}

/** @param apart drafted records that were not resolved, because their news concern nobody, with their profiles */
export function planResolved(
  { drafts, news }: Drafted,
  statuses: ReadonlyMap<string, ValueStatus>,
  component: Component,
  facts: Facts,
  resolution: Resolution,
  similarity: SimilarityPlan = NO_SIMILARITY_CHANGE,
  apart: ReadonlyMap<string, string> = new Map(),
): IdentityPlan {
  const removed = removedIds(drafts.values());
  const staying = [...component.records.values()].filter(({ id }) => !removed.has(id));
  const before = new Map(staying.map((record) => [record.id, record.profileId]));
  const difference = partitionDifference(before, resolution.clusters);
  const profileOf = new Map<string, string>(apart);
  for (const cluster of resolution.clusters) for (const id of cluster) profileOf.set(id, cluster[0]!);
  const identifiers = new Map(facts.identifiers.map((identifier) => [identifier.id, identifier]));
  return {
    drafts,
    news,
    statuses,
    resolution,
    difference,
    before,
    identifiers,
    profileOf,
    changes: [
      ...difference.splits.map(({ profileId, separatedIds }) =>
        profileChange("PROFILE_SPLIT", profileId, separatedIds),
      ),
      ...difference.merges.map(({ profileId, absorbedIds }) =>
        profileChange(
          "PROFILES_MERGED",
          profileId,
          absorbedIds,
          sourceOfMerge({ drafts, profileOf, before, resolution, identifiers }, profileId),
        ),
      ),
      ...updates(drafts, profileOf, difference, similarity),
    ],
    similarity,
    restated: new Set(
      [...similarity.profiles.keys()].flatMap((id) => [
        component.records.get(id)?.profileId ?? id,
        profileOf.get(id) ?? id,
      ]),
    ),
    usedLikeness: component.similarity !== null,
  };
}

/**
 * The component as it is once the drafts are written: their links and persons take the place of the stored ones.
 *
 * Links that are not as sure as the rules ask of their kind are left out here, so that `resolve` never sees them: to it
 * a record without such a link and one whose link may not join are the same.
 */
export function factsWithDrafts(
  component: Component,
  drafts: ReadonlyMap<string, RecordDraft>,
  held: ReadonlyMap<string, HeldIdentifier>,
  statuses: ReadonlyMap<string, ValueStatus>,
  rules: Pick<ResolutionRules, "minimumAssurance"> = DEFAULT_RULES,
): Facts {
  const drafted = new Map([...drafts.values()].map((draft) => [draft.recordId, draft]));
  const identifiers = new Map<string, IdentifierValue>([...component.identifiers, ...held]);
  for (const [id, status] of statuses) {
    const identifier = identifiers.get(id);
    if (identifier) identifiers.set(id, { ...identifier, status });
  }
  // Records of one customer mostly say the same, which need not be spelled anew for each.
  const spelled = new Map<string, PersonFacts>();
  const personOf = (attributes: Record<string, unknown> | undefined): PersonFacts =>
    attributes ? entryOf(spelled, JSON.stringify(attributes), () => personFacts(attributes)) : {};
  const records: RecordFacts[] = [];
  for (const record of component.records.values()) {
    if (drafted.has(record.id)) continue;
    records.push({ id: record.id, source: record.source, person: personOf(component.persons.get(record.id)) });
  }
  const links: Link[] = component.links.filter((link) => !drafted.has(link.recordId));
  for (const draft of drafted.values()) {
    if (draft.removed) continue;
    records.push({ id: draft.recordId, source: draft.source, person: personFacts(trustedAttributes(draft)) });
    for (const link of draft.links.values()) {
      if (link.detached || !identifiers.has(link.identifierId)) continue;
      links.push({ recordId: draft.recordId, identifierId: link.identifierId, assurance: link.assurance });
    }
  }
  const sure = links.filter(({ identifierId, assurance }) => {
    const identifier = identifiers.get(identifierId);
    return identifier === undefined || isSureEnough(rules, identifier.kind, assurance);
  });
  const facts = {
    records,
    identifiers: [...identifiers.values()],
    links: sure,
    rulings: [...component.rulings.values()],
  };
  if (component.similarity === null) return facts;
  const { profiles, pairs } = component.similarity;
  return { ...facts, similarity: { profiles, pairs: [...pairs.values()] } };
}

function removedIds(drafts: Iterable<RecordDraft>): Set<string> {
  return new Set([...drafts].flatMap((draft) => (draft.removed ? [draft.recordId] : [])));
}

/**
 * A piece of evidence as history keeps it: with the value itself, so that it can be told after the value is gone; without
 * other customers between whom it did not decide, whose ids would outlive their erasure here.
 */
export function describeEvidence(
  { contenders: _, ...evidence }: Evidence,
  identifiers: ReadonlyMap<string, IdentifierValue>,
): object {
  const identifier = evidence.identifierId ? identifiers.get(evidence.identifierId) : undefined;
  if (!identifier) return evidence;
  const { kind, namespace, value } = identifier;
  return { ...evidence, identifier: { kind, namespace, value } };
}

function updates(
  drafts: ReadonlyMap<string, RecordDraft>,
  profileOf: ReadonlyMap<string, string>,
  difference: PartitionDifference,
  { gone, found }: SimilarityPlan,
): NewChange[] {
  // A merge or a split already says that these profiles are to be read again.
  const told = new Set<string>();
  for (const { profileId, separatedIds } of difference.splits)
    for (const id of [profileId, ...separatedIds]) told.add(id);
  for (const { profileId } of difference.merges) told.add(profileId);
  const updated = new Map<string, string | null>();
  for (const draft of drafts.values()) {
    const profileId = profileOf.get(draft.recordId);
    if (!profileId || !draft.hasNews || told.has(profileId)) continue;
    const source = updated.get(profileId);
    updated.set(profileId, source === undefined || source === draft.source ? draft.source : null);
  }
  // Whom somebody may be one with is part of what is told of a customer.
  for (const { recordA, recordB } of [...gone, ...found]) {
    const [one, other] = [profileOf.get(recordA), profileOf.get(recordB)];
    if (one === other) continue;
    // Of a record that is taken away the other customer is told.
    for (const profileId of [one, other]) if (profileId && !told.has(profileId)) updated.set(profileId, null);
  }
  return [...updated].map(([profileId, source]) => profileChange("PROFILE_UPDATED", profileId, [], source));
}

function profileChange(
  kind: NewChange["kind"],
  profileId: string,
  relatedIds: readonly string[],
  source: string | null = null,
): NewChange {
  return { kind, profileId, relatedIds, recordId: null, interactionId: null, source, channel: null };
}
