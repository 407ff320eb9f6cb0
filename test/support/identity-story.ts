import { Assurance, IDENTIFIER_KINDS, IdentifierKind } from "../../src/identity/identifier-kind";
import { Evidence, Facts, IdentifierValue, Link, PersonFacts, Ruling } from "../../src/identity/resolve/facts";
import { DEFAULT_RULES, ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { resolve } from "../../src/identity/resolve/resolve";
import { CarrierCount, valueStatus } from "../../src/identity/resolve/sharing";

/**
 * Facts written as one line a record: `shop USER_ID=u1 EMAIL=ann` is a record of the source `shop`. A value is asserted
 * unless it begins with `!` (verified) or `?` (claimed); `CRM_ID/hubspot=1` has a namespace; `*EMAIL=none` is a placeholder;
 * `given=ann`, `family=lee` and `birth=1990-01-01` are what is known of the person. Records are named by their keys, and
 * the names sort by age. Which values are shared follows from the records and the rules.
 */
export type Story = Readonly<Record<string, string>>;

const PERSON_WORDS: Readonly<Record<string, keyof PersonFacts>> = {
  given: "givenName",
  family: "familyName",
  birth: "birthDate",
};
const ASSURANCE_SIGNS: Readonly<Record<string, Assurance>> = { "!": "VERIFIED", "?": "CLAIMED" };

export function factsOf(story: Story, rulings: readonly Ruling[] = [], rules: ResolutionRules = DEFAULT_RULES): Facts {
  const identifiers = new Map<string, IdentifierValue>();
  const links: Link[] = [];
  const records = Object.entries(story).map(([id, line]) => {
    const [source, ...words] = line.split(" ");
    const person: Record<string, string> = {};
    for (const word of words) {
      const [, sign, name, namespace, value] = /^([!?*]?)(\w+)(?:\/(\w+))?=(.*)$/.exec(word)!;
      const field = PERSON_WORDS[name!];
      if (field) {
        person[field] = value!;
        continue;
      }
      const kind = IDENTIFIER_KINDS.find((known) => known === name) as IdentifierKind;
      const identifierId = `${name}${namespace ? `/${namespace}` : ""}=${value}`;
      identifiers.set(identifierId, {
        id: identifierId,
        kind,
        namespace: namespace ?? "",
        value: value!,
        status: sign === "*" ? "UNUSABLE" : "LIVE",
      });
      links.push({ recordId: id, identifierId, assurance: ASSURANCE_SIGNS[sign!] ?? "ASSERTED" });
    }
    return { id, source: source!, person };
  });
  const sourceOf = new Map(records.map(({ id, source }) => [id, source]));
  return { records, links, rulings, identifiers: judged([...identifiers.values()], links, sourceOf, rules) };
}

/** The values with the status that follows from their carriers. */
export function judged(
  identifiers: readonly IdentifierValue[],
  links: readonly Link[],
  sourceOf: ReadonlyMap<string, string>,
  rules: ResolutionRules,
  ruledShared: ReadonlySet<string> = new Set(),
): IdentifierValue[] {
  const counts = new Map<string, Map<string, { trusted: number; all: number }>>();
  for (const { recordId, identifierId, assurance } of links) {
    const sources = counts.get(identifierId) ?? new Map();
    const source = sourceOf.get(recordId)!;
    const count = sources.get(source) ?? { trusted: 0, all: 0 };
    counts.set(identifierId, sources.set(source, count));
    count.all++;
    if (assurance !== "CLAIMED") count.trusted++;
  }
  return identifiers.map((identifier) => {
    const perSource: Iterable<CarrierCount> = counts.get(identifier.id)?.values() ?? [];
    const [usable, ruled] = [identifier.status !== "UNUSABLE", ruledShared.has(identifier.id)];
    return { ...identifier, status: valueStatus(identifier.kind, usable, perSource, rules, ruled) };
  });
}

export function same(position: number, ids: string): Ruling {
  return { id: `same-${position}`, kind: "SAME", position, sides: [ids.split(" ")] };
}

export function different(position: number, one: string, other: string): Ruling {
  return { id: `different-${position}`, kind: "DIFFERENT", position, sides: [one.split(" "), other.split(" ")] };
}

/** The partition as text: `a b | c`. */
export function partitionOf(story: Story, rulings: readonly Ruling[] = [], rules = DEFAULT_RULES): string {
  const { clusters } = resolve(factsOf(story, rulings, rules), rules);
  return clusters
    .map((cluster) => cluster.join(" "))
    .sort()
    .join(" | ");
}

/** The refusals as text, such as `CONFLICT a-b over EMAIL=ann about USER_ID`. */
export function refusalsOf(story: Story, rulings: readonly Ruling[] = [], rules = DEFAULT_RULES): string[] {
  return resolve(factsOf(story, rulings, rules), rules).refusals.map(told);
}

export function joinsOf(story: Story, rulings: readonly Ruling[] = [], rules = DEFAULT_RULES): string[] {
  return resolve(factsOf(story, rulings, rules), rules).joins.map(told);
}

function told(evidence: Evidence): string {
  const { kind, recordA, recordB, identifierId, rulingId, about, contenders } = evidence;
  const parts = [`${kind} ${recordA}-${recordB}`];
  if (identifierId) parts.push(`over ${identifierId}`);
  if (rulingId) parts.push(`by ${rulingId}`);
  if (about) parts.push(`about ${about}`);
  if (contenders) parts.push(`between ${contenders.join(" ")}`);
  return parts.join(" ");
}

/** One sentence about `resolve`, and an example of it. */
export interface Example {
  readonly given: Story;
  readonly rulings?: readonly Ruling[];
  readonly rules?: ResolutionRules;
  /** The profiles, as `partitionOf` writes them. */
  readonly profiles: string;
  /** When told: every refusal, as `refusalsOf` writes them. */
  readonly because?: readonly string[];
}

export function itHolds(examples: Readonly<Record<string, Example>>): void {
  test.each(Object.entries(examples))("%s", (_, { given, rulings = [], rules = DEFAULT_RULES, profiles, because }) => {
    expect(partitionOf(given, rulings, rules)).toBe(profiles);
    if (because) expect(refusalsOf(given, rulings, rules)).toEqual(because);
  });
}
