import { Instant } from "../../db/column-types";
import { ASSURANCES, Assurance } from "../identifier-kind";
import {
  identifierId,
  isIdentifierProblem,
  NormalizedIdentifier,
  normalizeIdentifier,
} from "../normalize/normalize-identifier";
import { ResolutionRules } from "../resolve/resolution-rules";
import { RuledIdentifier } from "../write/shared-value.repository";
import { Spelling, StoredLink, StoredSpellings } from "./rules-spelling.repository";

/** A link as the rules make it of what was sent. */
export interface RenormalizedLink {
  readonly identifier: NormalizedIdentifier;
  /** Of all its spellings, the highest. */
  readonly assurance: Assurance;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly messageId: string | null;
  /** Ascending, each once; with their own assurance and times, so that other rules can tell them apart again. */
  readonly spellings: readonly Spelling[];
}

type Spelled = Pick<Spelling, "raw" | "assurance">;

/** By record, then by identifier. */
export type RenormalizedLinks = ReadonlyMap<string, ReadonlyMap<string, RenormalizedLink>>;

/** What the rules make of everything that was sent as an identifier of some records. Pure. */
export function renormalize(stored: StoredSpellings, rules: ResolutionRules): RenormalizedLinks {
  const more = new Map<string, Spelling[]>();
  for (const spelling of stored.spellings) {
    const key = keyOf(spelling);
    more.set(key, [...(more.get(key) ?? []), spelling]);
  }
  const records = new Map<string, Map<string, RenormalizedLink>>();
  for (const link of stored.links) {
    const links = records.get(link.recordId) ?? new Map<string, RenormalizedLink>();
    records.set(link.recordId, links);
    for (const spelling of spellingsOf<Spelling>(link, more.get(keyOf(link)) ?? [])) {
      const identifier = renormalized(link, spelling.raw, rules);
      const known = links.get(identifier.id);
      links.set(identifier.id, merged(identifier, known?.spellings ?? [], spelling));
    }
  }
  return records;
}

/** What a link was sent as. What was learned of it since its spellings became one is held to be about its own. */
export function spellingsOf<T extends Spelled>(link: T, more: readonly T[]): readonly T[] {
  if (more.length === 0) return [link];
  const highest = more.reduce((rank, one) => Math.max(rank, rankOf(one)), 0);
  const raised = rankOf(link) > highest;
  return more.map((one) => (raised && one.raw === link.raw ? { ...one, assurance: link.assurance } : one));
}

/** The id of what the rules make of a value that was normalized by others. */
export function respelledId({ kind, namespace, value }: RuledIdentifier, rules: ResolutionRules): string {
  const identifier = normalizeIdentifier({ kind, namespace, value }, rules);
  return isIdentifierProblem(identifier) ? identifierId(kind, namespace, value) : identifier.id;
}

function renormalized(link: StoredLink, raw: string, rules: ResolutionRules): NormalizedIdentifier {
  const { kind, namespace } = link;
  const identifier = normalizeIdentifier({ kind, namespace, value: raw }, rules);
  if (!isIdentifierProblem(identifier)) return identifier;
  // It was taken once; should the limits have changed since, it is kept by what was sent, and joins nobody.
  const id = identifierId(kind, namespace, raw);
  return { id, kind, namespace, value: raw, raw, usable: false, reason: "UNREADABLE" };
}

function merged(identifier: NormalizedIdentifier, known: readonly Spelling[], spelling: Spelling): RenormalizedLink {
  const own = { ...spelling, identifierId: identifier.id };
  const same = known.find((one) => one.raw === own.raw);
  const all = same ? known.map((one) => (one === same ? union(one, own) : one)) : [...known, own];
  const spellings = all.sort((a, b) => (a.raw < b.raw ? -1 : 1));
  const whole = spellings.reduce(union);
  return {
    identifier: { ...identifier, raw: spellings[0]!.raw },
    assurance: whole.assurance,
    firstSeenAt: whole.firstSeenAt,
    lastSeenAt: whole.lastSeenAt,
    messageId: spellings[0]!.messageId,
    spellings,
  };
}

function union(a: Spelling, b: Spelling): Spelling {
  return {
    ...a,
    assurance: rankOf(a) >= rankOf(b) ? a.assurance : b.assurance,
    firstSeenAt: earlier(a.firstSeenAt, b.firstSeenAt),
    lastSeenAt: a.lastSeenAt === earlier(a.lastSeenAt, b.lastSeenAt) ? b.lastSeenAt : a.lastSeenAt,
  };
}

/** Instants compare as texts. */
function earlier(a: Instant, b: Instant): Instant {
  if (a < b) return a;
  return b;
}

function rankOf({ assurance }: Spelled): number {
  return ASSURANCES.indexOf(assurance);
}

function keyOf({ recordId, identifierId }: Spelling): string {
  return recordId + identifierId;
}
