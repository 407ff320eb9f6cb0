/** The system, and the source of what keys of servers send. */
export const TRACKING = "tracking";

/**
 * The source of what PUBLIC keys send. Its records are others than those of the server, and hang together with them by the
 * ids that they share: what a stranger claims can be taken apart again from what the server said.
 */
export const PUBLIC_TRACKING = "tracking-public";
