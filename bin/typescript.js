// Lets Node.js load this project's TypeScript as it is: `node -r ./bin/typescript.js file.ts`. Types are checked by
// `npm run check`; here they are only taken away. What was compiled once is kept in node_modules/.cache.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const OPTIONS = {
  swcrc: false,
  configFile: false,
  sourceMaps: "inline",
  inlineSourcesContent: false,
  module: { type: "commonjs" },
  jsc: {
    target: "es2023",
    keepClassNames: true,
    parser: { syntax: "typescript", decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};
const CACHE = join(__dirname, "..", "node_modules", ".cache", "onefold");
const SALT = JSON.stringify(OPTIONS) + require("@swc/core/package.json").version;

// Of packages no source maps are read: that would be a fifth of the time that a start takes.
const loadPackage = require.extensions[".js"];
require.extensions[".js"] = (module, filename) => {
  process.setSourceMapsEnabled(false);
  try {
    loadPackage(module, filename);
  } finally {
    process.setSourceMapsEnabled(true);
  }
};
process.setSourceMapsEnabled(true);
// From Node.js 22 on, what V8 makes of the code is kept too.
require("node:module").enableCompileCache?.(CACHE);

require.extensions[".ts"] = (module, filename) => {
  const source = readFileSync(filename, "utf8");
  const digest = createHash("sha256").update(`${SALT}\0${filename}\0${source}`).digest("hex");
  const kept = join(CACHE, `${digest}.js`);
  module._compile(read(kept) ?? compile(source, filename, kept), filename);
};

function compile(source, filename, kept) {
  const { code } = require("@swc/core").transformSync(source, { ...OPTIONS, filename, sourceFileName: filename });
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${kept}.${process.pid}`, code);
    renameSync(`${kept}.${process.pid}`, kept);
  } catch {
    // A checkout that cannot be written to compiles at every start.
  }
  return code;
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
