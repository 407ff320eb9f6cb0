import { ASSURANCES, Assurance, IdentifierKind } from "../identifier-kind";
import { DEFAULT_SIMILARITY, SimilarityRules } from "../similarity/similarity-rules";

/**
 * What two ids of one CRM say about two records. CONTRADICTION: different ids refuse a join only where given name,
 * family name or birth date contradict, because CRMs are full of duplicates. UNIQUE: different ids always refuse.
 * FREE: never.
 */
export type CrmIdMode = "CONTRADICTION" | "UNIQUE" | "FREE";

/** A tenant's identity configuration. Everything an answer of `resolve` depends on beside the facts stands here. */
export interface ResolutionRules {
  readonly version: number;
  /** Kinds of which a person has one value per namespace: two different values are two people. */
  readonly uniqueKinds: readonly IdentifierKind[];
  readonly crmIds: {
    readonly default: CrmIdMode;
    readonly byNamespace: Readonly<Record<string, CrmIdMode>>;
  };
  /** On how many records of one source a value may stand before it says nothing about who somebody is. */
  readonly sharedLimits: {
    readonly default: number;
    readonly byKind: Readonly<Partial<Record<IdentifierKind, number>>>;
  };
  /** The most records that identifiers may put into one profile; a SAME ruling may go beyond it. */
  readonly cap: number;
  /** ISO 3166 code for phone numbers written without a country; without it they are unreadable. */
  readonly defaultCountry: string | null;
  /** Whether `a.b@example.com` is `ab@example.com`, and `a+tag@example.com` is `a@example.com`. */
  readonly emailFolding: { readonly dots: boolean; readonly plusTags: boolean };
  /** Values that join nobody, beside the placeholders that join nobody for any tenant. Compared folded. */
  readonly blockedValues: readonly string[];
  /** The same for whole families of values: `*` stands for any characters, also none. Compared folded. */
  readonly blockedPatterns: readonly string[];
  /** By kind, how sure a link has to be to join; a kind that is absent joins by any link. */
  readonly minimumAssurance: Readonly<Partial<Record<IdentifierKind, Assurance>>>;
  /** Sources whose attributes win, the most trusted first; the others follow by time. */
  readonly sourcePriority: readonly string[];
  readonly similarity: SimilarityRules;
}

export const DEFAULT_RULES: ResolutionRules = {
  version: 1,
  uniqueKinds: ["USER_ID"],
  crmIds: { default: "CONTRADICTION", byNamespace: {} },
  sharedLimits: { default: 15, byKind: { ANONYMOUS_ID: 50, DEVICE_ID: 50 } },
  cap: 500,
  defaultCountry: null,
  emailFolding: { dots: false, plusTags: false },
  blockedValues: [],
  blockedPatterns: [],
  minimumAssurance: {},
  sourcePriority: [],
  similarity: DEFAULT_SIMILARITY,
};

export function crmIdMode(rules: ResolutionRules, namespace: string): CrmIdMode {
  const { byNamespace } = rules.crmIds;
  return Object.hasOwn(byNamespace, namespace) ? byNamespace[namespace]! : rules.crmIds.default;
}

export function sharedLimit(rules: ResolutionRules, kind: IdentifierKind): number {
  return rules.sharedLimits.byKind[kind] ?? rules.sharedLimits.default;
}

/** Whether a link of this kind is sure enough to join. One that is not is kept and shown, and still counts as a carrier. */
export function isSureEnough(
  rules: Pick<ResolutionRules, "minimumAssurance">,
  kind: IdentifierKind,
  assurance: Assurance,
): boolean {
  const least = rules.minimumAssurance[kind];
  return least === undefined || ASSURANCES.indexOf(assurance) >= ASSURANCES.indexOf(least);
}
