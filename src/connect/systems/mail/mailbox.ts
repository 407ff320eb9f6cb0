import type { Address, Mailbox } from "postal-mime";
import { normalizeEmail } from "../../../identity/normalize/normalize-email";
import { storableText } from "../../reading/payload";

/** Somebody who wrote a message or got it. */
export interface Party {
  /** As addresses are compared. */
  readonly address: string;
  readonly domain: string;
  /** Empty where there is none. */
  readonly name: string;
}

/** The people of a header, groups opened; what is no address is left out. */
export function partiesOf(addresses: readonly Address[]): Party[] {
  const mailboxes = addresses.flatMap((one): readonly Mailbox[] => (one.group === undefined ? [one] : one.group));
  return mailboxes.flatMap(({ name, address: written }) => {
    const address = normalizeEmail(storableText(written), { dots: false, plusTags: false });
    if (address === null) return [];
    return [{ address, domain: address.slice(address.lastIndexOf("@") + 1), name: storableText(name).trim() }];
  });
}

/** Whether an address is the company's own: `own` holds addresses and domains, a domain stands for those below it too. */
export function isOwn({ address, domain }: Party, own: readonly string[]): boolean {
  return own.some((one) => (one.includes("@") ? address === one : domain === one || domain.endsWith(`.${one}`)));
}

/** The entries of a list that a person wrote, in lower case: "Support@example.com, example.org". */
export function entriesOf(list: string): string[] {
  return list
    .toLowerCase()
    .split(/[\s,;]+/)
    .map((entry) => entry.replace(/^@/, ""))
    .filter((entry) => entry !== "");
}
