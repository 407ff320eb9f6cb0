import type { Instant } from "../../db/column-types";
import type { IdentifierInput } from "../../identity/identifier-input.type";
import type { IdentifierKind } from "../../identity/identifier-kind";
import { ATTRIBUTES_MAX, IDENTIFIERS_MAX, NAME_MAX } from "../../ingest/subject";
import type { Item } from "../pipeline/adapter";

export interface CrmRecord {
  readonly source: string;
  /** The id of the contact in the CRM. */
  readonly key: string;
  /** Null when the CRM does not say when it was so. */
  readonly observedAt: Instant | null;
  /** By kind; blank values are left out, for nobody is identified by them. */
  readonly identifiers?: readonly (readonly [IdentifierKind, unknown])[];
  /** By name. Undefined says nothing of an attribute, null and blank clear it. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/**
 * A contact of a CRM as a source record.
 *
 * Its CRM_ID has the name of the source as its namespace, so that the ids of two accounts of one CRM stay apart. That id
 * is VERIFIED, because the CRM itself says whose it is; e-mail addresses and numbers are what somebody entered there:
 * ASSERTED.
 */
export function crmRecordItem({ source, key, observedAt, identifiers = [], attributes = {} }: CrmRecord): Item {
  const crmId: IdentifierInput = { kind: "CRM_ID", namespace: source, value: key, assurance: "VERIFIED" };
  const told = identifiers.flatMap(([kind, value]): IdentifierInput[] => {
    const text = plainText(value);
    return text === "" ? [] : [{ kind, value: text, namespace: null, assurance: "ASSERTED" }];
  });
  const named = Object.entries(attributes).flatMap(([name, value]) => {
    if (value === undefined || name === "" || name.length > NAME_MAX) return [];
    return [[name, typeof value === "string" && value.trim() === "" ? null : value] as const];
  });
  return {
    kind: "RECORD",
    record: {
      source,
      key,
      identifiers: [crmId, ...told].slice(0, IDENTIFIERS_MAX),
      attributes: Object.fromEntries(named.slice(0, ATTRIBUTES_MAX)),
      observedAt,
      complete: false,
    },
  };
}

/**
 * That the CRM made one contact of several: each with its id, for it may be one that was never told of, and the id alone
 * leads to the customer from then on.
 */
export function crmMergeItems(source: string, survivorKey: string, mergedKeys: readonly string[], at: Instant): Item[] {
  const known = [survivorKey, ...mergedKeys].map((key) => crmRecordItem({ source, key, observedAt: at }));
  return [...known, { kind: "RECORDS_MERGED", source, survivorKey, mergedKeys, at }];
}

function plainText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}
