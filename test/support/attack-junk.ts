import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { IDENTIFIER_KINDS, IdentifierKind, NAMESPACED_KINDS } from "../../src/identity/identifier-kind";
import { Attack, told } from "./attack";
import { identifier } from "./attack-person";

const NOTHING: readonly (readonly [IdentifierKind, string])[] = [
  ["EMAIL", "undefined"],
  ["EMAIL", "noreply@shop.example"],
  ["EMAIL", "{{ customer.email }}"],
  ["PHONE", "000-0000-0000"],
  ["USER_ID", "null"],
  ["DEVICE_ID", "00000000-0000-0000-0000-000000000000"],
  ["ANONYMOUS_ID", "\u200b \u2060"],
  ["LINE_ID", "[object Object]"],
];

const everyKind = (value: string): IdentifierInput[] =>
  IDENTIFIER_KINDS.map((kind) => identifier(kind, value, NAMESPACED_KINDS.has(kind) ? "junk" : null));

/** Values that say nothing, and fields full of rubbish. */
export const JUNK: readonly Attack[] = [
  ...NOTHING.map(([kind, value]): Attack => {
    const nothing = identifier(kind, value);
    return {
      name: `${JSON.stringify(value)} stands for the ${kind} of both`,
      arrive: async ({ ann, bob, arrive, tell }) => {
        await arrive(ann, bob);
        // Without user ids nothing but the junk itself would keep these two apart.
        await tell({ identifiers: [nothing, ann.email] }, { identifiers: [nothing, bob.email] });
      },
      late: ({ ann, bob, claim }) =>
        claim({ identifiers: [nothing, ann.email] }, { identifiers: [nothing, bob.email] }),
      twin: told(({ ann }) => [nothing, ann.phone]),
    };
  }),
  {
    name: "the same rubbish in an identifier of every kind, with her address and with his",
    late: ({ ann, bob, claim }) =>
      claim({ identifiers: [...everyKind("n/a"), ann.email] }, { identifiers: [...everyKind("n/a"), bob.email] }),
    twin: told(({ ann }) => [...everyKind("n/a"), ann.email]),
  },
  {
    name: "attributes whose names mean something to programs",
    late: ({ ann, claim }) => {
      const attributes = JSON.parse('{"__proto__":{"city":"Nowhere"},"constructor":1,"toString":"x","city":"Nowhere"}');
      return claim({ ...ann.appRecord, attributes }, { identifiers: [ann.email], attributes });
    },
    twin: ({ ann, tell }) => tell({ identifiers: [ann.email], attributes: JSON.parse('{"__proto__":"x"}') }),
  },
  {
    name: "what cannot be stored is refused, with a code and without a trace",
    late: async ({ ann, bob, tryToClaim }) => {
      const both = [ann.email, bob.email];
      const results = await tryToClaim(
        { identifiers: [...both, identifier("USER_ID", "a\u0000b")] },
        { identifiers: [...both, identifier("EMAIL", `${"x".repeat(1_100)}@example.com`)] },
        { identifiers: [...both, identifier("CRM_ID", "no namespace")] },
        { identifiers: Array.from({ length: 51 }, () => ann.email) },
        { identifiers: both, attributes: { city: "\ud800" } },
        { key: "k".repeat(600), identifiers: both },
        { key: "undefined", identifiers: [identifier("EMAIL", "none")] },
      );
      expect(results.map(({ status, code }) => [status, code])).toEqual(
        [
          "INVALID_TEXT",
          "INVALID_IDENTIFIER",
          "INVALID_IDENTIFIER",
          "TOO_LONG",
          "INVALID_JSON",
          "TOO_LONG",
          "NO_SUBJECT",
        ].map((code) => ["REJECTED", code]),
      );
    },
    twin: told(({ ann }) => [ann.email]),
  },
  {
    name: "her values are claimed as identifiers of other kinds, together with his",
    late: ({ ann, bob, claim }) =>
      claim(
        ...(["USER_ID", "X_HANDLE", "WHATSAPP_ID", "LINE_ID"] as const).map((kind) => ({
          identifiers: [identifier(kind, ann.phone.value), identifier("CUSTOM", ann.email.value, "email"), bob.email],
        })),
      ),
    twin: told(({ ann }) => [identifier("CUSTOM", ann.email.value, "email"), ann.email]),
  },
  {
    name: "her CRM id is claimed in namespaces that only look like the CRM's, together with his",
    late: ({ ann, bob, claim }) =>
      claim(
        ...["HubSpot", " hubspot ", "ｈｕｂｓｐｏｔ", "hub\u200bspot", "hubspot2"].map((namespace) => ({
          identifiers: [{ ...ann.crmId, namespace }, bob.crmId],
        })),
      ),
    twin: told(({ ann }) => [{ ...ann.crmId, namespace: "HubSpot" }]),
  },
  {
    name: "her user id is claimed with invisible characters around it, together with his",
    late: ({ ann, bob, claim }) =>
      claim({ identifiers: [identifier("USER_ID", `\u200b${ann.userId.value}\u2060 `), bob.userId] }),
    twin: told(({ ann }) => [identifier("USER_ID", ` ${ann.userId.value}\u200b`)]),
  },
];
