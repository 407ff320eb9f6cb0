import { LostRace } from "../../db/sqlstate";
import { Transaction } from "../../db/transaction";
import { isIdentifierProblem, NormalizedIdentifier, normalizeIdentifier } from "../normalize/normalize-identifier";
import { ResolutionRules } from "../resolve/resolution-rules";
import { holdIdentifiers, setIdentifierStatus } from "../write/identifier.repository";
import { beginSharedValue, endSharedValue, listSharedValues, SharedValue } from "../write/shared-value.repository";

/** A ruling whose value other rules normalize to another one. */
interface Move {
  readonly shared: SharedValue;
  readonly to: NormalizedIdentifier;
}

/** Rulings that go over to what new rules make of their values, with these values held. */
export class SharedValueMoves {
  private constructor(
    private readonly moves: readonly Move[],
    private readonly created: readonly string[],
  ) {}

  /** To be called before the counter of the feed is held: whoever holds a value may wait for that. */
  static async hold(tx: Transaction, rules: ResolutionRules): Promise<SharedValueMoves> {
    const moves = movesBy(rules, await listSharedValues(tx));
    if (moves.length === 0) return new SharedValueMoves([], []);
    const to = new Map(moves.map((move) => [move.to.id, move.to]));
    const inOrder = [...to.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const others = moves.map(({ shared }) => shared.identifierId).filter((id) => !to.has(id));
    const held = await holdIdentifiers(tx, inOrder, [...new Set(others)]);
    return new SharedValueMoves(
      moves,
      [...held.values()].flatMap(({ id, isNew, usable }) => (isNew && usable ? [id] : [])),
    );
  }

  /**
   * From the position on the rulings name the new values. To be called with the counter held: no ruling is made meanwhile.
   *
   * @throws LostRace when other rules or rulings came into force since the values were held
   */
  async write(tx: Transaction, rules: ResolutionRules, position: number): Promise<void> {
    const now = movesBy(rules, await listSharedValues(tx));
    if (written(now) !== written(this.moves)) throw new LostRace("a value was ruled shared meanwhile");
    for (const { shared, to } of now) {
      await endSharedValue(tx, shared.rulingId, shared.identifierId, position);
      await beginSharedValue(tx, shared.rulingId, to.id, position);
    }
    await setIdentifierStatus(tx, new Map(this.created.map((id) => [id, "SHARED"])));
  }
}

function movesBy(rules: ResolutionRules, values: readonly SharedValue[]): Move[] {
  return values.flatMap((shared) => {
    const { kind, namespace, value, identifierId } = shared;
    const to = normalizeIdentifier({ kind, namespace, value }, rules);
    return isIdentifierProblem(to) || to.id === identifierId ? [] : [{ shared, to }];
  });
}

function written(moves: readonly Move[]): string {
  return moves.map(({ shared, to }) => `${shared.rulingId} ${shared.identifierId} ${to.id}`).join();
}
