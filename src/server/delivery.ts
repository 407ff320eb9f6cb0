import { DomainError } from "../errors";
import { Answer, EventStream } from "./event-stream";
import { SocketLine } from "./socket-line";

/** Events answered together at most, so that what they are about is loaded together. */
const MOST = 100;

/**
 * Carries the answers of one subscription to its socket.
 *
 *     peek at the events that are there -> answer them together -> send while the socket has room -> delivered
 *
 * For graphql-ws it is a stream of which only the end is seen: every event would cost it a promise, a closure and the
 * writing of JSON for each subscriber.
 *
 * Promises: every event in order, once; nothing after the failure that ends the stream; no more is held of what the
 * socket does not take than events (their source bounds them) and what the socket's line holds. How many are answered
 * together falls to what the socket took, so that nothing large is read for one who does not read it.
 */
export class Delivery implements AsyncIterableIterator<never> {
  private readonly beginning: Buffer;
  private batch = 1;
  private resume: (() => void) | undefined;

  constructor(
    private readonly stream: EventStream,
    private readonly line: SocketLine,
    id: string,
  ) {
    this.beginning = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    stream.source.onOver(() => this.goOn());
  }

  /** Answers when the stream is over; rejects with what ended it. */
  async next(): Promise<IteratorResult<never>> {
    try {
      while (await this.deliverSome());
      return { done: true, value: undefined };
    } catch (error) {
      if (error instanceof DomainError && error.code === "CONSUMER_TOO_SLOW") this.line.overflowed();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<never>> {
    await this.stream.source.return();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<never>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async deliverSome(): Promise<boolean> {
    const { source } = this.stream;
    const events = await source.peek(this.batch);
    if (events.length === 0) return false;
    if (this.line.hasRoom) await this.answer(events);
    else await this.room();
    return true;
  }

  private async answer(events: readonly object[]): Promise<void> {
    const { stream, line, beginning } = this;
    const answers = await allOf(events.map((event) => stream.answer(event)));
    // It may have ended with an error meanwhile, which says from where to go on: nothing follows it.
    if (!stream.source.isOpen) return;
    const sent = line.deliver(beginning, answers);
    stream.source.delivered(events.slice(0, sent));
    if (sent < events.length) this.batch = Math.max(1, sent);
    else if (sent === this.batch) this.batch = Math.min(MOST, sent * 2);
  }

  private room(): Promise<void> {
    return new Promise((resolve) => {
      this.resume = resolve;
      this.line.onRoom(() => this.goOn());
    });
  }

  private goOn(): void {
    this.resume?.();
    this.resume = undefined;
  }
}

/**
 * The answers' bytes. The last are made last, so they are waited for first: the others are then there, and cost no waiting
 * of their own.
 */
async function allOf(answers: readonly Answer[]): Promise<Buffer[]> {
  for (let place = answers.length - 1; place >= 0; place -= 1) {
    const answer = answers[place]!;
    if (answer.bytes === null) await answer.made;
  }
  return answers.map(({ bytes }) => bytes!);
}
