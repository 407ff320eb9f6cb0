import type { Instant } from "../../../db/column-types";
import type { IdentifierKind } from "../../../identity/identifier-kind";
import type { Item } from "../../pipeline/adapter";
import { crmMergeItems, crmRecordItem } from "../../reading/crm-record";
import { salesforceId } from "./salesforce-id";

/** The objects of Salesforce that are people. */
export const PEOPLE: ReadonlySet<string> = new Set(["Contact", "Lead"]);

const IDENTIFIERS: Readonly<Record<string, IdentifierKind>> = {
  Email: "EMAIL",
  Phone: "PHONE",
  MobilePhone: "PHONE",
  HomePhone: "PHONE",
  OtherPhone: "PHONE",
};

/** Attributes that Salesforce calls otherwise. Those not named here keep Salesforce's name. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  FirstName: "givenName",
  LastName: "familyName",
  Birthdate: "dateOfBirth",
  Name: "displayName",
  MailingStreet: "addressLine",
  MailingCity: "city",
  MailingState: "region",
  MailingPostalCode: "postalCode",
  MailingCountry: "country",
  Street: "addressLine",
  City: "city",
  State: "region",
  PostalCode: "postalCode",
  Country: "country",
};

/** About the row, not about the person. */
const OF_THE_ROW: ReadonlySet<string> = new Set([
  "Id",
  "CreatedById",
  "CreatedDate",
  "IsDeleted",
  "LastModifiedById",
  "LastModifiedDate",
  "SystemModstamp",
]);

export interface SalesforceRecord {
  readonly source: string;
  /** With 18 characters. */
  readonly key: string;
  readonly observedAt: Instant | null;
  /** By Salesforce's names; null clears, undefined says nothing. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A person, and what Salesforce made of them: a converted lead is one with its contact, a merged one with its master. */
export function salesforceItems(record: SalesforceRecord, at: Instant): Item[] {
  const { source, key, fields, observedAt } = record;
  const identifiers: [IdentifierKind, unknown][] = [];
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const kind = Object.hasOwn(IDENTIFIERS, name) ? IDENTIFIERS[name] : undefined;
    if (kind !== undefined) identifiers.push([kind, value]);
    else if (!OF_THE_ROW.has(name)) attributes[Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name]! : name] = value;
  }
  const item = crmRecordItem({ source, key, observedAt, identifiers, attributes });
  const survivorKey = idOf(fields.MasterRecordId) ?? idOf(fields.ConvertedContactId);
  if (survivorKey === null || survivorKey === key) return [item];
  return [item, ...crmMergeItems(source, survivorKey, [key], at)];
}

export function idOf(value: unknown): string | null {
  return typeof value === "string" ? salesforceId(value) : null;
}
