import { ASSURANCES, Assurance, IdentifierKind } from "../identity/identifier-kind";

interface NamedValue {
  readonly name: string;
  readonly value: unknown;
  /** Not sent by a PUBLIC key. */
  readonly trusted: boolean;
}

interface NamingIdentifier {
  readonly kind: IdentifierKind;
  readonly value: string;
  readonly assurance: Assurance;
  readonly shared: boolean;
  readonly usable: boolean;
}

/** Scripts in which the family name comes first and nothing stands between the two: Chinese, Japanese, Korean. */
const FAMILY_NAME_FIRST = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々・\s]+$/u;

/** What a customer without a name is shown as, the best first. */
const NAMING_KINDS: readonly IdentifierKind[] = ["X_HANDLE", "EMAIL", "PHONE"];

/**
 * What to call a customer: the display name, else given and family name, else `name`, else a handle, an e-mail address or
 * a telephone number that is theirs alone, of several the surest; null when nothing says it. What anybody could have claimed
 * names only those of whom nothing trusted says a name.
 */
export function decideDisplayName(
  attributes: readonly NamedValue[],
  identifiers: readonly NamingIdentifier[],
): string | null {
  const trusted = attributes.filter((attribute) => attribute.trusted);
  const sure = identifiers.filter((identifier) => identifier.assurance !== "CLAIMED");
  return bestName(trusted, sure) ?? bestName(attributes, identifiers);
}

function bestName(attributes: readonly NamedValue[], identifiers: readonly NamingIdentifier[]): string | null {
  const text = (name: string): string => {
    const value = attributes.find((attribute) => attribute.name === name)?.value;
    return typeof value === "string" ? value.trim() : "";
  };
  return (
    text("displayName") ||
    fullName(text("givenName"), text("familyName")) ||
    text("name") ||
    nameOf(identifiers) ||
    null
  );
}

function fullName(given: string, family: string): string {
  if (given === "" || family === "") return given || family;
  return FAMILY_NAME_FIRST.test(given) && FAMILY_NAME_FIRST.test(family) ? `${family}${given}` : `${given} ${family}`;
}

function nameOf(identifiers: readonly NamingIdentifier[]): string {
  for (const kind of NAMING_KINDS) {
    let best: NamingIdentifier | undefined;
    for (const identifier of identifiers) {
      if (identifier.kind !== kind || identifier.shared || !identifier.usable) continue;
      if (best === undefined || rank(identifier) > rank(best)) best = identifier;
    }
    if (best !== undefined) return kind === "X_HANDLE" ? `@${best.value}` : best.value;
  }
  return "";
}

function rank(identifier: NamingIdentifier): number {
  return ASSURANCES.indexOf(identifier.assurance);
}
