import { Writable } from "node:stream";
import { textHeaderLength, writeTextHeader } from "./text-frame";

/** What is put together at most, in bytes. */
const PIECE_BYTES = 16 * 1024;

/**
 * Text frames put together so that they leave in one write, and the memory for them, which is used again and again: new
 * memory for every frame would cost more than writing it.
 *
 * Trusts a stream that holds nothing back after a write to have no more need of what was written.
 */
export class FramePiece {
  private buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  private length = 0;

  /** Adds the frame of a text in two parts. Answers false, and adds nothing, when there is no room for it. */
  add(beginning: Buffer, rest: Buffer): boolean {
    const length = beginning.length + rest.length;
    if (this.length + textHeaderLength(length) + length > PIECE_BYTES) return false;
    const at = writeTextHeader(this.buffer, this.length, length);
    this.buffer.set(beginning, at);
    this.buffer.set(rest, at + beginning.length);
    this.length = at + length;
    return true;
  }

  /** Writes what was added, and is empty again. A stream that cannot pass it on at once keeps it. */
  writeTo(stream: Writable): void {
    const piece = this.buffer.subarray(0, this.length);
    this.length = 0;
    if (piece.length === 0) return;
    if (stream.writableLength > 0) {
      stream.write(Buffer.from(piece));
      return;
    }
    stream.write(piece);
    if (stream.writableLength > 0) this.buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  }
}
