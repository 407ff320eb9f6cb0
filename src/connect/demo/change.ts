/** What the demo asks of each change of the feed. */
export const CHANGES = `subscription Demo($after: Cursor) {
  changes(after: $after) {
    __typename
    cursor
    profileId
    ... on InteractionAdded { interaction { messageId channel record { id } } }
    ... on ProfilesMerged { absorbedIds profile { displayName } }
    ... on ProfileSplit { separatedIds profile { displayName } }
  }
}`;

interface Anything {
  readonly cursor: string;
  readonly profileId: string;
}

export type DemoChange = Anything &
  (
    | {
        readonly __typename: "InteractionAdded";
        readonly interaction: {
          readonly messageId: string;
          readonly channel: string;
          readonly record: { readonly id: string };
        };
      }
    | {
        readonly __typename: "ProfilesMerged";
        readonly absorbedIds: readonly string[];
        readonly profile: { readonly displayName: string | null };
      }
    | {
        readonly __typename: "ProfileSplit";
        readonly separatedIds: readonly string[];
        readonly profile: { readonly displayName: string | null };
      }
    | { readonly __typename: "ProfileUpdated" }
  );
