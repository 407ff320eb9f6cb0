import { ValueStatus } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { valueStatus } from "../resolve/sharing";
import { HeldIdentifier, SourceCount } from "./identifier.repository";
import { LinkDraft, RecordDraft } from "./record-draft";

/** One link that a batch adds, raises or takes away, and what that does to the number of carriers. */
export interface LinkChange {
  readonly identifierId: string;
  readonly source: string;
  readonly trusted: -1 | 0 | 1;
  readonly all: -1 | 0 | 1;
}

export function linkChanges(drafts: Iterable<RecordDraft>): LinkChange[] {
  return [...drafts].flatMap((draft) =>
    draft.linksOf("NEW", "RAISED", "DETACHED").map((link) => linkChange(draft, link)),
  );
}

function linkChange(draft: RecordDraft, link: LinkDraft): LinkChange {
  const wasTrusted = link.stored !== null && link.stored.assurance !== "CLAIMED";
  const isTrusted = !link.detached && link.assurance !== "CLAIMED";
  return {
    identifierId: link.identifierId,
    source: draft.source,
    trusted: (Number(isTrusted) - Number(wasTrusted)) as -1 | 0 | 1,
    all: (Number(!link.detached) - Number(link.stored !== null)) as -1 | 0 | 1,
  };
}

/**
 * The values whose carriers have to be counted: those whose status these changes could alter. A shared value that gains
 * one more carrier stays shared, so the cost of a value does not grow with its popularity.
 */
export function toBeCounted(held: ReadonlyMap<string, HeldIdentifier>, changes: readonly LinkChange[]): string[] {
  const ids = new Set<string>();
  for (const { identifierId, trusted, all } of changes) {
    const identifier = held.get(identifierId);
    if (!identifier || identifier.isNew || !identifier.usable || identifier.ruledShared) continue;
    const { status } = identifier;
    const mayChange = trusted < 0 || all < 0 || status === "LIVE" || status === "UNUSABLE";
    if (mayChange || (status === "CLAIMS_SHARED" && trusted > 0)) ids.add(identifierId);
  }
  return [...ids];
}

/** The statuses that change, by identifier id. */
export function changedStatuses(
  held: ReadonlyMap<string, HeldIdentifier>,
  changes: readonly LinkChange[],
  counted: readonly SourceCount[],
  rules: ResolutionRules,
): Map<string, ValueStatus> {
  const known = new Set(counted.map((count) => count.identifierId));
  const bySource = new Map<string, Map<string, { trusted: number; all: number }>>();
  const countOf = (identifierId: string, source: string): { trusted: number; all: number } => {
    const sources = bySource.get(identifierId) ?? new Map();
    bySource.set(identifierId, sources);
    const count = sources.get(source) ?? { trusted: 0, all: 0 };
    sources.set(source, count);
    return count;
  };
  for (const { identifierId, source, trusted, all } of counted)
    Object.assign(countOf(identifierId, source), { trusted, all });
  const judged = new Set(toBeCounted(held, changes));
  for (const { identifierId, source, trusted, all } of changes) {
    const identifier = held.get(identifierId);
    if (!identifier?.isNew && !known.has(identifierId) && !judged.has(identifierId)) continue;
    const count = countOf(identifierId, source);
    count.trusted += trusted;
    count.all += all;
  }
  const statuses = new Map<string, ValueStatus>();
  for (const [identifierId, sources] of bySource) {
    const identifier = held.get(identifierId);
    if (!identifier) continue;
    const status = valueStatus(identifier.kind, identifier.usable, sources.values(), rules, identifier.ruledShared);
    if (status !== identifier.status) statuses.set(identifierId, status);
  }
  // What newer rules block joins nobody from the first write that names it; nor does what newer rules make the same as a
  // value that was ruled shared.
  for (const { id, usable, status, ruledShared } of held.values()) {
    if (!usable && status !== "UNUSABLE") statuses.set(id, "UNUSABLE");
    if (usable && ruledShared && status !== "SHARED") statuses.set(id, "SHARED");
  }
  return statuses;
}

/** Whether all carriers have to be resolved again: a value that joins nobody before and after has nothing to undo. */
export function opensCarriers(before: ValueStatus | undefined, after: ValueStatus): boolean {
  return joinsSome(before) || joinsSome(after);
}

function joinsSome(status: ValueStatus | undefined): boolean {
  return status === "LIVE" || status === "CLAIMS_SHARED";
}
