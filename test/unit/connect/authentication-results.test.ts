import fc from "fast-check";
import {
  authenticationResults,
  isAuthenticated,
  provesDomain,
  speaksFor,
} from "../../../src/connect/systems/mail/authentication-results";

const SERVERS = ["example.com", "foo.example.net", "example.org"];
const told = (field: string) =>
  authenticationResults(field, SERVERS).map(({ method, result, properties }) => [
    `${method}=${result}`,
    Object.fromEntries(properties),
  ]);

/** The examples of RFC 8601, appendix B. */
describe("What a mail server writes into a message", () => {
  test.each<[string, string, unknown]>([
    ["B.2, nothing done", "example.org 1; none", []],
    [
      "B.3, one check",
      "example.com; spf=pass smtp.mailfrom=example.net",
      [["spf=pass", { "smtp.mailfrom": "example.net" }]],
    ],
    [
      "B.4, several checks",
      "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net",
      [
        ["auth=pass", { "smtp.auth": "sender@example.net" }],
        ["spf=pass", { "smtp.mailfrom": "example.net" }],
      ],
    ],
    [
      "B.6, with reasons",
      'example.com; dkim=pass reason="good signature" header.i=@mail-router.example.net; dkim=fail reason="bad signature" header.i=@newyork.example.com',
      [
        ["dkim=pass", { "header.i": "@mail-router.example.net" }],
        ["dkim=fail", { "header.i": "@newyork.example.com" }],
      ],
    ],
    [
      "B.7, full of comments",
      "foo.example.net (foobar) 1 (baz);\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\n policy (A dot can go here) . (like that) expired\n (this surprised me) = (as I wanted to see it) 1362471462",
      [["dkim=fail", { "policy.expired": "1362471462" }]],
    ],
    ["a server that nobody named", "mx.evil.example; dmarc=pass header.from=example.net", []],
    ["a result in a comment", "example.com; spf=fail (dmarc=pass header.from=x); none", [["spf=fail", {}]]],
    ["a result in a quotation", 'example.com; spf=fail reason="; dmarc=pass header.from=x"', [["spf=fail", {}]]],
  ])("is read: %s", (_, field, results) => {
    expect(told(field)).toEqual(results);
  });

  const proves = (field: string, domain = "shop.example.net") =>
    provesDomain(authenticationResults(`example.com; ${field}`, SERVERS), domain);
  test.each<[boolean, string]>([
    [true, "dmarc=pass header.from=shop.example.net"],
    [true, "dmarc=pass (p=reject dis=none) header.from=Shop.Example.net"],
    [true, "dkim=pass header.d=shop.example.net header.s=s1"],
    [true, "dkim=pass header.i=@example.net"],
    [true, "spf=pass smtp.mailfrom=bounce@shop.example.net"],
    [false, "dmarc=fail header.from=shop.example.net"],
    [false, "dmarc=pass header.from=other.example"],
    [false, "dkim=pass header.d=evil.example"],
    [false, "dkim=pass header.d=net"],
    [false, "dkim=pass header.d=hop.example.net"],
    [false, "spf=pass smtp.helo=shop.example.net"],
    [false, "spf=softfail smtp.mailfrom=shop.example.net"],
    [false, "none"],
  ])("proves the domain of the From (%s): %s", (expected, field) => {
    expect(proves(field)).toBe(expected);
  });

  const field = (value: string) => ({ key: "authentication-results", originalKey: "Authentication-Results", value });
  test.each<[boolean, string, string[]]>([
    [true, "on top", ["example.com; dkim=pass header.d=example.net"]],
    [
      true,
      "below one of another server",
      ["mx.elsewhere.example; none", "example.com; dkim=pass header.d=example.net"],
    ],
    [
      false,
      "below its own, as a message may bring it along",
      ["example.com; dkim=none", "example.com; dkim=pass header.d=example.net"],
    ],
    [false, "in a field that is too long", [`example.com; dkim=pass header.d=example.net ${"x".repeat(9_000)}`]],
  ])("counts (%s) %s", (expected, _where, fields) => {
    expect(isAuthenticated({ headers: fields.map(field) }, SERVERS, "example.net")).toBe(expected);
  });

  test("never makes the reading throw, and proves nothing without a pass", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (field, domain) => {
        const results = authenticationResults(`example.com; ${field}`, SERVERS);
        if (!results.some(({ result }) => result === "pass")) expect(provesDomain(results, domain)).toBe(false);
        speaksFor(field, domain);
      }),
    );
  });
});
