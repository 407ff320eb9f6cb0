/** What an export consists of, in this order. */
export const EXPORT_SECTIONS = ["profiles", "records", "identifiers", "interactions"] as const;

export type ExportSection = (typeof EXPORT_SECTIONS)[number];

export function isExportSection(text: unknown): text is ExportSection {
  return (EXPORT_SECTIONS as readonly unknown[]).includes(text);
}
