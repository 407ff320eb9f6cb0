import { Facts } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { indexFacts } from "../resolve/resolve-index";

/**
 * Of a profile's records those that belong to it by more than a claim, in their order; where nothing more than claims is
 * known of any, all of them.
 *
 * A person who decides about a customer decides about what the company knows. A stranger's record that only claims her
 * address hangs on her profile for as long as that is all there is to it: named in the ruling it would stay for ever, with
 * whomever it turns out to be.
 *
 * @param facts of the component that holds the profile
 */
export function firmRecords(facts: Facts, rules: ResolutionRules, recordIds: readonly string[]): string[] {
  const { records, trusted } = indexFacts(facts);
  const named = new Set(records.flatMap(({ id }, place) => (trusted[place] ? [id] : [])));
  const links = facts.links.filter(({ assurance }) => assurance !== "CLAIMED");
  const known = resolve({ ...facts, links }, rules).clusters.filter((ids) => ids.some((id) => named.has(id)));
  const firm = new Set(known.flat());
  const found = recordIds.filter((id) => firm.has(id));
  return found.length > 0 ? found : [...recordIds];
}
