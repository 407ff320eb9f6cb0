/** The first byte of a frame that is a whole text message (RFC 6455, section 5.2). */
const WHOLE_TEXT = 0x81;

/** The longest payload that each form of the length can say, and the byte that says which form it is. */
const SHORT_MOST = 125;
const MEDIUM_MOST = 0xffff;
const MEDIUM = 126;
const LONG = 127;

/** How long the header of a frame from server to client is, in bytes, for a text of so many bytes. */
export function textHeaderLength(length: number): number {
  return length <= SHORT_MOST ? 2 : length <= MEDIUM_MOST ? 4 : 10;
}

/**
 * Writes the header of a frame from server to client that is a whole text message.
 *
 * @param at where in the buffer
 * @param length of the text, in bytes
 * @returns where the text has to follow
 */
export function writeTextHeader(buffer: Buffer, at: number, length: number): number {
  buffer[at] = WHOLE_TEXT;
  if (length <= SHORT_MOST) {
    buffer[at + 1] = length;
  } else if (length <= MEDIUM_MOST) {
    buffer[at + 1] = MEDIUM;
    buffer.writeUInt16BE(length, at + 2);
  } else {
    buffer[at + 1] = LONG;
    buffer.writeBigUInt64BE(BigInt(length), at + 2);
  }
  return at + textHeaderLength(length);
}
