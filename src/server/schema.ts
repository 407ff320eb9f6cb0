import "reflect-metadata";
import { GraphQLSchema, lexicographicSortSchema, printSchema } from "graphql";
import { buildSchemaSync, getMetadataStorage, NonEmptyArray } from "type-graphql";
import { guardFields } from "./field-guards";
import { RESOLVERS } from "./resolvers";

/** type-graphql asks for one even where every subscription brings its own stream. */
const NO_PUB_SUB = {
  publish(): never {
    throw new Error("subscriptions bring their own streams");
  },
  subscribe(): never {
    throw new Error("subscriptions bring their own streams");
  },
};

/** The schema of all rooms, with the guards in front of its resolvers. */
export function assembleSchema(): GraphQLSchema {
  // A field without a resolver of its own is read off its object by the executor itself, several times faster.
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers = true;
  const schema = buildSchemaSync({
    resolvers: RESOLVERS as unknown as NonEmptyArray<NewableFunction>,
    pubSub: NO_PUB_SUB,
    validate: false,
  });
  guardFields(schema);
  return schema;
}

/** The schema as it is written to schema/schema.graphql. */
export function printedSchema(schema: GraphQLSchema): string {
  return `# Made by \`npm run schema\` from the code. Not edited by hand.\n\n${printSchema(lexicographicSortSchema(schema))}\n`;
}
