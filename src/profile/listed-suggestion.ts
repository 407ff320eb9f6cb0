import { SimilarPair, SuggestedPair } from "../identity/similarity/similar-pair";

/** Where a pair stands by its strength. */
export type PairPlace = Pick<SimilarPair, "strength" | "recordA" | "recordB">;

/** The suggestions behind one pair, up to another and with it. */
export interface SuggestionGroup {
  readonly from: PairPlace;
  readonly to: PairPlace;
}

/** A suggestion with its place in the list. */
export interface ListedSuggestion extends SuggestedPair {
  readonly value: number;
  readonly group: SuggestionGroup;
}

/** Where a page begins: behind this suggestion. */
export type SuggestionPlace = PairPlace & Pick<ListedSuggestion, "value" | "group">;
