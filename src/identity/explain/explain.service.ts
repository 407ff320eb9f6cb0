import { setImmediate as nextTurn } from "node:timers/promises";
import { isUuid } from "../../access/uuid";
import { Database } from "../../db/database";
import { Transaction } from "../../db/transaction";
import { DomainError } from "../../errors";
import { findTombstones } from "../removal/removal.repository";
import { Evidence, Facts } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { indexFacts } from "../resolve/resolve-index";
import { joinAlike } from "../resolve/resolve-similar";
import { RulesService } from "../rules/rules.service";
import { findLikeness } from "../similarity/likeness";
import { Component, loadComponent } from "../write/component.repository";
import { factsWithDrafts } from "../write/identity-plan";
import { findBridges } from "./bridges";
import { explainPair } from "./explain";
import { likenessBits } from "./explain-strength";
import { KeptEvidence, ToldEvidence, tellAll } from "./explain-told";

export interface ToldExplanation {
  readonly same: boolean;
  readonly path: readonly ToldEvidence[];
  readonly weakest: ToldEvidence | null;
  readonly against: readonly ToldEvidence[];
}

/**
 * Says why records are, or are not, one customer.
 *
 * Promises: an explanation is what `resolve` answers for the facts of one moment, never a log of what was once decided;
 * it costs the records around the two, whatever their interactions. Nothing is written.
 * Answers NOT_FOUND for ids that lead nowhere, those of other tenants among them.
 */
export class ExplainService {
  constructor(
    private readonly database: Database,
    private readonly rules: RulesService,
  ) {}

  /** By any ids that profiles or records have or had. */
  async explain(tenantId: string, a: string, b: string): Promise<ToldExplanation> {
    const asked = [idOf(a), idOf(b)] as const;
    const rules = await this.rules.rulesOf(tenantId);
    return this.database.snapshot(tenantId, async (tx) => {
      const { component, one, other } = await loadBoth(tx, asked, rules);
      if (one === other) return { same: true, path: [], weakest: null, against: [] };
      const facts = factsOf(component, rules);
      const { same, path, against } = explainPair(facts, resolve(facts, rules), rules, one, other, component.links);
      const told = await tellAll(tx, [...path, ...against]);
      const steps = told.slice(0, path.length);
      const weakest = weakestOf(steps, rules.similarity.recordBracket);
      return { same, path: steps, weakest, against: told.slice(path.length) };
    });
  }

  /** Of each profile the joins on which it hangs, weakest first; see `findBridges`. None for an id that leads nowhere. */
  async bridgesOf(tenantId: string, profileIds: readonly string[]): Promise<ToldEvidence[][]> {
    const rules = await this.rules.rulesOf(tenantId);
    const component = await this.database.snapshot(tenantId, (tx) => loadAround(tx, profileIds, rules));
    const facts = factsOf(component, rules);
    const found: Evidence[][] = [];
    for (const id of profileIds) {
      const around = component.records.has(id) ? factsAround(facts, rules, id) : null;
      found.push(around ? await findBridges(around, resolve(around, rules), rules, id, breathe) : []);
    }
    const told = await this.tell(tenantId, found.flat());
    return found.map((bridges) => told.splice(0, bridges.length));
  }

  /** Puts evidence into words, as of now. */
  tell(tenantId: string, evidence: readonly KeptEvidence[]): Promise<ToldEvidence[]> {
    if (evidence.length === 0) return Promise.resolve([]);
    return this.database.read(tenantId, (tx) => tellAll(tx, evidence));
  }
}

/** What is around the two; the id of a record that was removed leads to the customer that held it. */
async function loadBoth(tx: Transaction, [a, b]: readonly [string, string], rules: ResolutionRules) {
  const component = await loadAround(tx, [a, b], rules);
  if (component.records.has(a) && component.records.has(b)) return { component, one: a, other: b };
  const ledTo = await findTombstones(tx, [a, b]);
  const [one, other] = [ledTo.get(a) ?? a, ledTo.get(b) ?? b];
  const led = ledTo.size > 0 ? await loadAround(tx, [one, other], rules) : component;
  if (!led.records.has(one) || !led.records.has(other)) throw nobody();
  return { component: led, one, other };
}

async function loadAround(tx: Transaction, recordIds: readonly string[], rules: ResolutionRules): Promise<Component> {
  const likeness = await findLikeness(tx, rules.similarity);
  return loadComponent(tx, { recordIds, all: [], trusted: [] }, likeness);
}

function factsOf(component: Component, rules: ResolutionRules): Facts {
  return factsWithDrafts(component, new Map(), new Map(), new Map(), rules);
}

/** The facts of the component that holds a record: what else was loaded beside it has no say in it. */
function factsAround(facts: Facts, rules: ResolutionRules, recordId: string): Facts {
  const indexed = indexFacts(facts);
  const { records } = indexed;
  const components = indexed.components.copy();
  joinAlike(components, indexed, rules.similarity);
  const root = components.find(records.findIndex(({ id }) => id === recordId));
  const inside = new Set(records.filter((_, place) => components.find(place) === root).map(({ id }) => id));
  const links = facts.links.filter((link) => inside.has(link.recordId));
  const carried = new Set(links.map(({ identifierId }) => identifierId));
  return {
    ...facts,
    records: facts.records.filter(({ id }) => inside.has(id)),
    links,
    identifiers: facts.identifiers.filter(({ id }) => carried.has(id)),
    rulings: facts.rulings.filter(({ sides }) => sides.flat().some((id) => inside.has(id))),
  };
}

/** Lets others have their turn between two trials. */
async function breathe(): Promise<void> {
  await nextTurn();
}

function weakestOf(steps: readonly ToldEvidence[], recordBracket: number): ToldEvidence | null {
  const bits = ({ kind, strength }: ToldEvidence) =>
    kind === "SIMILARITY" ? likenessBits(strength, recordBracket) : strength;
  const [first, ...others] = steps;
  if (first === undefined) return null;
  return others.reduce((weakest, step) => (bits(step) < bits(weakest) ? step : weakest), first);
}

function idOf(text: string): string {
  if (!isUuid(text)) throw nobody();
  return text.toLowerCase();
}

function nobody(): DomainError {
  return new DomainError("NOT_FOUND", "There is no customer and no record with one of these ids.");
}
