import { v7 as uuidv7 } from "uuid";
import { Drafted } from "./identity-plan";
import { RecordDraft } from "./record-draft";
import { RecordState } from "./record-state";
import { nameOf, RecordName, recordHandle, Sighting } from "./sighting";

/** What is to become of some records, worked out anew from what is stored of them whenever that is read again. */
export interface Drafting {
  readonly names: readonly RecordName[];
  draft(states: ReadonlyMap<string, RecordState>): Drafted;
}

/** The drafting of sightings: each is applied, in their order, to the record it speaks of. */
export function draftingOf(sightings: readonly Sighting[]): Drafting {
  const names = new Map<string, RecordName>();
  for (const name of sightings.map(nameOf)) names.set(recordHandle(name), name);
  // A record that is new keeps its id however often it is drafted: what was worked out of it speaks of it by that.
  const newIds = new Map<string, string>();
  return { names: [...names.values()], draft: (states) => draftRecords(sightings, states, newIds) };
}

function draftRecords(
  sightings: readonly Sighting[],
  states: ReadonlyMap<string, RecordState>,
  newIds: Map<string, string>,
): Drafted {
  const drafts = new Map<string, RecordDraft>();
  const news = sightings.map((sighting) => {
    const name = nameOf(sighting);
    const handle = recordHandle(name);
    let draft = drafts.get(handle);
    if (!draft) {
      const stored = states.get(handle) ?? null;
      const recordId = stored?.recordId ?? newIds.get(handle) ?? uuidv7();
      if (!stored) newIds.set(handle, recordId);
      draft = new RecordDraft(recordId, name, stored);
      drafts.set(handle, draft);
    }
    return draft.see(sighting);
  });
  return { drafts, news };
}
