import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { Attack, soonerOrLater, told } from "./attack";
import { identifier, Person } from "./attack-person";

const MALLORY = { givenName: "Mallory", familyName: "Malice", dateOfBirth: "1970-01-01", city: "Nowhere" };

const NAMED: Readonly<Record<string, (person: Person) => IdentifierInput>> = {
  "e-mail address": ({ email }) => email,
  "telephone number": ({ phone }) => phone,
  "user id": ({ userId }) => userId,
  "CRM id": ({ crmId }) => crmId,
  "messenger id": ({ lineId }) => lineId,
  device: ({ deviceId }) => deviceId,
  cookie: ({ cookie }) => cookie,
};

/** A stranger says that what is hers is his as well. */
export const BRIDGES: readonly Attack[] = Object.entries(NAMED).flatMap(([what, pick]) =>
  soonerOrLater(
    `a stranger claims her ${what} and his e-mail address`,
    ({ ann, bob, claim }) => claim({ identifiers: [pick(ann), bob.email], attributes: MALLORY }),
    told(({ ann }) => [pick(ann)]),
  ),
);

const wide = (text: string) =>
  text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
const unicode = (address: string) => address.replace("xn--bcher-kva", "bücher");

/** How her address can be written, all of it one address. */
const SPELLINGS: Readonly<Record<string, (address: string) => string>> = {
  "in capitals": (address) => address.toUpperCase(),
  "in full-width characters": (address) => wide(unicode(address)),
  "with its domain in Unicode": unicode,
  "with its domain in decomposed Unicode": (address) => unicode(address).normalize("NFD"),
  "with characters that nobody sees": (address) => [...address].join("\u200b"),
  "as a link": (address) => `mailto:${address}`,
  "with a name before it": (address) => `Ann Lee <${address}>`,
  "in quotation marks": (address) => address.replace(/^[^@]+/, '"$&"'),
  "with white space around it": (address) => `\u00a0 ${address}\t`,
};

/** Addresses that only look like hers. */
const LOOKALIKES: Readonly<Record<string, (address: string) => string>> = {
  "with a tag": (address) => address.replace("@", "+sale@"),
  "without its dots": (address) => address.replace("ann.lee", "annlee"),
  "in letters of another script": (address) => address.replace("a", "\u0430"),
};

/** How her telephone number can be written, all of it one number. */
const DIALLED: Readonly<Record<string, (number: string) => string>> = {
  "as it is dialled": (number) => `00${number.slice(1)}`,
  "in full-width digits": wide,
  "in Thai digits": (number) => number.replace(/\d/g, (digit) => String.fromCharCode(0x0e50 + Number(digit))),
  "with dashes and brackets": (number) =>
    `${number.slice(0, 3)} (${number.slice(3, 5)}) ${number.slice(5, 8)}\u2010${number.slice(8)}`,
};

export const SPELLED: readonly Attack[] = [
  ...Object.entries(SPELLINGS).map(([how, spell]): Attack => {
    const spelled = ({ email }: Person) => identifier("EMAIL", spell(email.value));
    return {
      name: `a stranger claims her e-mail address ${how}, and his`,
      late: ({ ann, bob, claim }) => claim({ identifiers: [spelled(ann), bob.email] }),
      twin: told(({ ann }) => [spelled(ann)]),
    };
  }),
  ...Object.entries(LOOKALIKES).map(([how, spell]): Attack => {
    const spelled = ({ email }: Person) => identifier("EMAIL", spell(email.value));
    return {
      name: `a stranger claims an address like hers ${how}, and his`,
      late: ({ ann, bob, claim }) =>
        claim({ identifiers: [spelled(ann), bob.email] }, { identifiers: [spelled(ann), ann.email] }),
      twin: told(({ ann }) => [spelled(ann), ann.phone]),
    };
  }),
  ...Object.entries(DIALLED).map(([how, spell]): Attack => {
    const spelled = ({ phone }: Person) => identifier("PHONE", spell(phone.value));
    return {
      name: `a stranger claims her telephone number ${how}, and his`,
      late: ({ ann, bob, claim }) => claim({ identifiers: [spelled(ann), bob.phone] }),
      twin: told(({ ann }) => [spelled(ann)]),
    };
  }),
];

const visitor: Attack["twin"] = (scene) => scene.visit(scene.ann.email);

/** What no single claim can do several might. */
export const HOPS: readonly Attack[] = [
  ...soonerOrLater(
    "two strangers with one cookie claim her e-mail address and his",
    async ({ ann, bob, own, claim }) => {
      const cookie = identifier("ANONYMOUS_ID", own("hop"));
      await claim({ identifiers: [ann.email, cookie] });
      await claim({ identifiers: [cookie, bob.email] });
    },
    visitor,
  ),
  ...soonerOrLater(
    "two strangers with one user id claim her telephone number and his",
    async ({ ann, bob, own, claim }) => {
      const user = identifier("USER_ID", own("nobody"));
      await claim({ identifiers: [ann.phone, user] });
      await claim({ identifiers: [user, bob.phone] });
    },
    visitor,
  ),
  {
    name: "a chain of thirty strangers leads from her e-mail address to his, each of another kind than the last",
    late: async ({ ann, bob, own, claim }) => {
      const kinds = ["ANONYMOUS_ID", "EMAIL", "USER_ID"] as const;
      const links = Array.from({ length: 29 }, (_, n) => identifier(kinds[n % 3]!, own(`link${n}@chain.example`)));
      const chain = [ann.email, ...links, bob.email];
      await claim(...chain.slice(1).map((one, n) => ({ identifiers: [chain[n]!, one] })));
    },
    twin: visitor,
  },
  {
    name: "one hop before she is known, the other when she is",
    early: ({ ann, own, claim }) => claim({ identifiers: [ann.email, identifier("DEVICE_ID", own("tablet"))] }),
    late: ({ bob, own, claim }) => claim({ identifiers: [identifier("DEVICE_ID", own("tablet")), bob.email] }),
    twin: visitor,
  },
  {
    name: "an anonymous session that the company itself saw is claimed for her and for him",
    arrive: async ({ ann, bob, own, arrive, tell }) => {
      await arrive(ann, bob);
      await tell({ source: "web", identifiers: [identifier("ANONYMOUS_ID", own("session"))] });
    },
    late: async ({ ann, bob, own, claim }) => {
      const session = identifier("ANONYMOUS_ID", own("session"));
      await claim({ identifiers: [ann.email, session] }, { identifiers: [session, bob.email] });
    },
    twin: told(({ ann, own }) => [identifier("ANONYMOUS_ID", own("session")), ann.userId]),
  },
  {
    name: "one event claims everything of both",
    late: ({ ann, bob, claim }) => claim({ identifiers: [...ann.identifiers, ...bob.identifiers] }),
    twin: told(({ ann }) => ann.identifiers),
  },
  {
    name: "he himself, from his own browser, claims everything of hers",
    late: ({ ann, bob, claim }) =>
      claim({ source: "web", key: bob.webRecord.key, identifiers: ann.identifiers, attributes: ann.attributes }),
    twin: told(({ ann }) => ann.identifiers),
  },
  {
    name: "his browser claims her e-mail address before she is known, and the company learns his name later",
    early: ({ ann, bob, claim }) =>
      claim({ source: "web", key: bob.webRecord.key, identifiers: [ann.email, ann.userId] }),
    twin: told(({ ann }) => [ann.email]),
  },
];
