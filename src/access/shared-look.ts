/**
 * Looks that are asked for while one has not begun yet are that one: it sees all that was there when any of them was
 * asked for.
 */
export class SharedLook {
  private readonly waiting = new Map<string, Promise<void>>();

  /** @param look begins whenever it can, and says when it does */
  constructor(private readonly look: (name: string, begins: () => void) => Promise<void>) {}

  ask(name: string): Promise<void> {
    let waiting = this.waiting.get(name);
    if (waiting === undefined) {
      waiting = this.look(name, () => this.waiting.delete(name)).finally(() => this.forget(name, waiting));
      this.waiting.set(name, waiting);
    }
    return waiting;
  }

  /** One that failed before it began is asked for anew. */
  private forget(name: string, ended: Promise<void> | undefined): void {
    if (this.waiting.get(name) === ended) this.waiting.delete(name);
  }
}
