export interface Endpoint {
  /** POST operations here. */
  readonly graphql: string;
  /** Open subscriptions here. */
  readonly socket: string;
  /** The page to try operations on. */
  readonly graphiql: string;
}

/**
 * The addresses of a server. Accepts its base address, with or without a trailing slash, and the address of the GraphQL
 * endpoint itself. Throws a TypeError with words for the user when the address is not one of HTTP.
 */
export function endpointOf(url: string): Endpoint {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol)) {
    throw new TypeError(`"${url}" is no address of a server: give one such as http://127.0.0.1:4000`);
  }
  const path = base.pathname.replace(/\/+$/, "").replace(/\/graphql$/, "");
  const root = `${base.host}${path}`;
  return {
    graphql: `${base.protocol}//${root}/graphql`,
    socket: `${base.protocol === "https:" ? "wss:" : "ws:"}//${root}/graphql`,
    graphiql: `${base.protocol}//${root}/graphiql`,
  };
}
