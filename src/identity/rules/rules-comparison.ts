import { Transaction } from "../../db/transaction";
import { Compared, comparePersons } from "../resolve/compare-persons";
import { ValueStatus } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { ComparedPairs } from "../similarity/compared-pairs";
import { type DescribedPerson, encodeProfile } from "../similarity/described-person";
import { describeDrafted, describeStored } from "../similarity/described-persons";
import { findSimilarityState } from "../similarity/similarity-state.repository";
import { HeldIdentifier } from "../write/identifier.repository";
import { RecordDraft } from "../write/record-draft";

type Statuses = ReadonlyMap<string, ValueStatus>;
type Held = ReadonlyMap<string, HeldIdentifier>;
type Persons = ReadonlyMap<string, DescribedPerson | null>;

interface Round {
  /** The values that the records were known to have, and those of them that get another status. */
  readonly identifiers: Held;
  readonly statuses: Statuses;
  readonly stored: Persons;
  readonly persons: Persons;
  readonly compared: Compared;
}

/**
 * Compares some records anew by other rules, round by round as more is found to hang together with them. What no round
 * changes is read, described and compared in the first one alone.
 */
export class RulesComparison {
  private last: Round | null = null;
  private readonly pairs = new ComparedPairs();

  /** @param visited the records that are to be compared anew, where the rules compare persons */
  constructor(
    private readonly tx: Transaction,
    private readonly visited: readonly string[],
    private readonly rules: ResolutionRules,
  ) {}

  /** @param identifiers the values of all records that are looked at, which grow from round to round */
  async compare(drafts: readonly RecordDraft[], identifiers: Held, statuses: Statuses): Promise<Compared> {
    const { tx, rules, last } = this;
    const state = rules.similarity.enabled ? await findSimilarityState(tx) : null;
    if (state === null) return comparePersons(tx, rules, null, true, async () => new Map());
    const stored =
      last !== null && saysTheSame(last, statuses)
        ? last.stored
        : await describeStored(tx, this.visited, statuses, rules);
    const drafted = await describeDrafted(tx, drafts, identifiers, statuses, rules);
    const persons = keptFrom(last?.persons, new Map([...stored, ...drafted]));
    const compared =
      last !== null && sameEntries(last.persons, persons)
        ? last.compared
        : await comparePersons(tx, rules, state, true, async () => persons, this.pairs);
    this.last = { identifiers, statuses, stored, persons, compared };
    return compared;
  }
}

/** Whether every value that was known in that round has the status that it had then. */
function saysTheSame({ identifiers, statuses: before }: Round, statuses: Statuses): boolean {
  return [...identifiers.keys()].every((id) => before.get(id) === statuses.get(id));
}

/** The persons, with those of before in the place of those who say the same. */
function keptFrom(before: Persons | undefined, persons: Persons): Persons {
  if (before === undefined) return persons;
  const kept = new Map<string, DescribedPerson | null>();
  for (const [id, person] of persons) {
    const known = before.get(id);
    kept.set(id, known && person && textOf(known) === textOf(person) ? known : person);
  }
  return kept;
}

function textOf({ profile }: DescribedPerson): string {
  return encodeProfile(profile);
}

function sameEntries(before: Persons, after: Persons): boolean {
  return before.size === after.size && [...after].every(([id, person]) => before.get(id) === person);
}
