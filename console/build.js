"use strict";
/** Bundles the GraphiQL page into dist/graphiql, so that the server needs nobody else to show it. */
const { copyFileSync, rmSync } = require("node:fs");
const { join } = require("node:path");

const outdir = join(__dirname, "../dist/graphiql");
const shared = { bundle: true, minify: true, outdir, logLevel: "warning", legalComments: "linked", target: "es2022" };

/** An installation without development packages serves everything but the page, which then says how to build it. */
function findBundler() {
  try {
    return require("esbuild");
  } catch {
    process.stdout.write("GraphiQL is not built: the development packages are not installed.\n");
    return null;
  }
}

async function run() {
  const bundler = findBundler();
  if (bundler === null) return;
  const { build } = bundler;
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

run().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
