/** How large the measurements are. The defaults of `npm run bench` are the sizes that the README quotes. */
export interface Sizes {
  /** Customers, each with two source records. */
  readonly profiles: number;
  /** Interactions of all customers together. */
  readonly interactions: number;
  /** How often each side is measured; the median counts. */
  readonly rounds: number;
  /** Length of a round of load. */
  readonly seconds: number;
  /** Connections that read at the same time. */
  readonly connections: number;
  /** Batches of 100 events that are under way at the same time. */
  readonly writers: number;
  /** Clients that send single events at the same time. */
  readonly clients: number;
  /** Interactions of the profiles whose timeline pages are compared. */
  readonly timelines: readonly number[];
  /** Timeline pages a round and profile. */
  readonly pages: number;
  /** Interactions of the profiles whose merges are compared: each of a small pair, each of a large pair. */
  readonly merged: readonly [number, number];
  /** Pairs of either size. */
  readonly merges: number;
  /** Idle subscriptions, each on a socket of its own. */
  readonly subscriptions: number;
  /** Interactions of an export. */
  readonly exported: number;
  /** Batches of 100 calls of the tracking spec that each side sends in a round. */
  readonly tracked: number;
  /** Made-up households of which identity is judged, and what they are made from. */
  readonly households: number;
  readonly seed: number;
  /** Interactions of each of the profiles of ten records that are joined: of the small ones, of the large ones. */
  readonly joined: readonly [number, number];
  /** Pairs of either size. */
  readonly joins: number;
  /** Records that are held while the rate of similarity is measured: a few, and many, unless it is measured with the few alone. */
  readonly held: readonly [number, ...number[]];
  /** Records of a preview by identifiers. */
  readonly previewed: number;
  /** Explanations that are asked for. */
  readonly explanations: number;
  /** Sockets that watch one customer. */
  readonly watchers: number;
  /** Sockets that watch a customer each. */
  readonly sockets: number;
  /** Idle sockets that watch a customer each. */
  readonly idle: number;
}

export const FULL: Sizes = {
  profiles: 100_000,
  interactions: 5_000_000,
  rounds: 5,
  seconds: 5,
  connections: 16,
  writers: 4,
  clients: 32,
  timelines: [1_000, 100_000, 1_000_000],
  pages: 400,
  merged: [10, 100_000],
  merges: 10,
  subscriptions: 1_000,
  exported: 1_000_000,
  tracked: 300,
  households: 1_200,
  seed: 20_261_122,
  joined: [10, 10_000],
  joins: 40,
  held: [50_000, 500_000],
  previewed: 1_000_000,
  explanations: 2_000,
  watchers: 1_000,
  sockets: 5_000,
  idle: 10_000,
};

/** Shows within a minute that everything runs. Its figures mean nothing. */
export const QUICK: Sizes = {
  profiles: 1_000,
  interactions: 50_000,
  rounds: 1,
  seconds: 0.5,
  connections: 16,
  writers: 4,
  clients: 32,
  timelines: [100, 1_000, 10_000],
  pages: 40,
  merged: [10, 1_000],
  merges: 3,
  subscriptions: 100,
  exported: 20_000,
  tracked: 10,
  households: 60,
  seed: 20_261_122,
  joined: [10, 100],
  joins: 5,
  held: [500, 2_000],
  previewed: 2_000,
  explanations: 100,
  watchers: 100,
  sockets: 200,
  idle: 200,
};
