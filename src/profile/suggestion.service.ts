import { parse as bytesOf, stringify as uuidOf } from "uuid";
import { Connection, toConnection } from "../graphql/connection.type";
import { pageSize } from "../graphql/page-size";
import { RequestContext } from "../graphql/request-context";
import { ToldEvidence } from "../identity/explain/explain-told";
import { Decision, RulingOutcome } from "../identity/resolve/decision";
import { RulesService } from "../identity/rules/rules.service";
import { RulingService } from "../identity/rulings/ruling.service";
import { SuggestedPair } from "../identity/similarity/similar-pair";
import { findSimilarityState } from "../identity/similarity/similarity-state.repository";
import { findSuggested } from "../identity/similarity/suggestion.repository";
import { Reads } from "../timeline/reads";
import { EvidenceService } from "./evidence.service";
import { ListedSuggestion } from "./listed-suggestion";
import { MatchSuggestion } from "./suggestion.type";
import { decodeSuggestionPlace, encodeSuggestionPlace } from "./suggestion-cursor";
import { listSuggestions } from "./suggestion-list.repository";

export const DEFAULT_SUGGESTIONS_PAGE = 20;

const ID_BYTES = 32;

const GONE: RulingOutcome = {
  refused: "This suggestion does not exist any more: the two were decided on, or are no longer alike.",
};

/**
 * Pairs of customers who may be one, for a person to decide on.
 *
 * Promises: of two customers one suggestion at most, by their two most alike records; none that a person has decided on.
 * Accepting is a SAME ruling, rejecting a DIFFERENT one: both can be taken back, and a rejected pair comes back by nothing
 * else. Empty while the rules do not compare persons, and until all records were compared.
 */
export class SuggestionService {
  constructor(
    private readonly reads: Reads,
    private readonly rules: RulesService,
    private readonly rulings: RulingService,
    private readonly evidence: EvidenceService,
  ) {}

  async list(
    context: RequestContext,
    first: number | null | undefined,
    after: string | null | undefined,
  ): Promise<Connection<MatchSuggestion>> {
    const size = pageSize(first, DEFAULT_SUGGESTIONS_PAGE);
    const place = decodeSuggestionPlace(after);
    const { similarity } = await this.rules.rulesOf(context.viewer.tenantId);
    const found = !similarity.enabled
      ? []
      : await this.reads.run(context, async (tx) => {
          const state = await findSimilarityState(tx);
          return state?.ready ? listSuggestions(tx, place, size + 1) : [];
        });
    return toConnection(found.map(toSuggestion), size, after, ({ pair }) => encodeSuggestionPlace(pair));
  }

  accept(context: RequestContext, decision: Decision, id: string): Promise<RulingOutcome> {
    return this.decide(context, id, ({ recordA, recordB }) => this.rulings.merge(decision, [recordA, recordB]));
  }

  reject(context: RequestContext, decision: Decision, id: string): Promise<RulingOutcome> {
    return this.decide(context, id, ({ recordA, recordB }) => this.rulings.keepApart(decision, recordA, recordB));
  }

  evidenceOf(context: RequestContext, { pair }: MatchSuggestion): Promise<ToldEvidence[]> {
    const { recordA, recordB, strength, comparisons } = pair;
    return this.evidence.tell(context, [{ kind: "SIMILARITY", recordA, recordB, likeness: { strength, comparisons } }]);
  }

  private async decide(
    context: RequestContext,
    id: string,
    rule: (pair: SuggestedPair) => Promise<RulingOutcome>,
  ): Promise<RulingOutcome> {
    const ends = decodeId(id);
    if (ends === null) return GONE;
    const pair = await this.reads.run(context.fresh(), (tx) => findSuggested(tx, ...ends));
    return pair === null ? GONE : rule(pair);
  }
}

function toSuggestion(pair: ListedSuggestion): MatchSuggestion {
  const bytes = Buffer.concat([bytesOf(pair.recordA), bytesOf(pair.recordB)]);
  return { id: bytes.toString("base64url"), strength: pair.strength, pair };
}

/** The two records that a suggestion's id names; null where it names none. */
function decodeId(id: string): [string, string] | null {
  const bytes = Buffer.from(id, "base64url");
  if (bytes.length !== ID_BYTES || bytes.toString("base64url") !== id) return null;
  try {
    return [uuidOf(bytes.subarray(0, ID_BYTES / 2)), uuidOf(bytes.subarray(ID_BYTES / 2))];
  } catch {
    return null;
  }
}
