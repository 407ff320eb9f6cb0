import { isDeepStrictEqual } from "node:util";
import { type CountryCode, isSupportedCountry } from "libphonenumber-js/max";
import { DomainError } from "../../errors";
import { Assurance, IdentifierKind } from "../identifier-kind";
import { foldText } from "../normalize/fold-text";
import { NAMESPACE_MAX, VALUE_MAX } from "../normalize/normalize-identifier";
import { CrmIdMode, ResolutionRules } from "../resolve/resolution-rules";
import { DEFAULT_WEIGHTS } from "../similarity/model";
import { recordBracketOf, type SimilarityRules, thresholdsFor } from "../similarity/similarity-rules";
import { readWeights } from "../similarity/weights-input";

export const LIMIT_MAX = 1_000;
export const CAP_MAX = 5_000;
export const BLOCKED_VALUES_MAX = 1_000;
export const BLOCKED_PATTERNS_MAX = 100;
export const PATTERN_MAX = 200;
export const SOURCES_MAX = 100;
export const BLOCK_LIMIT_MAX = 200;
const SOURCE_MAX = 100;
const NAMESPACES_MAX = 100;
/** Beyond this no odds make a difference. */
const BITS_MAX = 1_000;

type Maybe<T> = T | null | undefined;

/** What to change of a tenant's rules. What is left out, or null, keeps its present value; null clears the country. */
export interface RulesChange {
  readonly similarity?: Maybe<{
    readonly enabled?: Maybe<boolean>;
    readonly autoThreshold?: Maybe<number>;
    readonly reviewThreshold?: Maybe<number>;
    readonly guard?: Maybe<boolean>;
    /** Sets the thresholds for so many records, where the same change names none. */
    readonly recordBracket?: Maybe<number>;
    readonly blockLimit?: Maybe<number>;
    /** Null gives the shipped ones back. */
    readonly weights?: unknown;
  }>;
  readonly defaultCountry?: Maybe<string>;
  readonly emailFolding?: Maybe<{ readonly dots?: Maybe<boolean>; readonly plusTags?: Maybe<boolean> }>;
  readonly uniqueKinds?: Maybe<readonly IdentifierKind[]>;
  readonly crmIds?: Maybe<{
    readonly default?: Maybe<CrmIdMode>;
    readonly byNamespace?: Maybe<readonly { readonly namespace: string; readonly mode: CrmIdMode }[]>;
  }>;
  readonly sharedLimits?: Maybe<{
    readonly default?: Maybe<number>;
    readonly byKind?: Maybe<readonly { readonly kind: IdentifierKind; readonly limit: number }[]>;
  }>;
  readonly cap?: Maybe<number>;
  readonly blockedValues?: Maybe<readonly string[]>;
  readonly blockedPatterns?: Maybe<readonly string[]>;
  readonly minimumAssurance?: Maybe<readonly { readonly kind: IdentifierKind; readonly assurance: Assurance }[]>;
  readonly sourcePriority?: Maybe<readonly string[]>;
}

/**
 * The present rules with a change, as they will be told back. Pure.
 *
 * @throws DomainError BAD_USER_INPUT, which names the field
 */
export function changedRules(present: ResolutionRules, change: RulesChange): ResolutionRules {
  const { emailFolding, crmIds, sharedLimits } = present;
  return {
    version: present.version,
    similarity: similarityOf(present.similarity, change.similarity),
    defaultCountry: countryOf(present.defaultCountry, change.defaultCountry),
    emailFolding: {
      dots: change.emailFolding?.dots ?? emailFolding.dots,
      plusTags: change.emailFolding?.plusTags ?? emailFolding.plusTags,
    },
    uniqueKinds: change.uniqueKinds ? uniqueKindsOf(change.uniqueKinds) : present.uniqueKinds,
    crmIds: {
      default: change.crmIds?.default ?? crmIds.default,
      byNamespace: change.crmIds?.byNamespace ? modesOf(change.crmIds.byNamespace) : crmIds.byNamespace,
    },
    sharedLimits: {
      default: whole("sharedLimits.default", change.sharedLimits?.default ?? sharedLimits.default, LIMIT_MAX),
      byKind: change.sharedLimits?.byKind ? limitsOf(change.sharedLimits.byKind) : sharedLimits.byKind,
    },
    cap: whole("cap", change.cap ?? present.cap, CAP_MAX),
    blockedValues: change.blockedValues
      ? texts("blockedValues", change.blockedValues, BLOCKED_VALUES_MAX, VALUE_MAX)
      : present.blockedValues,
    blockedPatterns: change.blockedPatterns ? patternsOf(change.blockedPatterns) : present.blockedPatterns,
    minimumAssurance: change.minimumAssurance ? assurancesOf(change.minimumAssurance) : present.minimumAssurance,
    sourcePriority: change.sourcePriority
      ? distinct("sourcePriority", texts("sourcePriority", change.sourcePriority, SOURCES_MAX, SOURCE_MAX))
      : present.sourcePriority,
  };
}

/** Whether stored profiles may be other ones by these rules: what only decides how they are shown needs no application. */
export function decidesAnew(present: ResolutionRules, next: ResolutionRules): boolean {
  return !isDeepStrictEqual(decisive(present), decisive(next));
}

function decisive({ version: _, sourcePriority: __, ...rules }: ResolutionRules): object {
  return rules;
}

function similarityOf(present: SimilarityRules, change: RulesChange["similarity"]): SimilarityRules {
  if (!change) return present;
  const recordBracket = bracketOf(present, change.recordBracket);
  const thresholds = recordBracket === present.recordBracket ? present : thresholdsFor(recordBracket);
  const next = {
    ...present,
    enabled: change.enabled ?? present.enabled,
    autoThreshold: bits("similarity.autoThreshold", change.autoThreshold ?? thresholds.autoThreshold),
    reviewThreshold: bits("similarity.reviewThreshold", change.reviewThreshold ?? thresholds.reviewThreshold),
    guard: change.guard ?? present.guard,
    recordBracket,
    blockLimit: whole("similarity.blockLimit", change.blockLimit ?? present.blockLimit, BLOCK_LIMIT_MAX),
    weights: weightsOf(present, change.weights),
  };
  if (next.reviewThreshold > next.autoThreshold) {
    refuse("similarity.reviewThreshold", "must not be above autoThreshold");
  }
  return next;
}

function bracketOf(present: SimilarityRules, change: Maybe<number>): number {
  if (change === null || change === undefined) return present.recordBracket;
  if (change < 1 || recordBracketOf(change) !== change) {
    refuse("similarity.recordBracket", "must be the end of a bracket: 1000, 10000, 100000, and so on up to 100000000");
  }
  return change;
}

function weightsOf(present: SimilarityRules, change: unknown): SimilarityRules["weights"] {
  if (change === undefined) return present.weights;
  if (change === null) return DEFAULT_WEIGHTS;
  const weights = readWeights(change, DEFAULT_WEIGHTS);
  return typeof weights === "string" ? refuse("similarity.weights", weights) : weights;
}

function countryOf(present: string | null, change: Maybe<string>): string | null {
  if (change === undefined) return present;
  if (change === null) return null;
  if (!/^[A-Z]{2}$/.test(change) || !isSupportedCountry(change)) {
    refuse("defaultCountry", "must be the ISO 3166 code of a country, two capital letters such as TH");
  }
  return change satisfies CountryCode;
}

function uniqueKindsOf(kinds: readonly IdentifierKind[]): readonly IdentifierKind[] {
  if (kinds.includes("CRM_ID")) refuse("uniqueKinds", "does not take CRM_ID: crmIds says what those mean");
  return distinct("uniqueKinds", kinds);
}

function modesOf(entries: readonly { namespace: string; mode: CrmIdMode }[]): Record<string, CrmIdMode> {
  const field = "crmIds.byNamespace";
  const spelled = entries.map(({ namespace }) => foldText(namespace));
  distinct(field, texts(field, spelled, NAMESPACES_MAX, NAMESPACE_MAX));
  return Object.fromEntries(entries.map(({ mode }, place) => [spelled[place]!, mode]));
}

function limitsOf(
  entries: readonly { kind: IdentifierKind; limit: number }[],
): Partial<Record<IdentifierKind, number>> {
  const field = "sharedLimits.byKind";
  distinct(
    field,
    entries.map(({ kind }) => kind),
  );
  return Object.fromEntries(entries.map(({ kind, limit }) => [kind, whole(field, limit, LIMIT_MAX)]));
}

function assurancesOf(
  entries: readonly { kind: IdentifierKind; assurance: Assurance }[],
): Partial<Record<IdentifierKind, Assurance>> {
  const field = "minimumAssurance";
  distinct(
    field,
    entries.map(({ kind }) => kind),
  );
  // CLAIMED is no requirement: every link is at least that.
  const asking = entries.filter(({ assurance }) => assurance !== "CLAIMED");
  return Object.fromEntries(asking.map(({ kind, assurance }) => [kind, assurance]));
}

function patternsOf(patterns: readonly string[]): readonly string[] {
  const field = "blockedPatterns";
  for (const pattern of patterns) {
    if (foldText(pattern).replaceAll("*", "") === "") refuse(field, "must not hold a pattern that fits every value");
  }
  return texts(field, patterns, BLOCKED_PATTERNS_MAX, PATTERN_MAX);
}

function texts(field: string, values: readonly string[], most: number, longest: number): readonly string[] {
  if (values.length > most) refuse(field, `has at most ${most} entries`);
  for (const value of values) {
    if (value.trim() === "") refuse(field, "must not hold an empty text");
    if (value.length > longest) refuse(field, `has entries of at most ${longest} characters`);
    if (/[\0\p{Surrogate}]/u.test(value)) refuse(field, "must not hold U+0000 or half of a surrogate pair");
  }
  return values;
}

function distinct<T>(field: string, values: readonly T[]): readonly T[] {
  if (new Set(values).size < values.length) refuse(field, "must not name the same twice");
  return values;
}

function whole(field: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most) refuse(field, `must be a whole number from 1 to ${most}`);
  return value;
}

function bits(field: string, value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) > BITS_MAX) {
    refuse(field, `must be a number of bits from -${BITS_MAX} to ${BITS_MAX}`);
  }
  return value;
}

function refuse(field: string, problem: string): never {
  throw new DomainError("BAD_USER_INPUT", `rules.${field} ${problem}.`, { field: `rules.${field}` });
}
