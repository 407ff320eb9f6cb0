import "reflect-metadata";
import { readFileSync } from "node:fs";
import { GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import { assembleSchema, printedSchema } from "../../src/server/schema";
import { SCHEMA_FILE } from "../../src/server/write-schema";

const schema = assembleSchema();

describe("the schema", () => {
  it("is the one that was committed (npm run schema writes it)", () => {
    expect(printedSchema(schema)).toBe(readFileSync(SCHEMA_FILE, "utf8"));
  });

  it("describes every type, field, argument and value", () => {
    expect([...undescribed(schema)]).toEqual([]);
  });
});

function* undescribed(from: GraphQLSchema): Generator<string> {
  const roots = new Set(["Query", "Mutation", "Subscription"]);
  for (const type of Object.values(from.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    const standard = ["String", "Int", "Float", "Boolean", "ID"].includes(type.name);
    if (!standard && !roots.has(type.name) && !type.description) yield type.name;
    if (isEnumType(type)) {
      for (const value of type.getValues()) if (!value.description) yield `${type.name}.${value.name}`;
    }
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.description) yield `${type.name}.${field.name}`;
      if (!("args" in field)) continue;
      for (const argument of field.args) {
        if (!argument.description) yield `${type.name}.${field.name}(${argument.name})`;
      }
    }
  }
}
