import { Instant } from "../db/column-types";
import { FeedPoint } from "./cursor";

/** The newest entry of the feed at some moment: all that had been committed by then, and nothing after it. */
export interface FeedMoment extends FeedPoint {
  readonly at: Instant;
}
