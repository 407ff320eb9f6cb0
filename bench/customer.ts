/*
 * Customers by number, counted from 1. Customer n has two source records that share an e-mail address: `customer-n` of
 * the shop, with a telephone number, and `x-n` of X, with an account there. The same in SQL stands in load-customers.ts.
 */

/** When the first interaction happened. Its milliseconds are those of every moment of the data. */
export const BEGINNING = "2024-06-01T00:00:00.137Z";
export const BEGINNING_MS = Date.parse(BEGINNING);
/** Ids of records carry earlier times than those of interactions. */
export const RECORDS_BEFORE_MS = 1_000_000_000;
export const BETWEEN_INTERACTIONS_MS = 10_000;
export const RECEIVED_AFTER_MS = 2_000;

/** An id in the form of a UUIDv7: of the given time, unique by the number. */
export function uuidAt(milliseconds: number, number: number): string {
  const time = milliseconds.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** The id of a customer, which is that of the older record, the shop's. */
export function profileIdOf(customer: number): string {
  return uuidAt(BEGINNING_MS - RECORDS_BEFORE_MS + 2 * customer, 2 * customer);
}

export function emailOf(customer: number): string {
  return `customer-${customer}@shop.example`;
}

export function phoneOf(customer: number): string {
  return `+6681${String(customer).padStart(7, "0")}`;
}

/** Where the n-th interaction of all that were loaded stands on a timeline. */
export function placeOf(interaction: number): { occurredAt: string; id: string } {
  const occurred = BEGINNING_MS + interaction * BETWEEN_INTERACTIONS_MS;
  return { occurredAt: new Date(occurred).toISOString(), id: uuidAt(occurred + RECEIVED_AFTER_MS, interaction) };
}

/** A number from 1 to `most`, evenly. */
export function anyCustomer(most: number): number {
  return 1 + Math.floor(Math.random() * most);
}
