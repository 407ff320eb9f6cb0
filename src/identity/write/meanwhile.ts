import { SimilarityPlan } from "../similarity/similarity-plan";
import { Drafted } from "./identity-plan";

/** What may be sent before the plan is made, for PostgreSQL to carry out while it is decided here who is who. */
export interface Meanwhile {
  /** What needs nothing that is held: persons are going to be compared, for which one writer waits for the other. */
  waiting(drafted: Drafted): void;
  /**
   * What is written of the drafted records whoever they are, behind the first locks. Whether anything was sent: then they are
   * those of the plan, or the race is lost.
   */
  drafted(drafted: Drafted): boolean;
  /** What the records say of their persons, and who is alike: as it is in the plan, or the race is lost. */
  compared(similarity: SimilarityPlan): void;
}

export const NOTHING_MEANWHILE: Meanwhile = {
  waiting: () => undefined,
  drafted: () => false,
  compared: () => undefined,
};
