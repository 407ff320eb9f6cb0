import { Instant } from "../db/column-types";
import { ASSURANCES, Assurance, IDENTIFIER_KINDS, IdentifierKind } from "../identity/identifier-kind";
import { earlier, later } from "../timeline/instant-order";
import { KnownIdentifier, KnownRecord } from "./known-profile";

/** One identifier of a customer, taken together over the records that carry it. */
export interface ListedIdentifier {
  readonly kind: IdentifierKind;
  readonly namespace: string | null;
  readonly value: string;
  readonly assurance: Assurance;
  readonly sources: readonly string[];
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly shared: boolean;
  /** Whether it says anything: a placeholder, or what is not of its kind, does not. */
  readonly usable: boolean;
}

/**
 * The identifiers of records, each once: its highest assurance, all sources that gave it, first and last seen over all.
 * In the order of kinds, then by namespace and value.
 */
export function listIdentifiers(records: readonly KnownRecord[]): ListedIdentifier[] {
  const byValue = new Map<string, { links: KnownIdentifier[]; sources: Set<string> }>();
  for (const { source, identifiers } of records) {
    for (const identifier of identifiers) {
      const name = JSON.stringify([identifier.kind, identifier.namespace, identifier.value]);
      const known = byValue.get(name);
      if (known === undefined) byValue.set(name, { links: [identifier], sources: new Set([source]) });
      else {
        known.links.push(identifier);
        known.sources.add(source);
      }
    }
  }
  return [...byValue.values()].map(({ links, sources }) => joinLinks(links, sources)).sort(inOrder);
}

function joinLinks(links: readonly KnownIdentifier[], sources: ReadonlySet<string>): ListedIdentifier {
  const { kind, namespace, value, status } = links[0]!;
  let { assurance, firstSeenAt, lastSeenAt } = links[0]!;
  for (const link of links) {
    if (ASSURANCES.indexOf(link.assurance) > ASSURANCES.indexOf(assurance)) assurance = link.assurance;
    firstSeenAt = earlier(firstSeenAt, link.firstSeenAt);
    lastSeenAt = later(lastSeenAt, link.lastSeenAt);
  }
  return {
    kind,
    namespace: namespace === "" ? null : namespace,
    value,
    assurance,
    sources: [...sources].sort(),
    firstSeenAt,
    lastSeenAt,
    shared: status === "SHARED" || status === "CLAIMS_SHARED",
    usable: status !== "UNUSABLE",
  };
}

function inOrder(a: ListedIdentifier, b: ListedIdentifier): number {
  return (
    IDENTIFIER_KINDS.indexOf(a.kind) - IDENTIFIER_KINDS.indexOf(b.kind) ||
    compareTexts(a.namespace ?? "", b.namespace ?? "") ||
    compareTexts(a.value, b.value)
  );
}

/** By code units: the same order on every machine, whatever its language. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
