import { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { FramePiece } from "./frame-piece";
import { textHeaderLength, writeTextHeader } from "./text-frame";

/** Bytes that may wait to be taken by a socket before no more events are handed to it. */
const ROOM_BYTES = 64 * 1024;

/** Bytes that may wait before nothing more is read from the socket, so that nothing more is asked that has an answer. */
const DEAF_BYTES = 1024 * 1024;

/** From this length on a message's answer is not copied for each socket. Far below the room of a piece. */
const SHARED_FROM_BYTES = 4 * 1024;

/** One for all sockets, since it is written before another socket's turn comes. */
const PIECE = new FramePiece();

/** Closes with this code are worth another try, later or elsewhere. */
export const TRY_AGAIN_LATER = 1013;

/** How long a socket on which a stream overflowed may go on taking nothing, in milliseconds. */
const STALLED_MS = 5_000;

/** A peer that does not answer the closing of its socket is cut off after this time, in milliseconds. */
const CUT_OFF_AFTER_MS = 1_000;

/** The same for one that has stopped reading: the close code stands behind all that it has not read. */
const STALLED_CUT_OFF_AFTER_MS = 10_000;

/**
 * What leaves on a socket.
 *
 * Promises: what one socket has not taken is bounded, whatever happens to those who watch: 64 kB of events and one more
 * write, which is an answer or 16 kB of small ones.
 * Trusts whoever delivers to ask for room first. On failure: a socket that breaks while sending closes, and its closing
 * ends everything on it; one that takes nothing for five seconds after a stream on it overflowed is closed with 1013.
 */
export class SocketLine {
  private waiting: (() => void)[] = [];
  private stalling: NodeJS.Timeout | undefined;
  private alive = true;

  constructor(
    readonly socket: WebSocket,
    private readonly stream: Duplex,
  ) {
    socket.on("pong", () => {
      this.alive = true;
    });
    stream.on("drain", () => this.drained());
  }

  get hasRoom(): boolean {
    return this.stream.writableLength < ROOM_BYTES;
  }

  /** Calls the listener once there is room again. */
  onRoom(listener: () => void): void {
    this.waiting.push(listener);
  }

  /** Sends a message of the protocol. Resolves once it has left for the network. */
  send(text: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState !== WebSocket.OPEN) return resolve();
      this.socket.send(text, () => resolve());
      if (this.stream.writableLength > DEAF_BYTES) this.socket.pause();
    });
  }

  /**
   * Sends answers, each behind the beginning of its message, while there is room. The frames are made here and not by `ws`,
   * which takes a message whole: so the answers' bytes are the same for all sockets, and many small ones are one write.
   *
   * @returns how many of them it took
   */
  deliver(beginning: Buffer, answers: readonly Buffer[]): number {
    if (this.socket.readyState !== WebSocket.OPEN) return answers.length;
    let taken = 0;
    while (taken < answers.length && this.hasRoom) taken += this.deliverSome(beginning, answers, taken);
    return taken;
  }

  /** A stream on it has overflowed. Should the socket be what takes nothing, it is given a while, and then closed. */
  overflowed(): void {
    if (this.hasRoom || this.stalling !== undefined) return;
    this.stalling = setTimeout(() => {
      this.close(TRY_AGAIN_LATER, "CONSUMER_TOO_SLOW", STALLED_CUT_OFF_AFTER_MS);
    }, STALLED_MS).unref();
  }

  close(code: number, reason: string, cutOffAfter = CUT_OFF_AFTER_MS): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.close(code, reason);
    setTimeout(() => this.socket.terminate(), cutOffAfter).unref();
  }

  /** Asks for a sign of life, and ends a socket that gave none since it was asked last. */
  ping(): void {
    if (!this.alive) this.socket.terminate();
    else if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
    this.alive = false;
  }

  /** The socket has gone. */
  gone(): void {
    clearTimeout(this.stalling);
  }

  /** One that is large, or as many small ones as make a piece. */
  private deliverSome(beginning: Buffer, answers: readonly Buffer[], from: number): number {
    if (isLarge(beginning, answers[from]!)) {
      this.deliverLarge(beginning, answers[from]!);
      return 1;
    }
    let end = from;
    while (end < answers.length && !isLarge(beginning, answers[end]!) && PIECE.add(beginning, answers[end]!)) end += 1;
    PIECE.writeTo(this.stream);
    return end - from;
  }

  private deliverLarge(beginning: Buffer, answer: Buffer): void {
    const length = beginning.length + answer.length;
    const header = Buffer.allocUnsafe(textHeaderLength(length));
    writeTextHeader(header, 0, length);
    this.stream.cork();
    for (const part of [header, beginning, answer]) this.stream.write(part);
    this.stream.uncork();
  }

  private drained(): void {
    clearTimeout(this.stalling);
    this.stalling = undefined;
    if (this.socket.isPaused) this.socket.resume();
    const waiting = this.waiting;
    if (waiting.length === 0) return;
    this.waiting = [];
    for (const listener of waiting) listener();
  }
}

function isLarge(beginning: Buffer, answer: Buffer): boolean {
  return beginning.length + answer.length >= SHARED_FROM_BYTES;
}
