import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { RecordInput } from "../../src/ingest/record-input.type";
import { parseCsv } from "./csv";
import { record } from "./events";

const FOLDER = resolve(__dirname, "../../../shared/data/identity");

/** Whether the labelled records are there: they are no part of the project. */
export const HAS_SENZING = existsSync(resolve(FOLDER, "senzing-actual_truthset_key.csv"));

/** The truth set's records as three sources would send them, each with the id of its source. */
export function senzingRecords(): RecordInput[] {
  return ["customers", "reference", "watchlist"].flatMap((source) =>
    parseCsv(readFileSync(resolve(FOLDER, `senzing-${source}.csv`), "utf8")).map((row) => recordOf(source, row)),
  );
}

/** The true customer of each record, by `source key`. */
export function senzingTruth(): Map<string, string> {
  const rows = parseCsv(readFileSync(resolve(FOLDER, "senzing-actual_truthset_key.csv"), "utf8"));
  return new Map(rows.map((row) => [`${row.DATA_SOURCE!.toLowerCase()} ${row.RECORD_ID}`, row.CLUSTER_ID!]));
}

function recordOf(source: string, row: Record<string, string>): RecordInput {
  const identifiers: IdentifierInput[] = [];
  const add = (kind: IdentifierInput["kind"], value: string | undefined, namespace: string | null = null): void => {
    if (value) identifiers.push({ kind, value, namespace, assurance: null });
  };
  add("CRM_ID", row.RECORD_ID, `senzing-${source}`);
  add("EMAIL", row.EMAIL_ADDRESS);
  add("PHONE", row.PHONE_NUMBER);
  add("CUSTOM", row.SSN_NUMBER, "ssn");
  add("CUSTOM", row.PASSPORT_NUMBER && `${row.PASSPORT_COUNTRY} ${row.PASSPORT_NUMBER}`, "passport");
  add("CUSTOM", row.DRIVERS_LICENSE_NUMBER && `${row.DRIVERS_LICENSE_STATE} ${row.DRIVERS_LICENSE_NUMBER}`, "licence");
  add("CUSTOM", row.NATIONAL_ID_NUMBER && `${row.NATIONAL_ID_COUNTRY} ${row.NATIONAL_ID_NUMBER}`, "national-id");
  const attributes = {
    givenName: row.PRIMARY_NAME_FIRST || null,
    familyName: row.PRIMARY_NAME_LAST || null,
    displayName: row.PRIMARY_NAME_FULL || row.PRIMARY_NAME_ORG || null,
    dateOfBirth: row.DATE_OF_BIRTH || null,
  };
  return record({ source, key: row.RECORD_ID!, identifiers, attributes });
}
