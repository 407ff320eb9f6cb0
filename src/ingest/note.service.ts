import { v7 as uuidv7 } from "uuid";
import { Viewer } from "../access/viewer";
import { Database } from "../db/database";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { advanceFeed, appendChanges } from "../feed/feed.repository";
import { FeedSignal } from "../feed/feed-signal";
import { ANONYMOUS_KINDS } from "../identity/identifier-kind";
import { followHandles } from "../identity/removal/removal.repository";
import { Channel, Direction, Interaction, InteractionKind, Visibility } from "../timeline/interaction.type";
import { appendInteractions, InteractionRow, recordActivity } from "../timeline/timeline-writer.repository";
import { TEXT_MAX } from "./prepare";
import { KEY_MAX } from "./subject";
import { findTextProblem } from "./text-rules";

/** The source of what is written in Onefold itself. */
export const OWN_SOURCE = "onefold";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/*
 * The record that was looked at, where the company itself knows whose it is; otherwise the oldest of the customer of which
 * it does. A record that only claims to be hers may turn out to be somebody else's, and must not take notes about her along.
 */
const RECORD_FOR = statement(
  "ingest.recordForNote",
  `select coalesce((
     select m.record_id from records m
     where m.tenant_id = $1 and m.profile_id = r.profile_id and exists (
       select from identifier_links l
       join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
       where l.tenant_id = $1 and l.record_id = m.record_id and l.assurance > 0
         and i.status <> 'UNUSABLE' and i.kind <> all($3::text[]))
     order by m.record_id <> r.record_id, m.record_id limit 1), r.record_id) as record_id
   from records r where r.tenant_id = $1 and r.record_id = $2`,
);

export interface Note {
  readonly profileId: string;
  readonly text: string;
  readonly conversationKey: string | null;
}

/**
 * Agents' notes. A note belongs to the record whose id was used as the customer's handle, so after a split it stays with
 * the half that the agent was looking at; but never to a record that hangs on a known customer by a claim alone. Nothing
 * about identity is written.
 */
export class NoteService {
  constructor(
    private readonly database: Database,
    private readonly signal: FeedSignal,
  ) {}

  /** @throws DomainError NOT_FOUND, BAD_USER_INPUT */
  async addNote(viewer: Viewer, note: Note): Promise<Interaction> {
    requireText(note);
    const now = new Date().toISOString();
    const row = await this.database.write(viewer.tenantId, (tx) => writeNote(tx, viewer, note, now));
    this.signal.feedMoved(viewer.tenantId);
    const { interactionId, data, ...fields } = row;
    return Object.assign(new Interaction(), fields, { id: interactionId, data });
  }
}

async function writeNote(tx: Transaction, viewer: Viewer, note: Note, now: string): Promise<InteractionRow> {
  const [record] = UUID.test(note.profileId) ? await findRecordFor(tx, note.profileId.toLowerCase()) : [];
  if (!record) throw new DomainError("NOT_FOUND", "There is no profile with this id.");
  const interactionId = uuidv7();
  const row: InteractionRow = {
    interactionId,
    recordId: record.record_id,
    source: OWN_SOURCE,
    messageId: `note:${interactionId}`,
    channel: Channel.OTHER,
    kind: InteractionKind.NOTE,
    direction: Direction.INTERNAL,
    visibility: Visibility.PRIVATE,
    occurredAt: now,
    receivedAt: now,
    conversationKey: note.conversationKey,
    actor: viewer.actor,
    text: note.text,
    data: null,
  };
  const { recordId, source, channel } = row;
  await Promise.all([
    appendInteractions(tx, [row]),
    recordActivity(tx, [{ recordId, channel, interactions: 1, firstAt: now, lastAt: now }]),
    advanceFeed(tx, 1, now),
    appendChanges(tx, [
      { kind: "INTERACTION_ADDED", profileId: null, relatedIds: [], recordId, interactionId, source, channel },
    ]),
  ]);
  return row;
}

/** The id of a record that was removed leads to the customer that held it. */
async function findRecordFor(tx: Transaction, id: string): Promise<{ record_id: string }[]> {
  const [handle] = await followHandles(tx, [id]);
  return tx.query<{ record_id: string }>(RECORD_FOR, [tx.tenantId, handle, [...ANONYMOUS_KINDS]]);
}

function requireText({ text, conversationKey }: Note): void {
  const problem = findTextProblem(text) ?? findTextProblem(conversationKey ?? "");
  if (problem) throw new DomainError("BAD_USER_INPUT", `The note ${problem}.`);
  if (text.trim() === "" || text.length > TEXT_MAX) {
    throw new DomainError("BAD_USER_INPUT", `A note has 1 to ${TEXT_MAX} characters.`);
  }
  if ((conversationKey?.length ?? 0) > KEY_MAX) {
    throw new DomainError("BAD_USER_INPUT", `A conversationKey has at most ${KEY_MAX} characters.`);
  }
}
