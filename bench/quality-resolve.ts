import {
  isIdentifierProblem,
  NormalizedIdentifier,
  normalizeIdentifier,
} from "../src/identity/normalize/normalize-identifier";
import { Facts, IdentifierValue, Link } from "../src/identity/resolve/facts";
import { personFacts } from "../src/identity/resolve/person-facts";
import { DEFAULT_RULES } from "../src/identity/resolve/resolution-rules";
import { valueStatus } from "../src/identity/resolve/sharing";
import { ProfiledRecord } from "../src/identity/similarity/candidates";
import { personProfile } from "../src/identity/similarity/person-profile";
import { LabelledSet } from "./quality-set";

export interface PreparedSet {
  readonly records: readonly ProfiledRecord[];
  /** Everything but likeness. */
  readonly facts: Facts;
}

/** Reads a set as the server would: identifiers normalized, values judged shared, persons described. */
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
  const links = set.records.flatMap(({ id }, i) =>
    identifiers[i]!.map((identifier): Link => ({ recordId: id, identifierId: identifier.id, assurance: "ASSERTED" })),
  );
  const facts: Facts = {
    records: set.records.map(({ id, source, attributes }) => ({ id, source, person: personFacts(attributes) })),
    identifiers: [...values.values()],
    links,
    rulings: [],
  };
  return { records, facts };
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
