import { z } from "zod";
import { ASSURANCES, IDENTIFIER_KINDS } from "../../../identity/identifier-kind";
import { Channel, Direction, InteractionKind, Visibility } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { moment, wordOf } from "../../reading/payload-fields";
import { readPart } from "../../reading/read-parts";

/** Reads one entry of a list; one of another shape is refused alone. */
export type ReadEntry = (entry: unknown, source: string) => readonly Item[];

/** What is null counts as left out. */
const maybeText = z.string().nullish();
const anything = z.unknown().optional();

const identifiers = z
  .array(
    z.object({
      kind: z.enum(IDENTIFIER_KINDS),
      value: z.string(),
      namespace: maybeText,
      assurance: wordOf(ASSURANCES, "ASSERTED"),
    }),
  )
  .nullish()
  .transform((several) => several ?? []);

const event = z.object({
  messageId: z.string(),
  channel: z.enum(Channel),
  kind: wordOf(Object.values(InteractionKind), InteractionKind.MESSAGE),
  direction: wordOf(Object.values(Direction), Direction.INBOUND),
  visibility: wordOf(Object.values(Visibility), Visibility.PRIVATE),
  occurredAt: moment,
  conversationKey: maybeText,
  actor: maybeText,
  text: maybeText,
  data: anything,
  subject: z.object({ key: maybeText, identifiers, attributes: anything }),
});

const record = z.object({
  key: z.string(),
  identifiers,
  attributes: anything,
  observedAt: moment.nullish(),
  complete: z
    .boolean()
    .nullish()
    .transform((isComplete) => isComplete ?? false),
});

const removed = z.object({ key: z.string(), at: moment });
const merged = z.object({ survivorKey: z.string(), mergedKeys: z.array(z.string()), at: moment });

/** By the name of the list. What `ingest` judges is left to it: the entries are its own. */
export const ENTRIES: ReadonlyMap<string, ReadEntry> = new Map([
  entriesOf("events", event, (told, source) => ({ kind: "EVENT", event: { ...told, source } })),
  entriesOf("records", record, (told, source) => ({ kind: "RECORD", record: { ...told, source } })),
  entriesOf("removed", removed, (told, source) => ({ kind: "RECORD_REMOVED", source, ...told })),
  entriesOf("merged", merged, (told, source) => ({ kind: "RECORDS_MERGED", source, ...told })),
]);

/** An entry that cannot be read is kept as a body of its own, as which it can be sent again. */
function entriesOf<Shape extends z.ZodType>(
  list: string,
  shape: Shape,
  itemOf: (entry: z.output<Shape>, source: string) => Item,
): [string, ReadEntry] {
  const body = z.object({ [list]: z.array(shape) });
  return [
    list,
    (entry, source) => readPart({ [list]: [entry] }, body, (told) => told[list]!.map((read) => itemOf(read, source))),
  ];
}
