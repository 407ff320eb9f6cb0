import "./workers";
import "./app.css";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createClient } from "graphql-ws";
import { useMemo, useState } from "react";
import { createRoot } from "react-dom/client";

/** The key lasts as long as the tab, and is sent to this server alone. */
const KEPT_AS = "onefold:key";

const FIRST_QUERY = `# Welcome to Onefold. Give your API key above, then run this with Ctrl-Enter.
# The operations and what they mean are in the documentation on the left.
query Newest {
  profiles(first: 10) {
    nodes {
      id
      displayName
      lastSeenAt
    }
  }
}
`;

function fetcherFor(key: string) {
  const authorization = `Bearer ${key}`;
  const socketUrl = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`;
  const wsClient = createClient({ url: socketUrl, connectionParams: { authorization } });
  return createGraphiQLFetcher({ url: "/graphql", headers: { authorization }, wsClient, enableIncrementalDelivery: false });
}

function App() {
  const [key, setKey] = useState(() => sessionStorage.getItem(KEPT_AS) ?? "");
  const fetcher = useMemo(() => fetcherFor(key), [key]);
  return (
    <>
      <form
        className="key"
        onSubmit={(event) => {
          event.preventDefault();
          const given = String(new FormData(event.currentTarget).get("key")).trim();
          sessionStorage.setItem(KEPT_AS, given);
          setKey(given);
        }}
      >
        <label htmlFor="key">API key</label>
        <input id="key" name="key" type="password" autoComplete="off" defaultValue={key} />
        <button type="submit">Use</button>
      </form>
      <div className="console">
        {key === "" ? null : (
          <GraphiQL key={key} fetcher={fetcher} defaultQuery={FIRST_QUERY} isHeadersEditorEnabled={false} />
        )}
      </div>
    </>
  );
}

createRoot(document.getElementById("app")!).render(<App />);
