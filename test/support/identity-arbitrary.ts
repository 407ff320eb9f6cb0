import fc from "fast-check";
import { ASSURANCES, IdentifierKind } from "../../src/identity/identifier-kind";
import { PersonFacts } from "../../src/identity/resolve/facts";
import { NewLink, Operation, PLACEHOLDER } from "./identity-world";

/** How crowded the histories are. */
export interface Density {
  readonly kinds: readonly IdentifierKind[];
  readonly valuesPerKind: number;
  readonly operations: { readonly minLength: number; readonly maxLength: number };
  /** What is known of the persons; a few names and dates, when left out. */
  readonly person?: fc.Arbitrary<PersonFacts>;
}

const KINDS: readonly IdentifierKind[] = ["USER_ID", "CRM_ID", "EMAIL", "PHONE", "ANONYMOUS_ID"];

export const SPARSE: Density = {
  kinds: [...KINDS, "LINE_ID"],
  valuesPerKind: 12,
  operations: { minLength: 8, maxLength: 32 },
};
export const DENSE: Density = { kinds: KINDS, valuesPerKind: 2, operations: { minLength: 8, maxLength: 24 } };

const PERSON: fc.Arbitrary<PersonFacts> = fc.record(
  {
    givenName: fc.constantFrom("ann", "bob"),
    familyName: fc.constantFrom("lee", "kim"),
    birthDate: fc.constantFrom("1990-01-01", "1991-01-01"),
  },
  { requiredKeys: [] },
);

export function histories(density: Density): fc.Arbitrary<Operation[]> {
  const value = fc.oneof(
    { weight: 19, arbitrary: fc.nat(density.valuesPerKind - 1).map(String) },
    { weight: 1, arbitrary: fc.constant(PLACEHOLDER) },
  );
  const link: fc.Arbitrary<NewLink> = fc.record({
    kind: fc.constantFrom(...density.kinds),
    value,
    assurance: fc.constantFrom(...ASSURANCES, "ASSERTED" as const),
  });
  const person = density.person ?? PERSON;
  const record = fc.nat(99);
  const several = fc.array(record, { minLength: 1, maxLength: 3 });
  const what = <Name extends Operation["do"]>(name: Name) => fc.constant(name);
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        do: what("add"),
        age: fc.nat(999),
        source: fc.constantFrom("web", "crm"),
        person,
        links: fc.array(link, { maxLength: 4 }),
      }),
    },
    { weight: 5, arbitrary: fc.record({ do: what("link"), record, link }) },
    { weight: 2, arbitrary: fc.record({ do: what("unlink"), record, link: fc.nat(99) }) },
    { weight: 1, arbitrary: fc.record({ do: what("describe"), record, person }) },
    { weight: 1, arbitrary: fc.record({ do: what("merge"), records: several }) },
    { weight: 2, arbitrary: fc.record({ do: what("split"), record, parts: fc.integer({ min: 1, max: 254 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: what("rule"),
        kind: fc.constantFrom("SAME", "DIFFERENT"),
        one: several,
        other: several,
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: what("revoke"), ruling: fc.nat(99) }) },
    { weight: 1, arbitrary: fc.record({ do: what("share"), value: fc.nat(99) }) },
    { weight: 1, arbitrary: fc.record({ do: what("unshare"), value: fc.nat(99) }) },
  );
  // Left to itself, fast-check makes mostly short lists, and short histories hold no crowds.
  return fc.array(operation, { ...density.operations, size: "max" });
}
