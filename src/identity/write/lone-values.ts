import { ANONYMOUS_KINDS } from "../identifier-kind";
import { ResolutionRules } from "../resolve/resolution-rules";
import { HeldIdentifier } from "./identifier.repository";
import { identityAttributes, LinkDraft, RecordDraft } from "./record-draft";

/** Drafts of stored records that bring nothing but values which nobody carried before. */
export interface LoneDrafts {
  readonly drafts: readonly RecordDraft[];
  /** Those of them that get a value by which a record is known to be somebody's: it is news where it is the first. */
  readonly named: readonly string[];
}

/**
 * A value that one record alone carries joins nobody, keeps nobody apart and is counted once, so a stored record may get
 * one without anybody being resolved: a visitor's new device, a customer's second address. Left out is what could have a
 * say all the same: a kind of which a person has one value, a link that is raised or taken away, what is known of the
 * person; and every value where people are compared by likeness.
 *
 * @param held the values that the batch adds, as this transaction holds them
 */
export function loneDrafts(
  drafts: Iterable<RecordDraft>,
  held: ReadonlyMap<string, HeldIdentifier>,
  rules: ResolutionRules,
): LoneDrafts {
  const all = [...drafts];
  const carriers = new Map<string, number>();
  for (const { identifierId } of all.flatMap((draft) => draft.linksOf("NEW"))) {
    carriers.set(identifierId, (carriers.get(identifierId) ?? 0) + 1);
  }
  const isLone = ({ identifierId, identifier }: LinkDraft): boolean =>
    held.get(identifierId)?.isNew === true &&
    carriers.get(identifierId) === 1 &&
    identifier !== null &&
    identifier.kind !== "CRM_ID" &&
    !rules.uniqueKinds.includes(identifier.kind);
  const deciding = identityAttributes(rules);
  const lone = rules.similarity.enabled
    ? []
    : all.filter(
        (draft) =>
          draft.stored !== null &&
          draft.hasIdentityNews(deciding) &&
          !draft.removed &&
          !draft.changesTrusted(deciding) &&
          draft.linksOf("RAISED", "DETACHED").length === 0 &&
          draft.linksOf("NEW").every(isLone),
      );
  const named = lone.filter((draft) => draft.linksOf("NEW").some(namesSomebody)).map(({ recordId }) => recordId);
  return { drafts: lone, named };
}

function namesSomebody({ identifier, assurance }: LinkDraft): boolean {
  return identifier?.usable === true && assurance !== "CLAIMED" && !ANONYMOUS_KINDS.has(identifier.kind);
}
