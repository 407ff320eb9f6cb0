import fc from "fast-check";
import { histories } from "./identity-arbitrary";
import { Check, Crowd, REAL, Subject } from "./identity-properties";
import { Operation, World } from "./identity-world";

type Property = fc.IProperty<[Operation[], fc.Stream<number>]>;

/**
 * Random histories, and what holds of them. To its end each is played once: with one seed every property is asked of the
 * same ones, and playing them takes longer than asking.
 */
export class PlayedHistories {
  private readonly ends = new Map<string, World>();

  constructor(
    private readonly crowd: Crowd,
    private readonly subject: Subject = REAL,
  ) {}

  /** A property of what there is after every step; an Error of the first check that does not hold fails it. */
  everyStepHolds(check: Check): Property {
    return this.property((operations, dice) => {
      this.ends.set(
        JSON.stringify(operations),
        this.play(operations, (world) => this.ask(check, world, dice)),
      );
    });
  }

  /** A property of how histories end; an Error of the first check that does not hold fails it. */
  endHolds(check: Check): Property {
    return this.property((operations, dice) => this.ask(check, this.endOf(operations), dice));
  }

  /** What there is at the end of a history; nobody changes it. */
  endOf(operations: readonly Operation[]): World {
    const text = JSON.stringify(operations);
    const end = this.ends.get(text) ?? this.play(operations);
    this.ends.set(text, end);
    return end;
  }

  private play(operations: readonly Operation[], afterEach: (world: World) => void = () => undefined): World {
    const world = this.subject.makeWorld(this.crowd.rules, this.subject.resolve);
    for (const operation of operations) {
      world.apply(operation);
      afterEach(world);
    }
    return world;
  }

  private ask(check: Check, world: World, dice: fc.Stream<number>): void {
    const wrong = check(world, this.crowd.rules, this.subject.resolve, dice);
    if (wrong !== null) throw new Error(wrong);
  }

  private property(holds: (operations: Operation[], dice: fc.Stream<number>) => void): Property {
    return fc.property(histories(this.crowd.density), fc.infiniteStream(fc.nat()), holds);
  }
}
