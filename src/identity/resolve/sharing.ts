import { IdentifierKind } from "../identifier-kind";
import { ValueStatus } from "./facts";
import { ResolutionRules, sharedLimit } from "./resolution-rules";

/** On how many records of one source a value stands. */
export interface CarrierCount {
  /** Records that carry it by a link that is not CLAIMED. */
  readonly trusted: number;
  /** Records that carry it by any link. */
  readonly all: number;
}

/**
 * A PUBLIC key may name any source, also a new one for each claim: so of claims the sum over all sources is limited too, to
 * so many times the limit of one. Otherwise what has to be loaded and resolved around a claimed value would have no bound.
 */
const CLAIMS_OVER_ALL_SOURCES = 4;

/**
 * Whether a value may join: one person has records in many sources but few in one, so a value on more records of one
 * source than its limit belongs to nobody in particular. Claims are counted only against claims, or a handful of
 * anonymous visitors could switch off a customer's own e-mail address.
 *
 * @param usable false for placeholders and values that do not parse
 * @param perSource one entry for each source that carries the value, in any order
 * @param ruledShared whether a person decided that several people use it
 */
export function valueStatus(
  kind: IdentifierKind,
  usable: boolean,
  perSource: Iterable<CarrierCount>,
  rules: ResolutionRules,
  ruledShared = false,
): ValueStatus {
  if (!usable) return "UNUSABLE";
  if (ruledShared) return "SHARED";
  const limit = sharedLimit(rules, kind);
  let status: ValueStatus = "LIVE";
  let claims = 0;
  for (const { trusted, all } of perSource) {
    if (trusted > limit) return "SHARED";
    if (all > limit) status = "CLAIMS_SHARED";
    claims += all - trusted;
  }
  return claims > CLAIMS_OVER_ALL_SOURCES * limit ? "CLAIMS_SHARED" : status;
}
