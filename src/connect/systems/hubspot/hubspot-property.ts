import type { CrmRecord } from "../../reading/crm-record";

/** Attributes that HubSpot calls otherwise. Those not named here keep HubSpot's name. */
const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ["firstname", "givenName"],
  ["lastname", "familyName"],
  ["date_of_birth", "dateOfBirth"],
  ["hs_language", "language"],
  ["address", "addressLine"],
  ["state", "region"],
  ["zip", "postalCode"],
]);

/** One property of a contact, as an identifier or as an attribute. */
export function hubspotProperty(
  name: string,
  value: string | number | boolean | null,
): Pick<CrmRecord, "identifiers" | "attributes"> {
  switch (name) {
    case "email":
      return { identifiers: [["EMAIL", value]] };
    case "hs_additional_emails":
      return { identifiers: several(value).map((one) => ["EMAIL", one] as const) };
    case "phone":
    case "mobilephone":
    case "hs_whatsapp_phone_number":
      return { identifiers: [["PHONE", value]] };
    case "twitterhandle":
      return { identifiers: [["X_HANDLE", value]] };
    default:
      return { attributes: { [ATTRIBUTES.get(name) ?? name]: value } };
  }
}

/** HubSpot writes several values as one text. */
function several(value: string | number | boolean | null): string[] {
  return String(value ?? "").split(/[;,]/);
}
