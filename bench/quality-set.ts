import { Assurance, IdentifierKind } from "../src/identity/identifier-kind";

/** One source record of a labelled set, as it would be sent. */
export interface LabelledRecord {
  readonly id: string;
  readonly source: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly identifiers: readonly {
    readonly kind: IdentifierKind;
    readonly value: string;
    readonly namespace?: string;
    readonly assurance?: Assurance;
  }[];
  /** Records of one person have the same. */
  readonly person: string;
}

export interface LabelledSet {
  readonly name: string;
  /** For telephone numbers without a country. */
  readonly defaultCountry: string | null;
  readonly records: readonly LabelledRecord[];
}
