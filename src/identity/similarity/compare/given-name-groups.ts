import { GIVEN_NAMES_OF_ONE } from "./given-name-table";

const LINES: readonly (readonly string[])[] = GIVEN_NAMES_OF_ONE.trim()
  .split("\n")
  .map((line) => line.split(" "));
const INITIALS: readonly ReadonlySet<string>[] = LINES.map((line) => new Set(line.map((name) => name[0]!)));

/** By name, the numbers of the lines in which it stands. */
const GROUPS: ReadonlyMap<string, ReadonlySet<number>> = (() => {
  const groups = new Map<string, Set<number>>();
  for (const [number, line] of LINES.entries()) {
    for (const name of line) groups.set(name, (groups.get(name) ?? new Set()).add(number));
  }
  return groups;
})();

/** Whether two given names, in their plain spelling, are forms of one name. */
export function areFormsOfOneName(a: string, b: string): boolean {
  const others = GROUPS.get(b);
  const groups = GROUPS.get(a);
  if (groups === undefined || others === undefined) return false;
  for (const group of groups) if (others.has(group)) return true;
  return false;
}

/** Whether a given name, or a form of it, begins with this letter: B is Bob, and Bob is Robert. */
export function mayBeginWith(name: string, letter: string): boolean {
  if (name.startsWith(letter)) return true;
  for (const group of GROUPS.get(name) ?? []) if (INITIALS[group]!.has(letter)) return true;
  return false;
}

/** Whether a word is listed as a given name, whatever its form. */
export function isKnownGivenName(plain: string): boolean {
  return GROUPS.has(plain);
}

/** The first form of each line in which the name stands, for finding people by a name whatever its form. */
export function formalNamesOf(plain: string): string[] {
  return [...(GROUPS.get(plain) ?? [])].map((group) => LINES[group]![0]!);
}
