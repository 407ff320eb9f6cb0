import { Contradictions } from "../explain/explain-contradictions";
import { Evidence, Facts, Resolution, Ruling } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";

/** What a ruling overrides. */
export interface RulingEffect {
  /** Earlier rulings of which something held before this one and holds no longer, the oldest first. */
  readonly overruledIds: readonly string[];
  /** Of a SAME ruling what speaks against it; of a DIFFERENT ruling what would join its sides without it. */
  readonly overrode: readonly Evidence[];
}

/**
 * @param before the facts without the ruling, and what they resolve to
 * @param after what they resolve to with it
 */
export function effectOf(
  ruling: Pick<Ruling, "id" | "kind" | "sides">,
  before: { readonly facts: Facts; readonly resolution: Resolution },
  after: Resolution,
  rules: ResolutionRules,
): RulingEffect {
  const [was, is] = [profilesOf(before.resolution), profilesOf(after)];
  const overruled = before.facts.rulings.filter((earlier) => brokenPair(earlier, was, is));
  return {
    overruledIds: [...overruled].sort((a, b) => a.position - b.position).map(({ id }) => id),
    overrode: ruling.kind === "SAME" ? contradicting(ruling, before, was, rules) : refusedBy(ruling.id, after),
  };
}

/** Whether some two records for which the ruling was obeyed are no longer as it says. */
function brokenPair({ kind, sides }: Ruling, was: ProfileOf, is: ProfileOf): boolean {
  const [one = [], other = one] = sides;
  return one.some((a) =>
    other.some((b) => {
      if (!was.has(a) || !was.has(b)) return false;
      const together = was.get(a) === was.get(b);
      return together === (kind === "SAME") && (is.get(a) === is.get(b)) !== together;
    }),
  );
}

/** Whatever stands between the profiles that a SAME ruling brings together, whether or not anything else would join them. */
function contradicting(
  { sides }: Pick<Ruling, "sides">,
  { facts, resolution }: { readonly facts: Facts; readonly resolution: Resolution },
  was: ProfileOf,
  rules: ResolutionRules,
): Evidence[] {
  const contradictions = new Contradictions(facts, rules, false);
  const ids = [...new Set(sides.flat().map((id) => was.get(id)!))];
  const profiles = ids.map((id) => resolution.clusters.find(([first]) => first === id)!);
  return profiles.flatMap((one, place) =>
    profiles
      .slice(place + 1)
      .flatMap((other) => contradictions.between(one, other).filter(({ kind }) => kind === "CONFLICT")),
  );
}

function refusedBy(rulingId: string, { refusals }: Resolution): Evidence[] {
  return refusals
    .filter((refusal) => refusal.rulingId === rulingId && refusal.identifierId !== undefined)
    .map(({ rulingId: _, ...refusal }) => ({ ...refusal, kind: "IDENTIFIER" as const }));
}

type ProfileOf = ReadonlyMap<string, string>;

function profilesOf({ clusters }: Resolution): ProfileOf {
  return new Map(clusters.flatMap((cluster) => cluster.map((id) => [id, cluster[0]!] as const)));
}
