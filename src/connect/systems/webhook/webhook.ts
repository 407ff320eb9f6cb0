import { IdentifierInput } from "../../../identity/identifier-input.type";
import { ASSURANCES, IDENTIFIER_KINDS } from "../../../identity/identifier-kind";
import { Channel, Direction, InteractionKind, Visibility } from "../../../timeline/interaction.type";
import { Adapter, Connection, Delivery, Item } from "../../pipeline/adapter";
import { isObject, readJson } from "../../reading/json-body";
import { Fields, UnreadableField } from "./fields";
import { isSigned, isStandardSecret } from "./standard-signature";

type ReadEntry = (entry: Fields, source: string) => Item;

const LISTS: Readonly<Record<string, ReadEntry>> = {
  events: readEvent,
  records: readRecord,
  removed: (entry, source) => {
    return { kind: "RECORD_REMOVED", source, key: entry.text("key"), at: entry.instant("at") };
  },
  merged: (entry, source) => {
    const [survivorKey, mergedKeys] = [entry.text("survivorKey"), entry.texts("mergedKeys")];
    return { kind: "RECORDS_MERGED", source, survivorKey, mergedKeys, at: entry.instant("at") };
  },
};

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
    const value = readJson(body);
    if (!isObject(value)) {
      const reason = "The body has to be a JSON object in UTF-8.";
      return [{ kind: "UNREADABLE", reason, payload: value === undefined ? body.toString("utf8") : value }];
    }
    return Object.entries(value).flatMap(([name, entries]): Item[] => {
      const read = Object.hasOwn(LISTS, name) ? LISTS[name]! : null;
      if (read === null) return [{ kind: "UNKNOWN", type: name, payload: entries }];
      if (!Array.isArray(entries)) {
        return [{ kind: "UNREADABLE", reason: `${name} has to be a list.`, payload: { [name]: entries } }];
      }
      return entries.map((entry: unknown) => readEntry(read, name, entry, source));
    });
  },
};

function readEntry(read: ReadEntry, list: string, entry: unknown, source: string): Item {
  try {
    if (!isObject(entry)) throw new UnreadableField("an entry has to be an object.");
    return read(new Fields(entry), source);
  } catch (error) {
    if (!(error instanceof UnreadableField)) throw error;
    return { kind: "UNREADABLE", reason: `${list}: ${error.message}`, payload: { [list]: [entry] } };
  }
}

function readEvent(entry: Fields, source: string): Item {
  const subject = entry.object("subject");
  return {
    kind: "EVENT",
    event: {
      messageId: entry.text("messageId"),
      source,
      channel: entry.oneOf("channel", Object.values(Channel)),
      kind: entry.oneOf("kind", Object.values(InteractionKind), InteractionKind.MESSAGE),
      direction: entry.oneOf("direction", Object.values(Direction), Direction.INBOUND),
      visibility: entry.oneOf("visibility", Object.values(Visibility), Visibility.PRIVATE),
      occurredAt: entry.instant("occurredAt"),
      conversationKey: entry.maybeText("conversationKey"),
      actor: entry.maybeText("actor"),
      text: entry.maybeText("text"),
      data: entry.json("data"),
      subject: {
        key: subject.maybeText("key"),
        identifiers: subject.objects("identifiers").map(readIdentifier),
        attributes: subject.json("attributes"),
      },
    },
  };
}

function readRecord(entry: Fields, source: string): Item {
  return {
    kind: "RECORD",
    record: {
      source,
      key: entry.text("key"),
      identifiers: entry.objects("identifiers").map(readIdentifier),
      attributes: entry.json("attributes"),
      observedAt: entry.maybeInstant("observedAt"),
      complete: entry.flag("complete"),
    },
  };
}

function readIdentifier(entry: Fields): IdentifierInput {
  return {
    kind: entry.oneOf("kind", IDENTIFIER_KINDS),
    value: entry.text("value"),
    namespace: entry.maybeText("namespace"),
    assurance: entry.oneOf("assurance", ASSURANCES, "ASSERTED"),
  };
}
