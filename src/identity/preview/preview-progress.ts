/** What a preview is at. COMPARING there is only where the rules compare persons. */
export type PreviewPhase = "WAITING" | "READING" | "DESCRIBING" | "COMPARING" | "RESOLVING" | "DONE";

/** How far a preview is, within its phase. */
export interface PreviewProgress {
  readonly phase: PreviewPhase;
  /** In records; while pairs are compared, the share of them that were. */
  readonly done: number;
  /** All records; 0 while that is not known. */
  readonly total: number;
}

/** Is told how far a preview is, every so often. What it throws ends the preview. */
export type TellProgress = (phase: PreviewPhase, done: number, total: number) => void;
