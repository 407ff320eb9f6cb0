import { Instant } from "../../db/column-types";
import { ASSURANCES, Assurance } from "../identifier-kind";
import { NormalizedIdentifier } from "../normalize/normalize-identifier";
import { ResolutionRules } from "../resolve/resolution-rules";
import { PROFILE_ATTRIBUTES } from "../similarity/person-profile";
import { AttributeState, attributeKey, isTrustedKey, LinkState, nameOfKey, RecordState } from "./record-state";
import { RecordName, SightedIdentifier, Sighting } from "./sighting";

/** NEW and RAISED change who is who; TOUCHED only says that it was seen again; DETACHED takes it away. */
export type LinkFate = "SAME" | "TOUCHED" | "NEW" | "RAISED" | "DETACHED";

export interface LinkDraft {
  readonly identifierId: string;
  /** Known when a sighting of this batch names it. */
  identifier: NormalizedIdentifier | null;
  readonly stored: LinkState | null;
  assurance: Assurance;
  firstSeenAt: Instant;
  lastSeenAt: Instant;
  messageId: string | null;
  detached: boolean;
}

export interface AttributeDraft {
  readonly key: string;
  readonly stored: AttributeState | null;
  value: string;
  observedAt: Instant;
}

/** The attributes whose value may decide who is who, when a trusted sender gave it and persons are not compared. */
const IDENTITY_ATTRIBUTES: ReadonlySet<string> = new Set(["givenName", "familyName", "dateOfBirth"]);

/** Those that may, by these rules. */
export function identityAttributes({ similarity }: Pick<ResolutionRules, "similarity">): ReadonlySet<string> {
  return similarity.enabled ? PROFILE_ATTRIBUTES : IDENTITY_ATTRIBUTES;
}

/**
 * One source record while a batch of sightings is applied to it in memory. What it ends up with does not depend on the
 * order of the sightings: a link keeps its highest assurance and its widest times (those of claims count only while it is
 * a claim), an attribute its latest observation (of two at the same instant the greater text).
 */
export class RecordDraft {
  readonly links = new Map<string, LinkDraft>();
  readonly attributes = new Map<string, AttributeDraft>();
  /** The record itself is taken away, with all that hangs on it. */
  removed = false;
  firstAt: Instant | null = null;
  lastAt: Instant | null = null;

  constructor(
    readonly recordId: string,
    readonly name: RecordName,
    readonly stored: RecordState | null,
  ) {
    for (const [identifierId, link] of stored?.links ?? []) {
      this.links.set(identifierId, {
        identifierId,
        identifier: null,
        stored: link,
        ...link,
        messageId: null,
        detached: false,
      });
    }
    for (const [key, attribute] of stored?.attributes ?? []) {
      this.attributes.set(key, { key, stored: attribute, ...attribute });
    }
  }

  get source(): string {
    return this.name.source;
  }

  get key(): string {
    return this.name.key;
  }

  /** Applies one sighting; false when it says nothing that is not known already. */
  see(sighting: Sighting): boolean {
    let news = this.stored === null && this.firstAt === null;
    for (const sighted of sighting.identifiers) news = this.seeIdentifier(sighted, sighting) || news;
    for (const [name, value] of sighting.attributes) news = this.seeAttribute(name, value, sighting) || news;
    if (sighting.complete) news = this.detachMissing(sighting) || news;
    if (news || sighting.timed) {
      if (this.firstAt === null || sighting.at < this.firstAt) this.firstAt = sighting.at;
      if (this.lastAt === null || sighting.at > this.lastAt) this.lastAt = sighting.at;
    }
    return news;
  }

  /** Takes the record away. */
  remove(): void {
    this.removed = true;
    for (const link of this.links.values()) link.detached = true;
  }

  /** Takes one link away, when it is there. */
  detach(identifierId: string): void {
    const link = this.links.get(identifierId);
    if (link) link.detached = true;
  }

  fateOf(link: LinkDraft): LinkFate {
    if (link.detached) return link.stored ? "DETACHED" : "SAME";
    if (!link.stored) return "NEW";
    if (link.assurance !== link.stored.assurance) return "RAISED";
    const same = link.firstSeenAt === link.stored.firstSeenAt && link.lastSeenAt === link.stored.lastSeenAt;
    return same ? "SAME" : "TOUCHED";
  }

  linksOf(...fates: LinkFate[]): LinkDraft[] {
    return [...this.links.values()].filter((link) => fates.includes(this.fateOf(link)));
  }

  changedAttributes(): AttributeDraft[] {
    return [...this.attributes.values()].filter((attribute) => attribute.value !== attribute.stored?.value);
  }

  touchedAttributes(): AttributeDraft[] {
    return [...this.attributes.values()].filter(
      ({ stored, value, observedAt }) => stored && stored.value === value && stored.observedAt !== observedAt,
    );
  }

  /** Whether anything but times is new. */
  get hasNews(): boolean {
    return this.changesLinks() || this.changedAttributes().length > 0;
  }

  /**
   * Whether who is who may be another answer now.
   *
   * @param attributes those that may decide it; see `identityAttributes`
   */
  hasIdentityNews(attributes: ReadonlySet<string>): boolean {
    return this.changesLinks() || this.changesTrusted(attributes);
  }

  /** Whether a trusted sender says something else by one of these attributes. */
  changesTrusted(attributes: ReadonlySet<string>): boolean {
    return this.changedAttributes().some(({ key }) => isTrustedKey(key) && attributes.has(nameOfKey(key)));
  }

  private changesLinks(): boolean {
    return !this.stored || this.removed || this.linksOf("NEW", "RAISED", "DETACHED").length > 0;
  }

  private seeIdentifier({ identifier, assurance }: SightedIdentifier, sighting: Sighting): boolean {
    const link = this.links.get(identifier.id);
    if (!link || link.detached) {
      this.links.set(identifier.id, {
        identifierId: identifier.id,
        identifier,
        stored: link?.stored ?? null,
        assurance,
        firstSeenAt: sighting.at,
        lastSeenAt: sighting.at,
        messageId: sighting.messageId,
        detached: false,
      });
      return true;
    }
    link.identifier = identifier;
    const raised = rank(assurance) > rank(link.assurance);
    const believed = link.assurance !== "CLAIMED";
    if (raised) link.assurance = assurance;
    if (raised && !believed) {
      // When it was claimed says nothing any more: a claim dated far ahead would keep the link from being taken away.
      link.firstSeenAt = sighting.at;
      link.lastSeenAt = sighting.at;
      return true;
    }
    if (believed && assurance === "CLAIMED") return false;
    const wider = sighting.timed && (sighting.at < link.firstSeenAt || sighting.at > link.lastSeenAt);
    if (wider && sighting.at < link.firstSeenAt) link.firstSeenAt = sighting.at;
    if (wider && sighting.at > link.lastSeenAt) link.lastSeenAt = sighting.at;
    return raised || wider;
  }

  private seeAttribute(name: string, value: string, sighting: Sighting): boolean {
    const key = attributeKey(name, sighting.trusted);
    const known = this.attributes.get(key);
    if (!known) {
      this.attributes.set(key, { key, stored: null, value, observedAt: sighting.at });
      return true;
    }
    if (known.value === value && !sighting.timed) return false;
    const later = sighting.at > known.observedAt || (sighting.at === known.observedAt && value > known.value);
    if (!later) return false;
    known.value = value;
    known.observedAt = sighting.at;
    return true;
  }

  /** A complete sighting takes away only what was last seen before it: an old one that arrives late takes nothing. */
  private detachMissing(sighting: Sighting): boolean {
    const named = new Set(sighting.identifiers.map(({ identifier }) => identifier.id));
    let detached = false;
    for (const link of this.links.values()) {
      if (link.detached || named.has(link.identifierId) || link.lastSeenAt > sighting.at) continue;
      link.detached = true;
      detached = true;
    }
    return detached;
  }
}

/** What trusted senders say by attributes, as JSON values. */
export function trustedAttributes(draft: RecordDraft): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const { key, value } of draft.attributes.values()) {
    if (isTrustedKey(key)) attributes[nameOfKey(key)] = JSON.parse(value);
  }
  return attributes;
}

function rank(assurance: Assurance): number {
  return ASSURANCES.indexOf(assurance);
}
