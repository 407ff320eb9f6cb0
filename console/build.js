"use strict";
/** Bundles the GraphiQL page into dist/graphiql, so that the server needs nobody else to show it. */
const { copyFileSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { build } = require("esbuild");

const outdir = join(__dirname, "../dist/graphiql");
const shared = { bundle: true, minify: true, outdir, logLevel: "warning", legalComments: "linked", target: "es2022" };

async function run() {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    ...shared,
    entryPoints: { app: join(__dirname, "app.tsx") },
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".ttf": "file" },
    publicPath: "/graphiql",
    tsconfigRaw: {},
  });
  await build({
    ...shared,
    entryPoints: {
      "editor.worker": require.resolve("monaco-editor/esm/vs/editor/editor.worker.js"),
      "json.worker": require.resolve("monaco-editor/esm/vs/language/json/json.worker.js"),
      "graphql.worker": require.resolve("monaco-graphql/esm/graphql.worker.js"),
    },
    format: "iife",
  });
  copyFileSync(join(__dirname, "index.html"), join(outdir, "index.html"));
}

run().catch(() => {
  process.exitCode = 1;
});
