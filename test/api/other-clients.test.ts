import { ApolloClient, gql, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { subscriptionExchange, Client as UrqlClient } from "@urql/core";
import { Client, createClient } from "graphql-ws";
import WebSocket from "ws";
import { resuming } from "../support/resuming";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;
let messages = 0;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

const WATCH = `subscription Watch($profileId: ID!, $after: Cursor) {
  profileChanges(profileId: $profileId, after: $after) { cursor ... on InteractionAdded { interaction { text } } }
}`;

interface Watched {
  readonly profileChanges: { readonly cursor: string; readonly interaction?: { readonly text: string } };
}

async function say(key: string, ...texts: string[]): Promise<string> {
  const query = "mutation ($events: [EventInput!]!) { ingest(events: $events) { profileId } }";
  const events = texts.map((text) => ({
    messageId: `other-${++messages}`,
    source: "web",
    channel: "WEB",
    occurredAt: "2026-01-01T09:00:00Z",
    text,
    subject: { key },
  }));
  const { ingest } = await server.data<{ ingest: { profileId: string }[] }>(query, { events });
  return ingest[0]!.profileId;
}

/** Where the client's socket is, so that it can be cut, and its return, which waits until it is let back. */
class Cable {
  private readonly sockets: WebSocket[] = [];
  private wait: Promise<void> = Promise.resolve();
  private letBack: () => void = () => undefined;
  readonly client: Client;

  constructor(url: string, key: string) {
    const { sockets } = this;
    class Seen extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols);
        sockets.push(this);
      }
    }
    this.client = createClient({
      url,
      webSocketImpl: Seen,
      connectionParams: { authorization: `Bearer ${key}` },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: () => this.wait,
    });
  }

  /** Cuts the socket. The client does not come back before it is let back. */
  async cut(): Promise<void> {
    this.wait = new Promise((resolve) => {
      this.letBack = resolve;
    });
    const closed = new Promise((resolve) => this.sockets.at(-1)!.once("close", resolve));
    this.sockets.at(-1)!.terminate();
    await closed;
  }

  back(): void {
    this.letBack();
  }
}

/** What has arrived, in its order, and the waiting for more. */
class Arrivals {
  readonly texts: (string | undefined)[] = [];
  private look: () => void = () => undefined;

  add(data: Watched | null | undefined): void {
    this.texts.push(data?.profileChanges.interaction?.text);
    this.look();
  }

  until(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.look = () => {
        if (this.texts.at(-1) === text) resolve();
      };
      this.look();
    });
  }
}

/** Each begins a subscription in its own words, and answers how to end it. */
type Begin = (client: Client, variables: Record<string, unknown>, arrivals: Arrivals) => () => unknown;

const withGraphqlWs: Begin = (client, variables, arrivals) =>
  resuming(client).subscribe<Watched>(
    { query: WATCH, variables },
    { next: ({ data }) => arrivals.add(data), error: fail, complete: () => undefined },
  );

const withApollo: Begin = (client, variables, arrivals) => {
  const apollo = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(resuming(client)) });
  const watching = apollo
    .subscribe<Watched>({ query: gql(WATCH), variables, fetchPolicy: "no-cache" })
    .subscribe({ next: ({ data }) => arrivals.add(data), error: fail });
  return () => {
    watching.unsubscribe();
    apollo.stop();
  };
};

const withUrql: Begin = (client, variables, arrivals) => {
  const resumingClient = resuming(client);
  const urql = new UrqlClient({
    url: server.url,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query = "", variables: asked }) => ({
          subscribe: (sink) => ({
            unsubscribe: resumingClient.subscribe(
              { query, variables: asked as Record<string, unknown> },
              sink as never,
            ),
          }),
        }),
      }),
    ],
  });
  const watching = urql.subscription<Watched>(WATCH, variables).subscribe(({ data, error }) => {
    if (error) fail(error);
    arrivals.add(data);
  });
  return () => watching.unsubscribe();
};

function fail(reason: unknown): never {
  throw new Error(`the subscription failed: ${JSON.stringify(reason)}`);
}

it.each<[string, Begin]>([
  ["graphql-ws", withGraphqlWs],
  ["Apollo Client", withApollo],
  ["urql", withUrql],
])(
  "%s goes on where it was when its socket is cut, however often, with nothing lost and nothing twice",
  async (name, begin) => {
    const profileId = await say(name, "0");
    const { profile } = await server.data<{ profile: { cursor: string } }>(
      "query ($id: ID!) { profile(id: $id) { cursor } }",
      { id: profileId },
    );
    const cable = new Cable(server.wsUrl, server.adminKey);
    const arrivals = new Arrivals();
    const end = begin(cable.client, { profileId, after: profile.cursor }, arrivals);
    await say(name, "1", "2");
    await arrivals.until("2");
    await cable.cut();
    await say(name, "3", "4");
    cable.back();
    await arrivals.until("4");
    await cable.cut();
    cable.back();
    await say(name, "5");
    await arrivals.until("5");
    expect(arrivals.texts).toEqual(["1", "2", "3", "4", "5"]);
    end();
    await cable.client.dispose();
  },
);
