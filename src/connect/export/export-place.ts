import { isUuid } from "../../access/uuid";
import { DomainError } from "../../errors";
import { decodePageCursor, encodePageCursor } from "../../graphql/page-cursor";
import { ExportSection, isExportSection } from "./export-section";

/** How far an export has come: everything of the sections before, and of this one up to these keys. */
export interface ExportPlace {
  readonly section: ExportSection;
  /** Of the last line, its id; of an identifier the ids of its record and of its value. Before the first line: zeros. */
  readonly keys: readonly [string, string];
}

const ZERO = "00000000-0000-0000-0000-000000000000";

export function beginningOf(section: ExportSection): ExportPlace {
  return { section, keys: [ZERO, ZERO] };
}

export function encodePlace({ section, keys }: ExportPlace): string {
  return encodePageCursor([section, ...keys]);
}

/** @throws DomainError BAD_CURSOR for a text that is no place of an export */
export function decodePlace(text: string): ExportPlace {
  const [section, one = "", other = ""] = decodePageCursor(text, 3) ?? [];
  if (!isExportSection(section) || !isUuid(one) || !isUuid(other)) {
    throw new DomainError("BAD_CURSOR", "This is no place of an export.");
  }
  return { section, keys: [one, other] };
}
