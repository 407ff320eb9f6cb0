import { IdentifierValue, Resolution } from "../resolve/facts";
import { RecordDraft } from "./record-draft";

/** What a batch decides about its records: see IdentityPlan. */
interface Decided {
  readonly drafts: ReadonlyMap<string, RecordDraft>;
  readonly profileOf: ReadonlyMap<string, string>;
  readonly before: ReadonlyMap<string, string>;
  readonly resolution: Resolution;
  readonly identifiers: ReadonlyMap<string, IdentifierValue>;
}

/**
 * The source that merged these profiles by itself, and so need not be told: it alone said something new about them, and
 * all that joins them is an id of its own making, as when a CRM hands over the two contacts that it made one. Where
 * anything else joins them (an address that two of its contacts share, too) the merge is news to every source: null.
 */
export function sourceOfMerge(plan: Decided, profileId: string): string | null {
  const sources = new Set<string>();
  for (const draft of plan.drafts.values()) {
    if (draft.hasNews && plan.profileOf.get(draft.recordId) === profileId) sources.add(draft.source);
  }
  const [source] = sources;
  if (source === undefined || sources.size > 1) return null;
  const joins = plan.resolution.joins.filter(
    ({ recordA, recordB }) =>
      plan.profileOf.get(recordA) === profileId && plan.before.get(recordA) !== plan.before.get(recordB),
  );
  const own = joins.every(({ identifierId }) => {
    const identifier = identifierId === undefined ? undefined : plan.identifiers.get(identifierId);
    return identifier?.kind === "CRM_ID" && identifier.namespace === source;
  });
  return own && joins.length > 0 ? source : null;
}
