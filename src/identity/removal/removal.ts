import { Drafting } from "../write/drafting";
import { RecordDraft } from "../write/record-draft";
import { RecordState } from "../write/record-state";
import { recordHandle } from "../write/sighting";
import { NamedRecord } from "./removal.repository";

/** The drafting of records that are taken away. One that is not there any more has no draft. */
export function removing(records: readonly NamedRecord[]): Drafting {
  return redrafting(records, (draft) => draft.remove());
}

/** The drafting of a record that loses one of its links. */
export function detaching(record: NamedRecord, identifierId: string): Drafting {
  return redrafting([record], (draft) => draft.detach(identifierId));
}

function redrafting(records: readonly NamedRecord[], change: (draft: RecordDraft) => void): Drafting {
  const ids = new Set(records.map(({ id }) => id));
  return {
    names: records,
    draft(states: ReadonlyMap<string, RecordState>) {
      const drafts = new Map<string, RecordDraft>();
      for (const record of records) {
        const handle = recordHandle(record);
        const state = states.get(handle);
        if (state === undefined || !ids.has(state.recordId)) continue;
        const draft = new RecordDraft(state.recordId, record, state);
        change(draft);
        drafts.set(handle, draft);
      }
      return { drafts, news: [] };
    },
  };
}
