import { DomainError } from "../errors";

/** The longest page of every list but the change feed's. */
export const LONGEST_PAGE = 100;

/** The longest page of the change feed. */
export const LONGEST_CHANGES_PAGE = 1000;

/**
 * The number of entries asked for with `first`.
 *
 * @throws DomainError BAD_USER_INPUT when it is negative or above the longest page
 */
export function pageSize(first: number | null | undefined, fallback: number, longest = LONGEST_PAGE): number {
  const size = first ?? fallback;
  if (size < 0 || size > longest) throw new DomainError("BAD_USER_INPUT", `first must lie between 0 and ${longest}.`);
  return size;
}
