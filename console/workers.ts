/** Monaco thinks in workers of its own, one bundle each; they come from this server like everything else. */
const BUNDLES: Readonly<Record<string, string>> = { json: "json.worker.js", graphql: "graphql.worker.js" };

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) => new Worker(`/graphiql/${BUNDLES[label] ?? "editor.worker.js"}`),
  },
});
