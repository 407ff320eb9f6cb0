import {
  buildSchema,
  execute,
  GraphQLObjectType,
  getOperationAST,
  OperationDefinitionNode,
  parse,
  validate,
} from "graphql";
import { pino } from "pino";
import { DomainError } from "../../../src/errors";
import { DateTime } from "../../../src/graphql/date-time";
import { Json } from "../../../src/graphql/json";
import { RequestContext } from "../../../src/graphql/request-context";
import { Services } from "../../../src/graphql/services";
import { CompiledQueries } from "../../../src/server/compiled-queries";
import { Executor } from "../../../src/server/execute";
import { EVERY_READER } from "../../support/every-reader";

const schema = buildSchema(`
  scalar DateTime scalar JSON
  enum Kind { EMAIL PHONE }
  input Identifier { kind: Kind! value: String! namespace: String = "none" tags: [String!] }
  interface Change { at: DateTime! }
  type Added implements Change { at: DateTime! what: String }
  type Query {
    person(id: ID, identifier: Identifier): Person
    people(first: Int = 2): [Person!]!
    change: Change
    echo(identifier: Identifier, list: [Int!], flag: Boolean = true): String
    broken: String! fine: String
  }
  type Mutation { touch: Int }
  type Person {
    id: ID! name: String age: Int score: Float! vip: Boolean since: DateTime! data: JSON kind: Kind
    friends(first: Int = 1): [Person]! best: Person! fails: String failsHard: String!
  }
`);

function person(id: number): Record<string, unknown> {
  return {
    id,
    name: id % 2 === 0 ? null : `name "${id}" \u2028 ñ`,
    age: id,
    score: id / 3,
    vip: id % 2 === 0,
    since: "2026-01-31T09:30:00.000Z",
    data: { a: [1, { b: null }], c: "x" },
    kind: "EMAIL",
  };
}

function field(type: string, name: string) {
  return (schema.getType(type) as GraphQLObjectType).getFields()[name]!;
}
Object.assign(schema.getType("DateTime")!, { serialize: DateTime.serialize, parseValue: DateTime.parseValue });
Object.assign(schema.getType("JSON")!, { serialize: Json.serialize });
field("Query", "person").resolve = async (_root, args) => (args.id === "0" ? null : person(Number(args.id ?? 1)));
field("Query", "people").resolve = async (_root, { first }) => Array.from({ length: first }, (_, i) => person(i + 1));
field("Query", "echo").resolve = (_root, args) =>
  JSON.stringify(Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1)));
field("Query", "fine").resolve = () => "fine";
field("Query", "broken").resolve = () => null;
field("Query", "change").resolve = () => ({ at: new Date(0), what: "x", __typename: "Added" });
field("Person", "friends").resolve = async ({ id }, { first }) => [
  null,
  ...Array.from({ length: first }, () => person(id + 1)),
];
field("Person", "best").resolve = ({ id }) => Promise.resolve(person(id + 10));
field("Person", "fails").resolve = async () => {
  throw new DomainError("NOT_FOUND", "Nothing here.");
};
field("Person", "failsHard").resolve = () => {
  throw new Error("a bug");
};

const CASES: [what: string, text: string, variables?: Record<string, unknown>][] = [
  ["scalars of every kind", "{ person(id: 1) { id name age score vip since data kind __typename } }"],
  ["nothing", "{ person(id: 0) { id } }"],
  ["lists within lists", "{ people(first: 3) { id friends(first: 2) { id best { name } friends { id } } } }"],
  ["an empty list", "{ people(first: 0) { id } }"],
  ["aliases in their order", "{ b: fine a: fine person(id: 1) { z: id a: id } }"],
  ["a field asked for twice", "{ person(id: 1) { best { id } best { name } } }"],
  [
    "fragments",
    "{ person(id: 1) { ...a ... on Person { age } } } fragment a on Person { id best { ...b } } fragment b on Person { name }",
  ],
  ["a variable", "query ($id: ID) { person(id: $id) { id } }", { id: 5 }],
  ["a variable left out", "query ($id: ID) { person(id: $id) { id } }"],
  ["a variable that is null", "query ($id: ID) { person(id: $id) { id } }", { id: null }],
  ["a variable's default", "query ($n: Int = 3) { people(first: $n) { id } }"],
  ["a variable that is not declared", "{ fine }", { nobody: 1 }],
  [
    "variables within an input",
    "query ($v: String!, $t: String!) { echo(identifier: { kind: EMAIL, value: $v, tags: [$t] }) }",
    { v: "a", t: "b" },
  ],
  [
    "an input as a variable",
    "query ($i: Identifier) { echo(identifier: $i) }",
    { i: { kind: "PHONE", value: "1", tags: "one" } },
  ],
  ["a single value for a list", "{ echo(list: 1) }"],
  ["a null for what has a default", "{ echo(flag: null) }"],
  [
    "skip and include",
    "query ($no: Boolean!) { person(id: 1) { id @skip(if: $no) name @include(if: $no) ...a @include(if: $no) } } fragment a on Person { age }",
    { no: false },
  ],
  [
    "skip and include the other way",
    "query ($no: Boolean!) { person(id: 1) { id @skip(if: $no) name @include(if: $no) } }",
    { no: true },
  ],
  ["an interface", "{ change { at ... on Added { what } } }"],
  ["a failing field", "{ people { id fails } fine }"],
  ["a failing field that must not be null", "{ people { id failsHard } fine }"],
  ["a null that must not be", "{ broken }"],
  ["a variable of the wrong type", "query ($n: Int) { people(first: $n) { id } }", { n: "x" }],
  ["a variable that is missing", "query ($i: Identifier!) { echo(identifier: $i) }"],
  [
    "an enum value that does not exist",
    "query ($i: Identifier) { echo(identifier: $i) }",
    { i: { kind: "FAX", value: "1" } },
  ],
  ["the schema", '{ __schema { queryType { name fields { name } } } __type(name: "Person") { name } }'],
  ["an operation by name", "query Named { fine }"],
];

const who = { credential: "KEY", keyId: "k", actor: "k", role: "AGENT", expiresAt: null } as const;
const viewer = { tenantId: "t", tenantName: "t", ...who };
const context = () => new RequestContext(viewer, "r", new Services());
const log = pino({ level: "silent" });

describe("a compiled query", () => {
  it.each(CASES.map(([what, text, variables = {}]) => [what, text, variables] as const))(
    "answers with %s as the standard executor does",
    async (_what, text, variables) => {
      const document = parse(text);
      expect(validate(schema, document)).toEqual([]);
      const standard = new Executor(schema, log, EVERY_READER, new CompiledQueries(schema, Number.POSITIVE_INFINITY));
      const compiled = new Executor(schema, log, EVERY_READER, new CompiledQueries(schema, 0));
      const [expected, answered] = await Promise.all(
        [standard, compiled].map((executor) => executor.execute({ document, variables, context: context() })),
      );
      expect(JSON.stringify(answered)).toBe(JSON.stringify(expected));
      if (expected?.errors === undefined) {
        expect(JSON.stringify(answered)).toBe(
          JSON.stringify(await execute({ schema, document, variableValues: variables })),
        );
      }
    },
  );

  it("is made after repeated runs, once, and for queries that are worth it alone", () => {
    const queries = new CompiledQueries(schema, 2);
    const runs = (text: string) => {
      const document = parse(text);
      const operation = getOperationAST(document) as OperationDefinitionNode;
      return Array.from({ length: 4 }, () => queries.find(document, operation) !== null);
    };
    expect(runs("{ fine }")).toEqual([false, false, true, true]);
    expect(runs("mutation { touch }")).toEqual([false, false, false, false]);
    expect(runs("{ change { at } }")).toEqual([false, false, false, false]);
  });

  it("is not made of fragments that multiply each other", () => {
    const layers = Array.from(
      { length: 12 },
      (_, i) => `fragment f${i} on Person { best { ...f${i + 1} } b: best { ...f${i + 1} } }`,
    );
    const document = parse(`{ person { ...f0 } } ${layers.join(" ")} fragment f12 on Person { id }`);
    const queries = new CompiledQueries(schema, 0);
    expect(queries.find(document, getOperationAST(document)!)).toBeNull();
  });
});
