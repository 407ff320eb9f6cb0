import { isDeepStrictEqual } from "node:util";
import { compare } from "./compare";
import { anyCustomer, profileIdOf } from "./customer";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { perSecond, withConnections } from "./load";
import { loadCustomers } from "./load-customers";
import { loadInteractions } from "./load-interactions";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

const PROFILE = `query Profile($id: ID!) {
  profile(id: $id) {
    id
    displayName
    identifiers { kind value assurance sources firstSeenAt lastSeenAt }
    timeline(first: 50) {
      nodes {
        id messageId source channel kind direction visibility occurredAt receivedAt conversationKey actor text
      }
    }
  }
}`;

/** Profiles whose two answers are compared before anything is measured. */
const COMPARED = 50;

/** A profile with its identifiers and 50 interactions, against a server that does nothing but this one statement. */
export async function measureRead(stage: Stage, sizes: Sizes): Promise<Figure> {
  const { profiles, interactions, connections, rounds, seconds } = sizes;
  const each = Math.max(1, Math.round(interactions / profiles));
  tell(`read: ${profiles} profiles with ${each} interactions each`);
  const url = await stage.reusable("read", { profiles, each }, async (client) => {
    await loadCustomers(client, profiles);
    await loadInteractions(client, [{ firstCustomer: 1, customers: profiles, each }]);
  });
  const onefold = await stage.onefold(url);
  const floor = await stage.floor("floor-read.ts", url);
  const authorization = `Bearer ${stage.adminKey}`;
  const openOnefold = () => HttpConnection.open(onefold.url, "/graphql", { authorization });
  const openFloor = () => HttpConnection.open(floor.url, "/");
  const askOnefold = (id: string) => JSON.stringify({ query: PROFILE, variables: { id } });
  const askFloor = (id: string) => JSON.stringify({ id });
  await withConnections(1, openOnefold, ([ours]) =>
    withConnections(1, openFloor, async ([theirs]) => {
      for (let compared = 0; compared < COMPARED; compared += 1) {
        const id = profileIdOf(anyCustomer(profiles));
        requireSame(id, await ours!.post(askOnefold(id)), await theirs!.post(askFloor(id)));
      }
    }),
  );
  const round = (open: () => Promise<HttpConnection>, ask: (id: string) => string) => () =>
    withConnections(connections, open, (opened) =>
      perSecond(opened, seconds, async (connection) => {
        await connection.post(ask(profileIdOf(anyCustomer(profiles))));
      }),
    );
  const { ratio, measured } = await compare("read", rounds, round(openOnefold, askOnefold), round(openFloor, askFloor));
  return {
    figure: "read",
    means: "profiles a second over HTTP, by those of bare node:http and pg with one json_build_object statement",
    value: ratio,
    target: { atLeast: 0.5 },
    measured,
    sizes: { profiles, interactions: each * profiles, connections, rounds, seconds },
  };
}

function requireSame(id: string, onefold: Buffer, floor: Buffer): void {
  const [ours, theirs] = [onefold, floor].map((body) => JSON.parse(body.toString()) as unknown);
  if (isDeepStrictEqual(ours, theirs)) return;
  throw new Error(`the two sides answer differently for ${id}:\n${onefold}\n${floor}`);
}
