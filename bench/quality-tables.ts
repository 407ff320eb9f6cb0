import { SetReport } from "./quality";
import { PartitionQuality } from "./quality-figures";

/** A table in Markdown: of each set what identifiers, automatic joins and all suggestions reach. */
export function setTable(reports: readonly SetReport[]): string {
  const rows = reports.flatMap((report) => {
    const { set, records, suggestions, suggestionsRight, closureRecall } = report;
    const share = suggestions === 0 ? "none" : `${digits(suggestionsRight / suggestions)}`;
    return [
      [`${set} (${records} records)`, "identifiers alone", ...shares(report.identifiersOnly), "", ""],
      ["", "automatic joins", ...shares(report.automatic), "", ""],
      [
        "",
        "joins + suggestions",
        ...shares(report.withSuggestions),
        digits(closureRecall),
        `${share} (${suggestionsRight} of ${suggestions})`,
      ],
    ];
  });
  const pairs = ["precision", "recall", "F1"];
  return table(
    ["set", "", ...pairs, ...pairs.map((name) => `B³ ${name}`), "closure recall", "suggestions right"],
    rows,
  );
}

/** A table in Markdown: F1 of each set as a scorer, by threshold in bits. */
export function scorerTable(
  thresholds: readonly number[],
  scored: readonly { readonly set: string; readonly f1: readonly number[] }[],
): string {
  return table(
    ["F1 from bits", ...thresholds.map(String)],
    scored.map(({ set, f1 }) => [set, ...f1.map(digits)]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function shares({ pairwise, bCubed }: PartitionQuality): string[] {
  return [pairwise, bCubed].flatMap(({ precision, recall, f1 }) => [precision, recall, f1].map(digits));
}

function digits(share: number): string {
  return share.toFixed(4);
}
