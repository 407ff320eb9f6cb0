import { hmac, isSignedBy, secretsOf } from "../../../src/connect/proof/hmac-signature";
import { isOneOfSecrets } from "../../../src/connect/proof/is-one-of-secrets";

const HEX = { hash: "sha256", encoding: "hex" } as const;
/** RFC 4231, test case 2, and RFC 2202, test case 2 for SHA-1: the same key and message. */
const KEY = "Jefe";
const MESSAGE = "what do ya want for nothing?";
const SHA_256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
const SHA_1 = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";

describe("A signature", () => {
  test("is the one of the published vectors", () => {
    expect(hmac(KEY, MESSAGE, HEX)).toBe(SHA_256);
    expect(hmac(KEY, MESSAGE, { hash: "sha1", encoding: "hex" })).toBe(SHA_1);
  });

  test("counts under any of the secrets, in either case of the digits", () => {
    expect(isSignedBy(["new", KEY], MESSAGE, SHA_256, HEX)).toBe(true);
    expect(isSignedBy([KEY, "old"], MESSAGE, SHA_256.toUpperCase(), HEX)).toBe(true);
  });

  test.each([
    ["another secret", ["jefe"], MESSAGE, SHA_256],
    ["no secret", [], MESSAGE, SHA_256],
    ["another message", [KEY], `${MESSAGE} `, SHA_256],
    ["one digit less", [KEY], MESSAGE, SHA_256.slice(1)],
    ["one digit more", [KEY], MESSAGE, `${SHA_256}0`],
    ["no digits", [KEY], MESSAGE, ""],
    ["letters that are no digits", [KEY], MESSAGE, "é".repeat(64)],
  ])("does not count with %s", (_what, secrets, message, signature) => {
    expect(isSignedBy(secrets, message, signature, HEX)).toBe(false);
  });

  test("is never one of an empty secret, which everybody has", () => {
    const connection = {
      source: "s",
      credentials: [{ secret: "" }, { secret: "two" }, { other: "three" }] as Record<string, string>[],
    };
    expect(secretsOf(connection, "secret")).toEqual(["two"]);
  });
});

test("A token is one of the secrets only when it is the same", () => {
  expect(isOneOfSecrets(["one", "two"], "two")).toBe(true);
  expect(isOneOfSecrets(["one", "two"], "tw")).toBe(false);
  expect(isOneOfSecrets([], "")).toBe(false);
});
