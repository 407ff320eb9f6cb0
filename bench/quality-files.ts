import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LabelledRecord, LabelledSet } from "./quality-set";
import { parseTable } from "./quality-table";

type Row = Record<string, string>;

/** The labelled sets that are there; a file that is missing is told and left out. */
export function readLabelledSets(folder: string, tell: (text: string) => void): LabelledSet[] {
  const sets: LabelledSet[] = [];
  const read = (file: string): Row[] | null => {
    if (existsSync(join(folder, file))) return parseTable(readFileSync(join(folder, file), "utf8"));
    tell(`${file} is not there: its set is left out`);
    return null;
  };
  const febrl = read("febrl3.csv");
  if (febrl !== null) {
    sets.push({ name: "febrl3 with ssn", defaultCountry: "AU", records: febrl.map((row) => febrlRecord(row, true)) });
    sets.push({
      name: "febrl3 without ssn",
      defaultCountry: "AU",
      records: febrl.map((row) => febrlRecord(row, false)),
    });
  }
  const fake = read("fake_1000.csv");
  if (fake !== null) sets.push({ name: "fake_1000", defaultCountry: "GB", records: fake.map(fakeRecord) });
  const senzing = ["senzing-customers.csv", "senzing-reference.csv", "senzing-watchlist.csv"].map(read);
  const key = read("senzing-actual_truthset_key.csv");
  if (key !== null && senzing.every((rows) => rows !== null)) {
    const clusters = new Map(key.map((row) => [`${row.DATA_SOURCE} ${row.RECORD_ID}`, row.CLUSTER_ID!]));
    sets.push({
      name: "senzing",
      defaultCountry: "US",
      records: senzing.flat().map((row) => senzingRecord(row, clusters)),
    });
  }
  return sets;
}

function febrlRecord(row: Row, withSsn: boolean): LabelledRecord {
  return {
    id: row.rec_id!,
    source: "febrl",
    attributes: filled({
      givenName: row.given_name,
      familyName: row.surname,
      dateOfBirth: row.date_of_birth,
      address: filled({
        line: [row.street_number, row.address_1, row.address_2].filter(Boolean).join(" "),
        city: row.suburb,
        region: row.state,
        postalCode: row.postcode,
      }),
    }),
    identifiers: withSsn && row.soc_sec_id ? [{ kind: "CUSTOM", namespace: "ssn", value: row.soc_sec_id }] : [],
    person: row.rec_id!.split("-")[1]!,
  };
}

function fakeRecord(row: Row): LabelledRecord {
  return {
    id: row.unique_id!,
    source: "fake",
    attributes: filled({
      givenName: row.first_name,
      familyName: row.surname,
      dateOfBirth: row.dob,
      address: filled({ city: row.city }),
    }),
    identifiers: row.email ? [{ kind: "EMAIL", value: row.email }] : [],
    person: row.cluster!,
  };
}

function senzingRecord(row: Row, clusters: ReadonlyMap<string, string>): LabelledRecord {
  const ids = [
    ["passport", row.PASSPORT_NUMBER],
    ["drivers_license", row.DRIVERS_LICENSE_NUMBER],
    ["ssn", row.SSN_NUMBER],
    ["national_id", row.NATIONAL_ID_NUMBER],
    ["tax_id", row.TAX_ID_NUMBER],
    ["lei", row.LEI_NUMBER],
  ].flatMap(([namespace, value]) => (value ? [{ kind: "CUSTOM" as const, namespace, value }] : []));
  return {
    id: `${row.DATA_SOURCE} ${row.RECORD_ID}`,
    source: row.DATA_SOURCE!.toLowerCase(),
    attributes: filled({
      displayName: row.PRIMARY_NAME_FULL || row.NATIVE_NAME_FULL,
      givenName: [row.PRIMARY_NAME_FIRST, row.PRIMARY_NAME_MIDDLE].filter(Boolean).join(" "),
      familyName: row.PRIMARY_NAME_LAST,
      organization: row.PRIMARY_NAME_ORG || row.EMPLOYER,
      gender: row.GENDER,
      dateOfBirth: row.DATE_OF_BIRTH,
      address: filled({
        line: row.ADDR_FULL || row.ADDR_LINE1,
        city: row.ADDR_CITY,
        region: row.ADDR_STATE,
        postalCode: row.ADDR_POSTAL_CODE,
        country: row.ADDR_COUNTRY,
      }),
    }),
    identifiers: [
      ...(row.EMAIL_ADDRESS ? [{ kind: "EMAIL" as const, value: row.EMAIL_ADDRESS }] : []),
      ...(row.PHONE_NUMBER ? [{ kind: "PHONE" as const, value: row.PHONE_NUMBER }] : []),
      ...ids,
    ],
    person: clusters.get(`${row.DATA_SOURCE} ${row.RECORD_ID}`)!,
  };
}

/** The object without what is empty, or nothing when all of it is. */
function filled(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => {
      return typeof value === "object" && value !== null
        ? Object.keys(value).length > 0
        : value !== undefined && value !== "";
    }),
  );
}
