import { Transaction } from "../../db/transaction";
import { findProfiles } from "../../profile/profile.repository";
import { ProfileView } from "../../profile/profile-view";
import { listIdentifierLinks, listInteractions, listProfileIds, listRecords } from "./export.repository";
import { ExportPlace } from "./export-place";

/**
 * Lines read at once; of profiles fewer, since each is put together of all its records. Small pages cost more statements,
 * and keep what is read and written among what V8 throws away soonest: with 1,000 lines a page the server grew three
 * times as large.
 */
const LINES_A_PAGE = 150;
const PROFILES_A_PAGE = 50;

export interface ExportPage {
  /** One line of JSON each, without its end. */
  readonly lines: readonly string[];
  /** Where the next page begins; null when the section ends here. */
  readonly next: ExportPlace | null;
}

/** The lines of one section behind a place. */
export function exportPage(
  tx: Transaction,
  place: ExportPlace,
  sourcePriority: readonly string[],
): Promise<ExportPage> {
  switch (place.section) {
    case "profiles":
      return profilesPage(tx, place, sourcePriority);
    case "records":
      return recordsPage(tx, place);
    case "identifiers":
      return identifiersPage(tx, place);
    case "interactions":
      return interactionsPage(tx, place);
  }
}

async function profilesPage(tx: Transaction, place: ExportPlace, priority: readonly string[]): Promise<ExportPage> {
  const ids = await listProfileIds(tx, place.keys[0], PROFILES_A_PAGE);
  const found = ids.length === 0 ? [] : await findProfiles(tx, ids);
  const lines = found.flatMap((known) => {
    if (known === null) return [];
    const { id, displayName, attributes, formerIds, firstSeenAt, lastSeenAt } = new ProfileView(
      known,
      known.id,
      () => "",
      priority,
    );
    const golden = attributes.map(({ name, value, source, recordId, observedAt }) => ({
      name,
      value,
      source,
      recordId,
      observedAt,
    }));
    const line = { type: "profile", id, displayName, attributes: golden, formerIds, firstSeenAt, lastSeenAt };
    return [JSON.stringify(line)];
  });
  return { lines, next: after(place, PROFILES_A_PAGE, ids, (id) => [id, id]) };
}

async function recordsPage(tx: Transaction, place: ExportPlace): Promise<ExportPage> {
  const rows = await listRecords(tx, place.keys[0], LINES_A_PAGE);
  const lines = rows.map(({ attributes, ...row }) =>
    line({ type: "record", ...row }, "attributes", attributes ?? "[]"),
  );
  return { lines, next: after(place, LINES_A_PAGE, rows, ({ id }) => [id, id]) };
}

async function identifiersPage(tx: Transaction, place: ExportPlace): Promise<ExportPage> {
  const rows = await listIdentifierLinks(tx, place.keys, LINES_A_PAGE);
  const lines = rows.map(({ identifierId: _, ...row }) => JSON.stringify({ type: "identifier", ...row }));
  return { lines, next: after(place, LINES_A_PAGE, rows, (row) => [row.recordId, row.identifierId]) };
}

async function interactionsPage(tx: Transaction, place: ExportPlace): Promise<ExportPage> {
  const rows = await listInteractions(tx, place.keys[0], LINES_A_PAGE);
  const lines = rows.map(({ data, ...row }) => line({ type: "interaction", ...row }, "data", data ?? "null"));
  return { lines, next: after(place, LINES_A_PAGE, rows, ({ id }) => [id, id]) };
}

/** An object with one more field, whose value is JSON already; it goes out as it came in. A line end in it would be two lines. */
function line(fields: object, name: string, json: string): string {
  const text = /[\r\n]/.test(json) ? JSON.stringify(JSON.parse(json)) : json;
  return `${JSON.stringify(fields).slice(0, -1)},"${name}":${text}}`;
}

function after<Row>(
  { section }: ExportPlace,
  limit: number,
  rows: readonly Row[],
  keysOf: (row: Row) => readonly [string, string],
): ExportPlace | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < limit ? null : { section, keys: keysOf(last) };
}
