import { CannotOpen, SecretBox } from "../../../src/access/secret-box";
import { datedUuid } from "../../../src/access/uuid";

const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

describe("a box of secrets", () => {
  const box = new SecretBox([OLD]);
  const sealed = box.seal("s3cret", "here");

  it("gives back what was sealed", () => {
    expect(box.open(sealed, "here")).toBe("s3cret");
    expect(sealed.bytes.toString("latin1")).not.toContain("s3cret");
  });

  it("seals the same text in another way each time", () => {
    expect(box.seal("s3cret", "here").bytes).not.toEqual(sealed.bytes);
  });

  it("opens nothing at another place, changed, cut off, or without its key", () => {
    const changed = Buffer.from(sealed.bytes);
    changed[changed.length - 1]! ^= 1;
    expect(() => box.open(sealed, "there")).toThrow(CannotOpen);
    expect(() => box.open({ ...sealed, bytes: changed }, "here")).toThrow(CannotOpen);
    for (const length of [0, 5, 12, 20]) {
      expect(() => box.open({ ...sealed, bytes: sealed.bytes.subarray(0, length) }, "here")).toThrow(CannotOpen);
    }
    expect(() => new SecretBox([NEW]).open(sealed, "here")).toThrow(CannotOpen);
  });

  it("opens by any of its keys, seals by the first, and knows what is sealed by another", () => {
    const both = new SecretBox([NEW, OLD]);
    expect(both.open(sealed, "here")).toBe("s3cret");
    expect(both.isOld(sealed)).toBe(true);
    expect(new SecretBox([NEW]).open(both.seal("x", "here"), "here")).toBe("x");
  });

  it("without a key seals nothing, and says what to set", () => {
    const none = new SecretBox([]);
    expect(none.isUsable).toBe(false);
    expect(() => none.seal("x", "here")).toThrow(/ONEFOLD_SECRETS_KEY/);
  });
});

describe("a dated id", () => {
  const digest = "ffffffff-ffff-ffff-ffff-ffffffffffff";

  it("is a UUID of version 7, the same for the same moment and digest", () => {
    const id = datedUuid("2026-01-01T00:00:00.000Z", digest);
    expect(id).toBe("019b76da-a800-7fff-bfff-ffffffffffff");
    expect(datedUuid("2026-01-01T00:00:00.000Z", digest)).toBe(id);
  });

  it("begins at 1970", () => {
    expect(datedUuid("0001-01-01T00:00:00.000Z", digest)).toBe("00000000-0000-7fff-bfff-ffffffffffff");
  });
});
