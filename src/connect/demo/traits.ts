import type { Trait } from "./story";

/** Phone numbers of casts beyond this one would repeat earlier ones. */
export const LAST_SEED = 100;

/**
 * A person's trait as the cast of this seed has it. Seed 1 has them as they were written; every other seed is another
 * cast, with other addresses, numbers and ids, so that a day can be played again with people nobody has met. Traits that
 * are equal in the story (a shared phone) stay equal, and different ones different.
 */
export function traitOf(trait: Trait, seed: number): Trait {
  return seed === 1 ? trait : { ...trait, value: inCast(trait, seed) };
}

function inCast({ kind, value }: Trait, seed: number): string {
  if (kind === "EMAIL") return value.replace("@", `.${seed}@`);
  if (kind === "PHONE" || kind === "WHATSAPP_ID") return moveLastDigits(value.normalize("NFKC"), seed - 1);
  return `${value}-${seed}`;
}

/** The last two digits are the subscriber's own in every numbering plan of the story: any will do. */
function moveLastDigits(number: string, by: number): string {
  const last = (Number(number.slice(-2)) + by) % 100;
  return number.slice(0, -2) + String(last).padStart(2, "0");
}
