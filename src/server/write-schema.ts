import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { assembleSchema, printedSchema } from "./schema";

/** Where the printed schema is kept. */
export const SCHEMA_FILE = resolve(__dirname, "../../schema/schema.graphql");

if (require.main === module) {
  mkdirSync(dirname(SCHEMA_FILE), { recursive: true });
  writeFileSync(SCHEMA_FILE, printedSchema(assembleSchema()));
}
