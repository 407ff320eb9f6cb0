import { parse } from "graphql";
import { variablesThatMatter } from "../../../src/server/variables-that-matter";

const VARIABLES = { id: "p", after: "c", first: 3, deep: true };

describe("the variables that an event's answer depends on", () => {
  it.each<[string, string, Record<string, unknown>]>([
    ["not those that say which events are wanted", "changes(id: $id, after: $after) { cursor }", {}],
    [
      "those of fields further in",
      "changes(id: $id, after: $after) { profile { timeline(first: $first) { id } } }",
      { first: 3 },
    ],
    ["one that stands in both places", "changes(after: $after) { timeline(after: $after) { id } }", { after: "c" }],
    ["those of directives", "changes(id: $id) { cursor @include(if: $deep) }", { deep: true }],
    ["those of directives at the root", "changes(id: $id) @include(if: $deep) { cursor }", { deep: true }],
    [
      "those inside values",
      "changes(id: $id) { timeline(filter: { text: $id, kinds: [$first] }) }",
      { id: "p", first: 3 },
    ],
    [
      "those of root fields that a fragment brings",
      "...Root } fragment Root on Subscription { changes(after: $after)",
      { after: "c" },
    ],
    ["those that were given, and no others", "changes { timeline(first: $first, after: $unset) }", { first: 3 }],
  ])("are %s", (_which, selection, expected) => {
    const definitions = '$id: ID, $after: String = "d", $first: Int, $deep: Boolean, $unset: Int';
    const document = parse(`subscription (${definitions}) { ${selection} }`);
    expect(variablesThatMatter(document, VARIABLES)).toEqual(expected);
  });

  it("are all that a query uses", () => {
    const document = parse(
      "query ($id: ID, $first: Int, $deep: Boolean) { profile(id: $id) { timeline(first: $first) } }",
    );
    expect(variablesThatMatter(document, VARIABLES)).toEqual({ id: "p", first: 3 });
  });
});
