import { Facts, IdentifierValue, Link, Ruling } from "../src/identity/facts";
import { isIdentifierProblem, NormalizedIdentifier, normalizeIdentifier } from "../src/identity/normalize-identifier";
import { DEFAULT_RULES } from "../src/identity/resolution-rules";
import { resolve } from "../src/identity/resolve";
import { valueStatus } from "../src/identity/sharing";
import { ProfiledRecord } from "../src/identity/similarity/candidates";
import { profilesContradict } from "../src/identity/similarity/join-similar";
import { personProfile } from "../src/identity/similarity/person-profile";
import { UnionFind } from "../src/identity/union-find";
import { LabelledSet } from "./quality-set";

export interface PreparedSet {
  readonly records: readonly ProfiledRecord[];
  /** What identifiers alone have joined. */
  readonly joined: UnionFind;
}

/** Kinds that reach a person and are shared in families and companies. */
const REACHING: ReadonlySet<string> = new Set(["EMAIL", "PHONE"]);

/**
 * Reads a set as the server would: identifiers normalized, values judged shared, and joined by identifiers first. Where two
 * records that e-mail addresses or telephone numbers would bring together clearly contradict, they count as two people.
 */
export function prepareSet(set: LabelledSet): PreparedSet {
  const options = { defaultCountry: set.defaultCountry, emailFolding: DEFAULT_RULES.emailFolding };
  const identifiers = set.records.map((record) =>
    record.identifiers
      .map((identifier) => normalizeIdentifier(identifier, options))
      .filter((result): result is NormalizedIdentifier => !isIdentifierProblem(result)),
  );
  const values = valuesOf(set, identifiers);
  const records = set.records.map(({ id, attributes }, i) => {
    const live = identifiers[i]!.filter((identifier) => values.get(identifier.id)?.status === "LIVE");
    return { id, profile: personProfile(attributes, live) };
  });
  const numbered = new Map(set.records.map(({ id }, i) => [id, i]));
  const joined = new UnionFind(records.length);
  const { clusters } = resolve(factsOf(set, identifiers, values, records), DEFAULT_RULES);
  for (const [first, ...others] of clusters) {
    for (const other of others) joined.union(numbered.get(first!)!, numbered.get(other)!);
  }
  return { records, joined };
}

function valuesOf(set: LabelledSet, identifiers: readonly NormalizedIdentifier[][]): Map<string, IdentifierValue> {
  const counts = new Map<string, Map<string, number>>();
  const seen = new Map<string, NormalizedIdentifier>();
  for (const [i, { source }] of set.records.entries()) {
    for (const identifier of identifiers[i]!) {
      seen.set(identifier.id, identifier);
      const bySource = counts.get(identifier.id) ?? new Map<string, number>();
      counts.set(identifier.id, bySource.set(source, (bySource.get(source) ?? 0) + 1));
    }
  }
  return new Map(
    [...seen].map(([id, { kind, namespace, value, usable }]) => {
      const perSource = [...counts.get(id)!.values()].map((count) => ({ trusted: count, all: count }));
      return [id, { id, kind, namespace, value, status: valueStatus(kind, usable, perSource, DEFAULT_RULES) }];
    }),
  );
}

function factsOf(
  set: LabelledSet,
  identifiers: readonly NormalizedIdentifier[][],
  values: ReadonlyMap<string, IdentifierValue>,
  records: readonly ProfiledRecord[],
): Facts {
  const links: Link[] = [];
  const carriers = new Map<string, number[]>();
  for (const [i, { id }] of set.records.entries()) {
    for (const { id: identifierId, kind } of identifiers[i]!) {
      links.push({ recordId: id, identifierId, assurance: "ASSERTED" });
      if (!REACHING.has(kind) || values.get(identifierId)!.status !== "LIVE") continue;
      carriers.set(identifierId, [...(carriers.get(identifierId) ?? []), i]);
    }
  }
  return {
    records: set.records.map(({ id, source }) => ({ id, source, person: {} })),
    identifiers: [...values.values()],
    links,
    rulings: contradictingCarriers(carriers.values(), records),
  };
}

/** Records that any chain of shared e-mail addresses and telephone numbers connects, and that clearly contradict. */
function contradictingCarriers(carriers: Iterable<readonly number[]>, records: readonly ProfiledRecord[]): Ruling[] {
  const reach = new UnionFind(records.length);
  for (const [first, ...others] of carriers) for (const other of others) reach.union(first!, other);
  const rulings: Ruling[] = [];
  for (let root = 0; root < records.length; root++) {
    if (reach.find(root) !== root || reach.size(root) === 1) continue;
    const places = [...reach.elements(root)].sort((a, b) => a - b);
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(i + 1)) {
        if (!profilesContradict(records[a]!.profile, records[b]!.profile)) continue;
        const sides = [[records[a]!.id], [records[b]!.id]];
        rulings.push({ id: `${a}-${b}`, kind: "DIFFERENT", position: rulings.length + 1, sides });
      }
    }
  }
  return rulings;
}
