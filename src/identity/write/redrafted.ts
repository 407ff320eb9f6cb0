import { LostRace } from "../../db/sqlstate";
import { saysOfPerson } from "../similarity/described-persons";
import { HeldIdentifier } from "./identifier.repository";
import { RecordDraft } from "./record-draft";
import { linkChanges } from "./value-statuses";

/*
 * What drafts that were made anew, of what was read under locks, must have in common with those that decided what to lock.
 */

/** Whether drafts of the same batch, made of what was read before and after, change the same of who is who. */
export function saysTheSame(
  before: ReadonlyMap<string, RecordDraft>,
  after: ReadonlyMap<string, RecordDraft>,
  deciding: ReadonlySet<string>,
): boolean {
  return said(before, deciding) === said(after, deciding);
}

function said(drafts: ReadonlyMap<string, RecordDraft>, deciding: ReadonlySet<string>): string {
  return JSON.stringify(
    [...drafts.values()].map((draft) => {
      const { recordId, stored, removed } = draft;
      const changes = linkChanges([draft]).map(({ identifierId, trusted, all }) => [identifierId, trusted, all]);
      return [recordId, stored?.profileId, removed, draft.hasNews, draft.changesTrusted(deciding), changes];
    }),
  );
}

export function requireHeld(drafts: ReadonlyMap<string, RecordDraft>, held: ReadonlyMap<string, HeldIdentifier>): void {
  for (const draft of drafts.values()) {
    for (const link of draft.linksOf("NEW", "RAISED", "DETACHED")) {
      if (!held.has(link.identifierId)) throw new LostRace("a link changed before its value was held");
    }
  }
}

export function requireSameRecords(
  before: ReadonlyMap<string, RecordDraft>,
  after: ReadonlyMap<string, RecordDraft>,
): void {
  for (const [handle, { recordId }] of before) {
    if (after.get(handle)?.recordId !== recordId) throw new LostRace("a record came or went meanwhile");
  }
}

/** Only who holds the similarity state may say something of a person: what was read again may say it differently. */
export function requireSilent(drafts: ReadonlyMap<string, RecordDraft>): void {
  if ([...drafts.values()].some(saysOfPerson)) throw new LostRace("what is said of a person changed meanwhile");
}
