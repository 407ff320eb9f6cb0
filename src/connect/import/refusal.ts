/** One line of the input that did not become an event, and why; written as it is, one JSON object a line. */
export interface Refusal {
  /** The line's number in the input, counted from 1. */
  readonly line: number;
  /** A code of the API, or of the reading itself: NOT_JSON, NOT_UTF8, TOO_LONG. */
  readonly code: string;
  readonly message: string;
  /** The line as it was read. */
  readonly text: string;
}
