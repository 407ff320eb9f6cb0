import type { Adapter, Connection, Delivery, Item } from "../../pipeline/adapter";
import { isObject, readJson } from "../../reading/payload";
import { unknownItem, unreadableItem } from "../../reading/read-parts";
import { isSigned, isStandardSecret } from "./standard-signature";
import { ENTRIES } from "./webhook-entries";

/**
 * Systems of the tenant's own, which can sign: Standard Webhooks over
 * `{ "events": [EventInput], "records": [RecordInput], "removed": [{ key, at }], "merged": [{ survivorKey, mergedKeys, at }] }`,
 * every list optional. The entries are those of `ingest` and `upsertRecords`; their source is the connection's.
 */
export const webhookAdapter: Adapter = {
  system: "webhook",
  credentialFields: [
    {
      name: "secret",
      description: "The secret that the sender signs with: 16 bytes or more in base64, `whsec_` in front or not.",
      required: true,
    },
  ],

  findCredentialProblem({ secret = "" }) {
    return isStandardSecret(secret) ? null : "credentials.secret has to be 16 bytes or more in base64.";
  },

  verify(delivery, { credentials }) {
    const secrets = credentials.map(({ secret = "" }) => secret);
    return isSigned(delivery, secrets) ? null : "The signature is missing, wrong or old.";
  },

  read({ body }: Delivery, { source }: Connection): readonly Item[] {
    const { value, problem } = readJson(body);
    if (problem !== null) return [unreadableItem(problem, value)];
    if (!isObject(value)) return [unreadableItem("The body has to be a JSON object.", value)];
    return Object.entries(value).flatMap(([name, entries]): readonly Item[] => {
      const readEntry = ENTRIES.get(name);
      if (readEntry === undefined) return [unknownItem(name, entries)];
      if (!Array.isArray(entries)) return [unreadableItem(`${name} has to be a list.`, { [name]: entries })];
      return entries.flatMap((entry: unknown) => readEntry(entry, source));
    });
  },
};
