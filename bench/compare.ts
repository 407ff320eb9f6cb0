import { tell } from "./figure";
import { median, rounded } from "./median";

/** A side of a comparison: answers with what it reached in one round, a second. */
export type Round = () => Promise<number>;

export interface Comparison {
  /** The median of the rounds' ratios. */
  readonly ratio: number;
  readonly measured: Readonly<Record<string, unknown>>;
}

/**
 * Measures both sides in turn, so that whatever else the machine does meets both, and each goes first as often as the
 * other. A round of each beforehand is not counted.
 */
export async function compare(name: string, rounds: number, onefold: Round, floor: Round): Promise<Comparison> {
  await floor();
  await onefold();
  const reached: { onefold: number[]; floor: number[] } = { onefold: [], floor: [] };
  for (let round = 1; round <= rounds; round += 1) {
    const sides = [
      { take: floor, into: reached.floor },
      { take: onefold, into: reached.onefold },
    ];
    if (round % 2 === 0) sides.reverse();
    for (const { take, into } of sides) into.push(await take());
    tell(
      `${name}: round ${round} of ${rounds}: ${reached.onefold.at(-1)!.toFixed()}/s, floor ${reached.floor.at(-1)!.toFixed()}/s`,
    );
  }
  const ratios = reached.onefold.map((value, round) => value / reached.floor[round]!);
  return {
    ratio: median(ratios),
    measured: {
      onefoldPerSecond: rounded(median(reached.onefold)),
      floorPerSecond: rounded(median(reached.floor)),
      ratios: ratios.map(rounded),
    },
  };
}
