import { join } from "node:path";
import { DEFAULT_SIMILARITY, SimilarityRules } from "../src/identity/similarity/similarity-rules";
import { Figure, tell } from "./figure";
import { rounded } from "./median";
import { measureScorer, measureSet, SetReport } from "./quality";
import { PartitionQuality } from "./quality-figures";
import { readLabelledSets } from "./quality-files";
import { generateHouseholds, HOUSEHOLD_SET } from "./quality-households";
import { LabelledSet } from "./quality-set";
import { scorerTable, setTable } from "./quality-tables";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

/** Where the labelled sets lie that are not part of the project: those that are not there are left out. */
const DATA = process.env.ONEFOLD_LABELLED_SETS || join(__dirname, "..", "..", "shared", "data", "identity");

/** What is aimed for, each a share of one; a set or a measure that is not named has no target. */
interface Bars {
  readonly precision?: number;
  readonly recall?: number;
  readonly closureRecall?: number;
  readonly suggestionsRight?: number;
  /** F1 pairwise of automatic joins. */
  readonly f1?: number;
  /** The same of all pairs from a threshold on, without guard and veto, at the one threshold that suits all sets best. */
  readonly scorer?: number;
}

const BARS: Readonly<Record<string, Bars>> = {
  [HOUSEHOLD_SET]: { precision: 0.995, recall: 0.7, closureRecall: 0.98 },
  "febrl3 with ssn": { precision: 0.999, recall: 0.9, closureRecall: 0.99, suggestionsRight: 0.95, scorer: 0.995 },
  "febrl3 without ssn": { precision: 0.999, recall: 0.65, closureRecall: 0.99, suggestionsRight: 0.95, scorer: 0.995 },
  fake_1000: { precision: 0.995, recall: 0.42, closureRecall: 0.92, suggestionsRight: 0.85, scorer: 0.9 },
  senzing: { f1: 0.94 },
};

const THRESHOLDS = [6, 8, 10, 11, 12, 13, 14, 15, 16, 18] as const;

/** How right automatic joins and suggestions are on people of whom it is known who is who, by the rules as shipped. */
export async function measureIdentity(_stage: Stage, sizes: Sizes): Promise<Figure[]> {
  const rules: SimilarityRules = { ...DEFAULT_SIMILARITY, enabled: true };
  const sets = [generateHouseholds(sizes.seed, sizes.households), ...readLabelledSets(DATA, tell)];
  const reports = sets.map((set) => {
    tell(`identity: ${set.name}, ${set.records.length} records`);
    return measureSet(set, rules);
  });
  tell(setTable(reports));
  return [...reports.flatMap((report) => setFigures(report, sizes)), ...scorerFigures(sets, rules, sizes)];
}

function setFigures(report: SetReport, { households, seed }: Sizes): Figure[] {
  const { set, records, automatic, withSuggestions, identifiersOnly, suggestions, suggestionsRight } = report;
  const bars = BARS[set] ?? {};
  const sizes = set === HOUSEHOLD_SET ? { households, seed } : {};
  const figure = (name: string, means: string, value: number, bar: number | undefined, measured: object): Figure => ({
    figure: `identity-${name}: ${set}`,
    means,
    value,
    ...(bar === undefined ? {} : { target: { atLeast: bar } }),
    measured: { ...measured },
    sizes,
  });
  const all = { records, identifiersOnly, automatic, withSuggestions };
  const shares = Object.fromEntries(Object.entries(all).map(([name, of]) => [name, inShort(of)]));
  const right = suggestions === 0 ? 1 : suggestionsRight / suggestions;
  const { precision, recall, f1 } = automatic.pairwise;
  return [
    figure("precision", "share of the pairs joined by themselves that are right", precision, bars.precision, shares),
    figure("recall", "share of the true pairs that join by themselves", recall, bars.recall, {}),
    ...(bars.f1 === undefined ? [] : [figure("f1", "F1 of pairs joined by themselves", f1, bars.f1, {})]),
    figure(
      "closure-recall",
      "share of the true pairs that are together once every right suggestion is accepted",
      report.closureRecall,
      bars.closureRecall,
      {},
    ),
    figure("suggestions-right", "share of the suggestions that are right", right, bars.suggestionsRight, {
      suggestions,
      suggestionsRight,
    }),
  ];
}

/** At the one threshold at which the sets that have a target for it are best on average. */
function scorerFigures(sets: readonly LabelledSet[], rules: SimilarityRules, { households, seed }: Sizes): Figure[] {
  const scored = sets.map((set) => ({
    set: set.name,
    bar: BARS[set.name]?.scorer,
    f1: measureScorer(set, rules, THRESHOLDS).map(({ pairwise }) => pairwise.f1),
  }));
  tell(scorerTable(THRESHOLDS, scored));
  const judged = scored.filter(({ bar }) => bar !== undefined);
  if (judged.length === 0) return [];
  const sums = THRESHOLDS.map((_, place) => judged.reduce((sum, { f1 }) => sum + f1[place]!, 0));
  const best = sums.indexOf(Math.max(...sums));
  return judged.map(({ set, bar, f1 }) => ({
    figure: `identity-scorer: ${set}`,
    means: "F1 of all pairs from one threshold for all sets on, without guard and veto, after closure",
    value: f1[best]!,
    target: { atLeast: bar! },
    measured: { threshold: THRESHOLDS[best]!, f1: f1.map(rounded) },
    sizes: { households, seed },
  }));
}

function inShort(quality: PartitionQuality | number): unknown {
  if (typeof quality === "number") return quality;
  const { pairwise, bCubed } = quality;
  const of = ({ precision, recall, f1 }: PartitionQuality["pairwise"]) => ({
    precision: digits(precision),
    recall: digits(recall),
    f1: digits(f1),
  });
  return { pairwise: of(pairwise), bCubed: of(bCubed) };
}

/** Shares near one differ in their fourth digit. */
function digits(share: number): number {
  return Number(share.toFixed(4));
}
