import type { Email } from "postal-mime";

/**
 * What a mail server found out about a message and wrote on top of it: RFC 8601. Only the fields of servers that the
 * tenant named count, for anybody can write such a field into a message. Pure; never throws.
 */

export interface AuthenticationResult {
  /** In lower case, such as "dmarc". */
  readonly method: string;
  /** In lower case, such as "pass". */
  readonly result: string;
  /** What was looked at, by `ptype.property` in lower case, such as "header.from". */
  readonly properties: ReadonlyMap<string, string>;
}

const METHOD = /^\s*([a-z0-9][a-z0-9-]*)\s*(?:\/\s*[0-9]+\s*)?=\s*([a-z]+)/i;
const PROPERTY = /([a-z]+)\s*\.\s*([a-z0-9_-]+)\s*=\s*([^\s;]+)/gi;
/** A field is longer only when somebody plays with it. */
const FIELD_MAX = 8_000;

/**
 * The results of one field; none when another server wrote it.
 *
 * @param servers the names by which the tenant's own servers sign (the "authserv-id"), in lower case
 */
export function authenticationResults(field: string, servers: readonly string[]): AuthenticationResult[] {
  if (!servers.includes(serverOf(field))) return [];
  const [, ...sections] = sectionsOf(field);
  return sections.flatMap((section) => {
    const found = METHOD.exec(section);
    if (found === null) return [];
    const properties = new Map<string, string>();
    for (const [, type, name, value] of section.matchAll(PROPERTY)) {
      properties.set(`${type}.${name}`.toLowerCase(), value!.toLowerCase());
    }
    return [{ method: found[1]!.toLowerCase(), result: found[2]!.toLowerCase(), properties }];
  });
}

/**
 * Whether one of the servers wrote into the message that the domain sent it. A server writes on top of what it got: a
 * field below its own that bears its name may have come with the message.
 */
export function isAuthenticated(
  { headers }: Pick<Email, "headers">,
  servers: readonly string[],
  domain: string,
): boolean {
  const own = headers.find(({ key, value }) => key === "authentication-results" && servers.includes(serverOf(value)));
  return own !== undefined && provesDomain(authenticationResults(own.value, servers), domain);
}

/**
 * Whether results prove that the domain of a From sent the message: DMARC passed for it, or a DKIM signature or an SPF
 * check did whose domain is that of the From or one above it (RFC 7489, 3.1).
 */
export function provesDomain(results: readonly AuthenticationResult[], domain: string): boolean {
  return results.some(({ method, result, properties }) => {
    if (result !== "pass") return false;
    switch (method) {
      case "dmarc":
        return properties.get("header.from") === domain;
      case "dkim":
        return speaksFor(properties.get("header.d") ?? properties.get("header.i"), domain);
      case "spf":
        return speaksFor(properties.get("smtp.mailfrom"), domain);
      default:
        return false;
    }
  });
}

/** A domain, or the one of an address, speaks for itself and what is below it; never a whole top-level domain. */
export function speaksFor(signer: string | undefined, domain: string): boolean {
  const signing = (signer ?? "").split("@").at(-1)!.toLowerCase();
  if (!signing.includes(".")) return false;
  return domain === signing || domain.endsWith(`.${signing}`);
}

/** Who wrote the field, in lower case; nobody, when it is too long. */
function serverOf(field: string): string {
  if (field.length > FIELD_MAX) return "";
  const [head = ""] = sectionsOf(field);
  return head.trim().split(/\s+/)[0]!.toLowerCase();
}

/** The parts between semicolons, without comments, which may nest, and without the marks of quotations. */
function sectionsOf(field: string): string[] {
  const sections: string[] = [];
  let section = "";
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < field.length; at++) {
    const character = field[at]!;
    if (character === "\\") at++;
    else if (isQuoted) {
      if (character === '"') isQuoted = false;
      // What is quoted is one word, whatever it holds.
      else section += /[\s;=]/.test(character) ? "_" : character;
    } else if (character === "(") depth++;
    else if (character === ")" && depth > 0) depth--;
    else if (depth > 0) continue;
    else if (character === '"') isQuoted = true;
    else if (character === ";") {
      sections.push(section);
      section = "";
    } else section += character;
  }
  return [...sections, section];
}
