import { z } from "zod";
import { compositeId, type EventDraft, identifier } from "../../reading/event-item";
import { displayName, personId } from "../../reading/payload-fields";

/** The account of the company that an activity is told for, and the source it comes by. */
export interface XContext {
  readonly source: string;
  readonly brand: string;
}

/** As posts and direct messages name a person; both forms of the id are the same, one as text. */
export const xUser = z
  .object({ id_str: personId.optional(), id: personId.optional(), screen_name: displayName, name: displayName })
  .transform(({ id_str, id, ...rest }, context) => {
    const known = id_str ?? id;
    if (known !== undefined) return { id: known, ...rest };
    context.addIssue({ code: "custom", message: "has no id" });
    return z.NEVER;
  });

export type XUser = z.output<typeof xUser>;

/** A handle can pass to somebody else, the id cannot: only the id is proven. */
export function subjectOf({
  id: key,
  screen_name: handle,
  name,
}: Partial<XUser> & { id: string }): EventDraft["subject"] {
  const known = name ?? handle;
  return {
    key,
    identifiers: [
      identifier("X_ID", key, "VERIFIED"),
      ...(handle === undefined ? [] : [identifier("X_HANDLE", handle, "ASSERTED")]),
    ],
    attributes: known === undefined ? undefined : { displayName: known },
  };
}

/** All that one person and one account have to say to each other, in public and in private. */
export function conversationOf({ brand }: XContext, customer: string): string {
  return compositeId("x", brand, customer);
}
