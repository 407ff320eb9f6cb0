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

/** A subscription under way: its events, and how each is answered. */
export interface EventStream {
  readonly source: EventSource<object>;
  /**
   * The answer as it is sent: the end of its message, from the payload (in JSON) to the closing brace. The same bytes for
   * all who ask the same.
   */
  answer(event: object): Promise<Buffer>;
}

export function isEventSource(value: object): value is EventSource<object> {
  return "peek" in value && "delivered" in value;
}
