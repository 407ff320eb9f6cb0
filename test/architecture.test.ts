import { join } from "node:path";
import { readSources, SourceFile, sourceFile, violations } from "./support/architecture";

const SRC = join(__dirname, "../src");

function file(path: string, ...imports: string[]): SourceFile {
  const text = imports.map((name) => `import { x } from "${name}";`).join("\n");
  return sourceFile(path, `${text}\nexport const y = 1;`);
}

describe("the house", () => {
  it("keeps its rules", () => {
    const files = readSources(SRC);
    expect(files.length).toBeGreaterThan(20);
    expect(violations(files)).toEqual([]);
  });

  it("reads the imports of every form", () => {
    const text = [
      'import "reflect-metadata";',
      'import type { A } from "../db/a";',
      'import {\n  B,\n} from "./b";',
      'export { C } from "../log";',
      'const d = require("../feed/d") as typeof import("../feed/e");',
    ].join("\n");
    expect(sourceFile("live/x.ts", text).imports).toEqual([
      "reflect-metadata",
      "db/a",
      "live/b",
      "log",
      "feed/d",
      "feed/e",
    ]);
  });
});

describe("the checker", () => {
  it.each<[string, SourceFile, string]>([
    [
      "a room that uses one above it",
      file("db/a.ts", "../server/b"),
      "db/a.ts imports server/b, which is not below it",
    ],
    ["a leaf that uses a room", file("log.ts", "./db/a"), "log.ts imports db/a, which is not below it"],
    [
      "a room that uses the top",
      file("server/a.ts", "../app"),
      "server/a.ts imports app, which stands above all rooms",
    ],
    ["a file without a room", file("stray.ts"), "stray.ts is in no room"],
    ["a room nobody planned", file("attic/a.ts"), "attic/a.ts is in a room that is not in the house"],
    ["a folder for everything", file("db/utils/a.ts"), "db/utils/a.ts is in a folder named utils"],
    ["a name that says nothing", file("db/date-utils.ts"), "db/date-utils.ts has a name that says nothing"],
    ["a barrel by name", file("db/index.ts"), "db/index.ts is a barrel"],
    [
      "a barrel by content",
      sourceFile("db/all.ts", 'export * from "./a";\nexport { B } from "./b";'),
      "db/all.ts is a barrel",
    ],
    ["capital letters", file("db/Database.ts"), "db/Database.ts is not named in kebab-case"],
    [
      "a suffix nobody knows",
      file("db/a.manager.ts"),
      "db/a.manager.ts ends in .manager, which is no suffix of the house",
    ],
    [
      "a resolver that asks the database",
      file("feed/a.resolver.ts", "./b.repository"),
      "feed/a.resolver.ts imports feed/b.repository: a .resolver file has no business there",
    ],
    [
      "a repository that uses a service",
      file("feed/a.repository.ts", "./b.service"),
      "feed/a.repository.ts imports feed/b.service: a .repository file has no business there",
    ],
    [
      "an entity that is a GraphQL type",
      file("feed/a.entity.ts", "type-graphql"),
      "feed/a.entity.ts makes an entity a GraphQL type",
    ],
  ])("reports %s", (_, bad, words) => {
    expect(violations([bad])).toEqual([words]);
  });

  it("reports files that need each other, by whatever way", () => {
    const files = [file("db/a.ts", "./b"), file("db/b.ts", "./c"), file("db/c.ts", "./b", "./d"), file("db/d.ts")];
    expect(violations(files)).toEqual(["db/b.ts -> db/c.ts -> db/b.ts is a circle"]);
  });

  it("lets rooms use what is below, leaves and packages, and the top use everything", () => {
    const files = [
      file("server/a.ts", "../db/b", "./c", "../errors", "../log", "graphql", "db-migrate", "../../migrations/1-x"),
      file("app.ts", "./server/a", "./config", "./main"),
    ];
    expect(violations(files)).toEqual([]);
  });
});
