import { blockingKeys } from "./blocking-keys";
import type { PersonProfile } from "./person-profile";
import type { SimilarityRules } from "./similarity-rules";

export interface ProfiledRecord {
  readonly id: string;
  readonly profile: PersonProfile;
}

/** What decides who is compared. */
export type CandidateRules = Pick<SimilarityRules, "blockLimit" | "recordBracket">;

/** Two places in the list of records, the lesser first. */
export type Candidate = readonly [number, number];

/**
 * The pairs worth comparing: those with a blocking key in common, each once. A key that more records have than the limit
 * is off for all of them: whether a pair is a candidate never depends on which records came first.
 */
export function* similarityCandidates(
  records: readonly ProfiledRecord[],
  { blockLimit, recordBracket }: CandidateRules,
): Generator<Candidate> {
  const blocks = new Map<string, number[]>();
  for (const [place, { profile }] of records.entries()) {
    for (const key of blockingKeys(profile, recordBracket)) {
      const block = blocks.get(key);
      if (block) block.push(place);
      else blocks.set(key, [place]);
    }
  }
  const seen = new Set<number>();
  for (const block of blocks.values()) {
    if (block.length > blockLimit) continue;
    for (let i = 0; i < block.length; i++) {
      for (let j = i + 1; j < block.length; j++) {
        const pair = block[i]! * records.length + block[j]!;
        if (seen.has(pair)) continue;
        seen.add(pair);
        yield [block[i]!, block[j]!];
      }
    }
  }
}
