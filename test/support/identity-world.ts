import { ASSURANCES, Assurance, IdentifierKind } from "../../src/identity/identifier-kind";
import { Facts, IdentifierValue, Link, PersonFacts, RecordFacts, Ruling } from "../../src/identity/resolve/facts";
import { partitionDifference } from "../../src/identity/resolve/partition-difference";
import { ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { resolve as realResolve } from "../../src/identity/resolve/resolve";
import type { Alike } from "./identity-reference";
import { judged } from "./identity-story";

/** One thing that happens. Numbers choose among what there is at that moment. */
export type Operation =
  | {
      readonly do: "add";
      readonly age: number;
      readonly source: string;
      readonly person: PersonFacts;
      readonly links: readonly NewLink[];
    }
  | { readonly do: "link"; readonly record: number; readonly link: NewLink }
  | { readonly do: "unlink"; readonly record: number; readonly link: number }
  | { readonly do: "describe"; readonly record: number; readonly person: PersonFacts }
  | { readonly do: "merge"; readonly records: readonly number[] }
  | { readonly do: "split"; readonly record: number; readonly parts: number }
  | {
      readonly do: "rule";
      readonly kind: "SAME" | "DIFFERENT";
      readonly one: readonly number[];
      readonly other: readonly number[];
    }
  | { readonly do: "revoke"; readonly ruling: number }
  | { readonly do: "share"; readonly value: number }
  | { readonly do: "unshare"; readonly value: number };

export interface NewLink {
  readonly kind: IdentifierKind;
  readonly value: string;
  readonly assurance: Assurance;
}

/** Values named so are placeholders. */
export const PLACEHOLDER = "none";

/**
 * Facts that change one by one, with the profiles kept as the database keeps them: after each change only what "what to
 * load for one new fact" names is loaded and resolved, and the difference is applied.
 */
export class World {
  readonly records = new Map<string, RecordFacts>();
  readonly links = new Map<string, Link>();
  readonly rulings = new Map<string, Ruling>();
  readonly profileOf = new Map<string, string>();
  /** Values that a person ruled shared. */
  readonly ruledShared = new Set<string>();
  private identifiers = new Map<string, IdentifierValue>();
  private position = 0;

  /** @param resolve another one than the real one, to see whether it would be found out */
  constructor(
    private readonly rules: ResolutionRules,
    private readonly resolve: typeof realResolve = realResolve,
  ) {}

  /** All facts there are. */
  facts(): Facts {
    return {
      records: [...this.records.values()],
      identifiers: [...this.identifiers.values()],
      links: [...this.links.values()],
      rulings: [...this.rulings.values()],
      ...this.likeness(),
    };
  }

  apply(operation: Operation): void {
    this.position++;
    const seeds = this.change(operation);
    for (const id of this.judgeValues()) seeds.push(...this.opened(id));
    seeds.push(...this.compareAnew());
    this.resolveAround(seeds);
  }

  /** Changes the facts; answers with the records that bear on what has to be resolved again. */
  private change(operation: Operation): string[] {
    const ids = [...this.records.keys()];
    const at = (index: number) => ids[index % ids.length]!;
    if (operation.do === "add") {
      const id = `${String(operation.age).padStart(3, "0")}-${String(this.position).padStart(3, "0")}`;
      this.records.set(id, { id, source: operation.source, person: operation.person });
      for (const link of operation.links) this.link(id, link);
      return [id];
    }
    if (ids.length === 0) return [];
    switch (operation.do) {
      case "link":
        this.link(at(operation.record), operation.link);
        return [at(operation.record)];
      case "unlink": {
        const all = [...this.links.keys()];
        if (all.length === 0) return [];
        const link = this.links.get(all[operation.link % all.length]!)!;
        const neighbours = this.neighbours(link);
        this.links.delete(`${link.recordId} ${link.identifierId}`);
        return neighbours;
      }
      case "describe": {
        const record = this.records.get(at(operation.record))!;
        this.records.set(record.id, { ...record, person: operation.person });
        return [record.id];
      }
      case "merge":
        return this.rule("SAME", [operation.records.flatMap((record) => this.profile(at(record)))]);
      case "split": {
        const profile = this.profile(at(operation.record));
        const one = profile.filter((_, place) => operation.parts & (1 << (place % 8)));
        const other = profile.filter((id) => !one.includes(id));
        return one.length > 0 && other.length > 0 ? this.rule("DIFFERENT", [one, other]) : [];
      }
      case "rule": {
        const one = [...new Set(operation.one.map(at))];
        const other = [...new Set(operation.other.map(at))].filter((id) => !one.includes(id));
        if (operation.kind === "SAME") return this.rule("SAME", [[...one, ...other]]);
        return other.length > 0 ? this.rule("DIFFERENT", [one, other]) : [];
      }
      case "revoke": {
        const ruling = [...this.rulings.values()][operation.ruling % Math.max(1, this.rulings.size)];
        if (!ruling) return [];
        this.rulings.delete(ruling.id);
        return this.ruled(ruling.sides);
      }
      // What is to be resolved again follows from the value's status.
      case "share": {
        const values = [...this.identifiers.keys()];
        if (values.length > 0) this.ruledShared.add(values[operation.value % values.length]!);
        return [];
      }
      case "unshare": {
        const values = [...this.ruledShared];
        if (values.length > 0) this.ruledShared.delete(values[operation.value % values.length]!);
        return [];
      }
    }
  }

  private link(recordId: string, { kind, value, assurance }: NewLink): void {
    const namespace = kind === "CRM_ID" ? "h" : "";
    const identifierId = `${kind}=${value}`;
    const key = `${recordId} ${identifierId}`;
    const known = this.links.get(key)?.assurance ?? "CLAIMED";
    const raised = ASSURANCES.indexOf(assurance) > ASSURANCES.indexOf(known) ? assurance : known;
    this.links.set(key, { recordId, identifierId, assurance: raised });
    const status = value === PLACEHOLDER ? "UNUSABLE" : "LIVE";
    if (!this.identifiers.has(identifierId))
      this.identifiers.set(identifierId, { id: identifierId, kind, namespace, value, status });
  }

  private rule(kind: "SAME" | "DIFFERENT", sides: string[][]): string[] {
    const id = `ruling-${this.position}`;
    this.rulings.set(id, { id, kind, position: this.position, sides: sides.map((side) => [...new Set(side)]) });
    return this.ruled(sides);
  }

  /** The same for a reference that compares nobody by itself. */
  alike(): Alike | null {
    return null;
  }

  /** How alike all persons are, worked out from nothing; here nobody is compared. */
  protected likeness(): Pick<Facts, "similarity"> {
    return {};
  }

  /** The same of these records, as it was kept from step to step. */
  protected keptLikeness(_loaded: ReadonlySet<string>): Pick<Facts, "similarity"> {
    return {};
  }

  /** Keeps in step how alike persons are; answers with the records that bear on what has to be resolved again. */
  protected compareAnew(): string[] {
    return [];
  }

  /** The records that likeness may join to this one. */
  protected alikeTo(_recordId: string): string[] {
    return [];
  }

  /** What has to be resolved again when a value begins or ceases to be shared. */
  protected opened(identifierId: string): string[] {
    return this.carriers(identifierId);
  }

  /** What has to be resolved again when a link is taken away. */
  protected neighbours({ identifierId }: Link): string[] {
    return this.carriers(identifierId);
  }

  /** What has to be resolved again when a ruling is made or taken back. */
  protected ruled(sides: Ruling["sides"]): string[] {
    return sides.flat();
  }

  protected profile(recordId: string): string[] {
    return [...this.records.keys()].filter((id) => this.profileOf.get(id) === this.profileOf.get(recordId)).sort();
  }

  protected values(): IdentifierValue[] {
    return [...this.identifiers.values()];
  }

  protected carriers(identifierId: string): string[] {
    return [...this.links.values()]
      .filter((link) => link.identifierId === identifierId)
      .map(({ recordId }) => recordId);
  }

  /** Answers with the values whose status changed. */
  private judgeValues(): string[] {
    const sourceOf = new Map([...this.records.values()].map(({ id, source }) => [id, source]));
    const now = judged(
      [...this.identifiers.values()],
      [...this.links.values()],
      sourceOf,
      this.rules,
      this.ruledShared,
    );
    const changed = now.filter(({ id, status }) => this.identifiers.get(id)!.status !== status);
    this.identifiers = new Map(now.map((identifier) => [identifier.id, identifier]));
    return changed.map(({ id }) => id);
  }

  private resolveAround(seeds: readonly string[]): void {
    const loaded = this.closure(seeds);
    const links = [...this.links.values()].filter(({ recordId }) => loaded.has(recordId));
    const named = new Set(links.map(({ identifierId }) => identifierId));
    const resolution = this.resolve(
      {
        records: [...this.records.values()].filter(({ id }) => loaded.has(id)),
        links,
        identifiers: [...this.identifiers.values()].filter(({ id }) => named.has(id)),
        rulings: [...this.rulings.values()].filter(({ sides }) => sides.flat().some((id) => loaded.has(id))),
        ...this.keptLikeness(loaded),
      },
      this.rules,
    );
    const before = new Map([...this.profileOf].filter(([id]) => loaded.has(id)));
    const concerned = new Set(before.values());
    for (const [id, profileId] of this.profileOf)
      if (concerned.has(profileId) && !loaded.has(id)) throw new Error(`${id} of a concerned profile was not loaded`);
    for (const { recordId, to } of partitionDifference(before, resolution.clusters).moved)
      this.profileOf.set(recordId, to);
  }

  /** The records that anything could bring together with these: over live values and SAME rulings. */
  protected closure(seeds: readonly string[]): Set<string> {
    const loaded = new Set<string>();
    const waiting = [...seeds];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (loaded.has(id)) continue;
      loaded.add(id);
      for (const link of this.links.values()) {
        if (link.recordId !== id) continue;
        const { status } = this.identifiers.get(link.identifierId)!;
        const carriers = [...this.links.values()].filter(({ identifierId }) => identifierId === link.identifierId);
        if (status === "LIVE") waiting.push(...carriers.map(({ recordId }) => recordId));
        if (status !== "CLAIMS_SHARED" || link.assurance === "CLAIMED") continue;
        waiting.push(...carriers.filter(({ assurance }) => assurance !== "CLAIMED").map(({ recordId }) => recordId));
      }
      waiting.push(...this.alikeTo(id));
      for (const { kind, sides } of this.rulings.values())
        if (kind === "SAME" && sides.flat().includes(id)) waiting.push(...sides.flat());
    }
    return loaded;
  }
}
