/**
 * Answers the events of a source one by one. Unlike an async generator it can be ended while it waits for the next event:
 * a generator would first wait for that event, and so hold its subscription for as long as nothing happens.
 */
export class EventStream<E, R> implements AsyncIterableIterator<R> {
  private readonly source: AsyncIterator<E>;

  constructor(
    source: AsyncIterable<E>,
    private readonly answer: (event: E) => Promise<R>,
  ) {
    this.source = source[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<R>> {
    const { done, value } = await this.source.next();
    return done === true ? { done: true, value: undefined } : { done: false, value: await this.answer(value) };
  }

  async return(): Promise<IteratorResult<R>> {
    await this.source.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<R>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
