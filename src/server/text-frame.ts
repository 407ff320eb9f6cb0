/** The first byte of a frame that is a whole text message (RFC 6455, section 5.2). */
const WHOLE_TEXT = 0x81;

/** The longest payload that each form of the length can say, and the byte that says which form it is. */
const SHORT_MOST = 125;
const MEDIUM_MOST = 0xffff;
const MEDIUM = 126;
const LONG = 127;

/**
 * The beginning of a WebSocket frame from server to client: its header, the beginning of its text, and room for the rest
 * where that is to be copied in.
 *
 * @param length of the whole text, in bytes
 * @param room bytes to leave free at the end
 */
export function beginTextFrame(beginning: Buffer, length: number, room: number): Buffer {
  const header = length <= SHORT_MOST ? 2 : length <= MEDIUM_MOST ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + beginning.length + room);
  frame[0] = WHOLE_TEXT;
  if (header === 2) {
    frame[1] = length;
  } else if (header === 4) {
    frame[1] = MEDIUM;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LONG;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  beginning.copy(frame, header);
  return frame;
}
