import { BoundedBuffer, BUFFER_BYTES, BUFFER_ENTRIES } from "../../../src/live/bounded-buffer";
import { ProfilesMerged, ProfileUpdated } from "../../../src/live/change.type";

const fields = (position: number) => ({
  cursor: `c${position}`,
  profileId: "p",
  at: "2026-01-01T00:00:00.000Z",
  position,
});
const small = (position: number) => new ProfileUpdated(fields(position));
const large = (position: number) => new ProfilesMerged(fields(position), Array(500).fill("an id"));

/** How many changes of a kind go in before one is refused. */
function capacity(buffer: BoundedBuffer, make: (position: number) => ProfileUpdated): number {
  let position = 0;
  while (position < 2 * BUFFER_ENTRIES && buffer.add(make(position + 1))) position += 1;
  return position;
}

describe("the buffer of a subscriber", () => {
  it("is bounded in entries", () => {
    expect(capacity(new BoundedBuffer(), small)).toBe(BUFFER_ENTRIES);
  });

  it("is bounded in bytes, so that long merges fill it sooner", () => {
    const merges = capacity(new BoundedBuffer(), large);
    expect(merges).toBeGreaterThan(10);
    expect(merges * 500 * 64).toBeLessThanOrEqual(BUFFER_BYTES);
  });

  it("gives back its room as changes are taken, in their order", () => {
    const buffer = new BoundedBuffer();
    const merges = capacity(buffer, large);
    for (let position = 1; position <= merges; position += 1) {
      expect(buffer.peek(1).map((change) => change.position)).toEqual([position]);
      buffer.drop(1);
    }
    expect(buffer.peek(1)).toEqual([]);
    expect(capacity(buffer, large)).toBe(merges);
  });

  it("keeps what was looked at until it is dropped, in any portions", () => {
    const buffer = new BoundedBuffer();
    for (let position = 1; position <= 300; position += 1) buffer.add(small(position));
    const seen: number[] = [];
    for (let portion = 1; buffer.length > 0; portion += 7) {
      expect(buffer.peek(portion)).toEqual(buffer.peek(portion));
      seen.push(...buffer.peek(portion).map(({ position }) => position));
      buffer.drop(portion);
    }
    expect(seen).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(capacity(buffer, small)).toBe(BUFFER_ENTRIES);
  });

  it("drops what was told already", () => {
    const buffer = new BoundedBuffer();
    for (const position of [3, 4, 7]) buffer.add(small(position));
    buffer.dropThrough(4);
    expect(buffer.peek(9).map(({ position }) => position)).toEqual([7]);
  });
});
