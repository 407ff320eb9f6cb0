/** Events that are there for the taking until they are delivered. */
export interface EventSource<E> {
  /** False once what was peeked at must not be delivered any more. */
  readonly isOpen: boolean;
  /**
   * The events that are there, oldest first, up to so many; waits for one. None once it is over. To be asked again only
   * after it has answered.
   */
  peek(most: number): Promise<readonly E[]>;
  /** Lets go of these events, the oldest there are. */
  delivered(events: readonly E[]): void;
  /** Calls the listener when it is over, for one who waits for something else than the next event. */
  onOver(listener: () => void): void;
  return(): Promise<unknown>;
}

/** The answer to an event, for all who ask the same. */
export interface Answer {
  /**
   * The answer as it is sent, once it is made: the end of its message, from the payload (in JSON) to the closing brace.
   */
  readonly bytes: Buffer | null;
  /** Resolves when it is made; rejects when it cannot be. */
  readonly made: Promise<unknown>;
}

/** A subscription under way: its events, and how each is answered. */
export interface EventStream {
  readonly source: EventSource<object>;
  /** Has the event answered. The same answer for all who ask the same. */
  answer(event: object): Answer;
}

export function isEventSource(value: object): value is EventSource<object> {
  return "peek" in value && "delivered" in value;
}
