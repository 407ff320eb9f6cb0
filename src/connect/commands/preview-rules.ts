import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { Refused, Unreachable } from "./client";
import { isLostConnection, refusalIn } from "./socket-refusal";
import type { Target } from "./target";

/** What other rules would change, with some of the changes one by one. */
export interface Preview {
  readonly joined: number;
  readonly split: number;
  readonly largestProfile: number;
  readonly records: number;
  readonly examples: {
    readonly nodes: readonly {
      readonly kind: string;
      readonly profileIds: readonly string[];
      readonly reasons: readonly string[];
    }[];
  };
}

/** How far a preview is, in records. */
export interface PreviewStep {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

const SUBSCRIPTION = `subscription ($rules: IdentityRulesInput!, $first: Int) {
  identityRulesPreview(rules: $rules) {
    phase done total
    preview { joined split largestProfile records examples(first: $first) { nodes { kind profileIds reasons } } } } }`;

type Answer = { readonly identityRulesPreview: PreviewStep & { readonly preview: Preview | null } };

/** Asks a server what other rules would change. Throws Refused and Unreachable as the client does. */
export async function previewRules(
  target: Pick<Target, "socket" | "key">,
  variables: { readonly rules: object; readonly first: number },
  onStep: (step: PreviewStep) => void,
): Promise<Preview> {
  const client = createClient({
    url: target.socket,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${target.key}` },
    retryAttempts: 0,
  });
  try {
    for await (const { data, errors } of client.iterate<Answer>({ query: SUBSCRIPTION, variables })) {
      if (errors?.[0]) throw new Refused(String(errors[0].extensions?.code ?? "ERROR"), errors[0].message);
      if (!data) continue;
      const { preview, ...step } = data.identityRulesPreview;
      if (preview !== null) return preview;
      onStep(step);
    }
    throw new Unreachable("the preview ended without an answer");
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    throw isLostConnection(error) ? new Unreachable("the connection was cut off") : refusalIn(error);
  } finally {
    await client.dispose();
  }
}
