import { ASSURANCES, Assurance } from "../identifier-kind";
import { Evidence, EvidenceKind, Facts, Link, Resolution } from "../resolve/facts";
import { isSureEnough, ResolutionRules } from "../resolve/resolution-rules";
import { joins } from "../resolve/resolve-index";
import { compareRecords, joinsByItself } from "../similarity/similar-pair";
import { Contradiction, Contradictions } from "./explain-contradictions";
import { strongestPath } from "./explain-path";
import { likenessFrom, unitsOf } from "./explain-units";

/** Why two records are, or are not, the same customer. */
export interface ExplainedPair {
  readonly same: boolean;
  /** From the one to the other, step by step; empty when they are apart, and of a record with itself. */
  readonly path: readonly Evidence[];
  /** What kept them, or would keep them, apart; of one customer: what was overridden. The gravest first. */
  readonly against: readonly Contradiction[];
}

/** More than a person reads. */
const MOST_AGAINST = 50;

/**
 * Explains what `resolve` answered for the component, or the two components, of two records.
 *
 * @param resolution of these facts by these rules; both records are among the facts
 * @param carried all links of the records: those that are not as sure as the rules ask are no facts, but are told of
 */
export function explainPair(
  facts: Facts,
  resolution: Resolution,
  rules: ResolutionRules,
  a: string,
  b: string,
  carried: readonly Link[],
): ExplainedPair {
  const one = clusterOf(resolution, a);
  const other = clusterOf(resolution, b);
  if (one === other) {
    const path = strongestPath(unitsOf(facts, rules, one), a, b);
    if (!path) throw new Error("a cluster holds together by no evidence");
    return { same: true, path, against: inOrder(overriddenIn(facts, rules, one, [a, b])) };
  }
  const against = [
    ...refusalsBetween(resolution, facts, rules, one, other),
    ...missing({ ...facts, links: carried }, resolution, rules, one, other),
    ...alikeButApart(facts, rules, a, b),
  ];
  return { same: false, path: [], against: inOrder(distinct(against)) };
}

export function clusterOf({ clusters }: Resolution, recordId: string): readonly string[] {
  const cluster = clusters.find((ids) => ids.includes(recordId));
  if (!cluster) throw new Error("a record was not resolved");
  return cluster;
}

/** What contradicts inside one customer; of several pairs that do, those that were asked about. */
function overriddenIn(
  facts: Facts,
  rules: ResolutionRules,
  cluster: readonly string[],
  asked: readonly string[],
): Contradiction[] {
  const rest = cluster.filter((id) => !asked.includes(id));
  const askedFirst = [...asked, ...rest];
  return new Contradictions(facts, rules, true).between(askedFirst, askedFirst);
}

/** The joins that were refused, with the values that contradict; then whatever else speaks against without one. */
function refusalsBetween(
  resolution: Resolution,
  facts: Facts,
  rules: ResolutionRules,
  one: readonly string[],
  other: readonly string[],
): Contradiction[] {
  const [ones, others] = [new Set(one), new Set(other)];
  const contradicting = new Contradictions(facts, rules, false);
  const contradictions = contradicting.between(one, other);
  const refusals = resolution.refusals.filter(
    ({ recordA, recordB }) => (ones.has(recordA) && others.has(recordB)) || (ones.has(recordB) && others.has(recordA)),
  );
  const told = refusals.map((refusal): Contradiction => {
    if (refusal.kind === "AMBIGUOUS") return { ...refusal, ...contention(refusal, resolution, contradicting) };
    const values = contradictions.find((one) => one.kind === refusal.kind && one.about === refusal.about)?.values;
    return values && refusal.kind === "CONFLICT" ? { ...refusal, values } : refusal;
  });
  const untold = contradictions.filter(
    ({ kind, about, rulingId }) =>
      !refusals.some((refusal) => refusal.kind === kind && refusal.about === about && refusal.rulingId === rulingId),
  );
  return [...told, ...untold];
}

/** Between so many of those who contend for a value it is asked what keeps them apart. */
const MOST_CONTENDERS = 5;

/** Between which customers it was not decided, as they are now, and what keeps them apart: of several such things the first. */
function contention(
  { contenders = [] }: Evidence,
  resolution: Resolution,
  contradicting: Contradictions,
): Pick<Contradiction, "about" | "values" | "contenders"> {
  const clusters = [...new Set(contenders.map((id) => clusterOf(resolution, id)))];
  const ids = clusters.map(([id]) => id!);
  for (const [place, one] of clusters.slice(0, MOST_CONTENDERS).entries()) {
    for (const other of clusters.slice(place + 1, MOST_CONTENDERS)) {
      const conflict = contradicting.between(one, other).find(({ kind }) => kind === "CONFLICT");
      if (conflict) return { contenders: ids, about: conflict.about, values: conflict.values };
    }
  }
  return { contenders: ids };
}

/** The values that both carry without being joined by them: the reason lies in the value, or in others that carry it. */
function* missing(
  facts: Facts,
  resolution: Resolution,
  rules: ResolutionRules,
  one: readonly string[],
  other: readonly string[],
): Generator<Evidence> {
  const contradicting = new Contradictions(facts, rules, false);
  const carriersInOne = surestCarriers(facts, one);
  const carriersInOther = surestCarriers(facts, other);
  for (const identifier of facts.identifiers) {
    const [a, b] = [carriersInOne.get(identifier.id), carriersInOther.get(identifier.id)];
    if (!a || !b) continue;
    const pair = { recordA: a.recordId, recordB: b.recordId, identifierId: identifier.id };
    if (identifier.status === "UNUSABLE") yield { kind: "BLOCKED_VALUE", ...pair };
    else if (!joins(identifier, Math.min(a.rank, b.rank))) yield { kind: "SHARED_VALUE", ...pair };
    else {
      const assurance = weaker(a, b);
      const sure = isSureEnough(rules, identifier.kind, assurance);
      yield sure
        ? { ...refusedAs(resolution, identifier.id, contradicting), ...pair, assurance }
        : { kind: "LOW_ASSURANCE", ...pair, assurance };
    }
  }
}

/** How alike the two that were asked about are, where that is not enough or was refused. */
function* alikeButApart(facts: Facts, rules: ResolutionRules, a: string, b: string): Generator<Evidence> {
  const [one, other] = [facts.similarity?.profiles.get(a), facts.similarity?.profiles.get(b)];
  if (!one || !other) return;
  const pair = compareRecords({ id: a, profile: one }, { id: b, profile: other }, rules.similarity);
  if (pair.comparisons.length === 0) return;
  const about = joinsByItself(pair, rules.similarity) ? "refused" : "tooLittle";
  yield { kind: "SIMILARITY", recordA: a, recordB: b, about, likeness: likenessFrom(pair, a) };
}

/** Why a value that joins joined not these two: what it was refused for elsewhere, where it was refused as a whole. */
function refusedAs(
  resolution: Resolution,
  identifierId: string,
  contradicting: Contradictions,
): Pick<Contradiction, "kind" | "about" | "values" | "contenders"> {
  const refusals = resolution.refusals.filter((refusal) => refusal.identifierId === identifierId);
  const whole = refusals.find(({ kind }) => kind === "CAP" || kind === "LOW_ASSURANCE");
  if (whole) return { kind: whole.kind };
  const undecided = refusals.find(({ kind }) => kind === "AMBIGUOUS");
  return { kind: "AMBIGUOUS", ...(undecided && contention(undecided, resolution, contradicting)) };
}

interface Carrier {
  readonly recordId: string;
  readonly rank: number;
}

function surestCarriers(facts: Facts, cluster: readonly string[]): Map<string, Carrier> {
  const inside = new Set(cluster);
  const carriers = new Map<string, Carrier>();
  for (const { recordId, identifierId, assurance } of facts.links) {
    if (!inside.has(recordId)) continue;
    const rank = ASSURANCES.indexOf(assurance);
    if (rank > (carriers.get(identifierId)?.rank ?? -1)) carriers.set(identifierId, { recordId, rank });
  }
  return carriers;
}

function weaker(a: Carrier, b: Carrier): Assurance {
  return ASSURANCES[Math.min(a.rank, b.rank)]!;
}

/** Of several that speak of the same value the first: what was refused says more than what is missing. */
function distinct(against: readonly Contradiction[]): Contradiction[] {
  const values = new Set<string>();
  return against.filter(({ kind, identifierId, about, rulingId }, place) => {
    const told = identifierId !== undefined && values.has(identifierId);
    if (identifierId !== undefined) values.add(identifierId);
    const first = against.findIndex(
      (one) =>
        one.kind === kind && one.identifierId === identifierId && one.about === about && one.rulingId === rulingId,
    );
    return first === place && (!told || kind === "CONFLICT" || kind === "RULING");
  });
}

const GRAVEST_FIRST: readonly EvidenceKind[] = [
  ...(["RULING", "CONFLICT", "AMBIGUOUS", "LOW_ASSURANCE", "CAP"] as const),
  ...(["SIMILARITY", "SHARED_VALUE", "BLOCKED_VALUE", "IDENTIFIER"] as const),
];

function inOrder(against: readonly Contradiction[]): Contradiction[] {
  const grave = ({ kind }: Evidence) => GRAVEST_FIRST.indexOf(kind);
  return [...against].sort((a, b) => grave(a) - grave(b)).slice(0, MOST_AGAINST);
}
