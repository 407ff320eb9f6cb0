import { setImmediate as breathe } from "node:timers/promises";
import { isUuid } from "../access/uuid";
import { Database } from "../db/database";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { findBridges } from "./bridges";
import { Component, loadComponent } from "./component.repository";
import { explainPair } from "./explain";
import { KeptEvidence, tellAll, ToldEvidence } from "./explain-told";
import { Facts } from "./facts";
import { factsWithDrafts } from "./identity-plan";
import { resolve } from "./resolve";
import { RulesService } from "./rules.service";

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
    const [one, other] = [idOf(a), idOf(b)];
    const rules = await this.rules.rulesOf(tenantId);
    return this.database.snapshot(tenantId, async (tx) => {
      const component = await loadAround(tx, [one, other]);
      if (!component.records.has(one) || !component.records.has(other)) throw nobody();
      if (one === other) return { same: true, path: [], weakest: null, against: [] };
      const facts = factsOf(component);
      const { same, path, against } = explainPair(facts, resolve(facts, rules), rules, one, other);
      const told = await tellAll(tx, [...path, ...against], null);
      const steps = told.slice(0, path.length);
      return { same, path: steps, weakest: weakestOf(steps), against: told.slice(path.length) };
    });
  }

  /** The joins on which the profile hangs, weakest first; see `findBridges`. */
  async bridgesOf(tenantId: string, profileId: string): Promise<ToldEvidence[]> {
    const rules = await this.rules.rulesOf(tenantId);
    const component = await this.database.snapshot(tenantId, (tx) => loadAround(tx, [profileId]));
    if (!component.records.has(profileId)) return [];
    const facts = factsOf(component);
    const bridges = await findBridges(facts, resolve(facts, rules), rules, profileId, () => breathe());
    return this.tell(tenantId, bridges);
  }

  /** Puts evidence into words, as of now. */
  tell(tenantId: string, evidence: readonly KeptEvidence[]): Promise<ToldEvidence[]> {
    if (evidence.length === 0) return Promise.resolve([]);
    return this.database.read(tenantId, (tx) => tellAll(tx, evidence, null));
  }
}

function loadAround(tx: Transaction, recordIds: readonly string[]): Promise<Component> {
  return loadComponent(tx, recordIds, { all: [], trusted: [] }, new Set());
}

function factsOf(component: Component): Facts {
  return factsWithDrafts(component, new Map(), new Map(), new Map());
}

function weakestOf(steps: readonly ToldEvidence[]): ToldEvidence | null {
  const [first, ...others] = steps;
  if (first === undefined) return null;
  return others.reduce((weakest, step) => (step.strength < weakest.strength ? step : weakest), first);
}

function idOf(text: string): string {
  if (!isUuid(text)) throw nobody();
  return text.toLowerCase();
}

function nobody(): DomainError {
  return new DomainError("NOT_FOUND", "There is no customer and no record with one of these ids.");
}
