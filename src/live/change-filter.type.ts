import { Field, InputType, registerEnumType } from "type-graphql";
import * as feed from "../feed/change";
import { FeedFilter } from "../feed/feed-filter";
import { Channel } from "../timeline/interaction.type";

export const ChangeKind: { readonly [K in feed.ChangeKind]: K } = {
  INTERACTION_ADDED: "INTERACTION_ADDED",
  PROFILE_UPDATED: "PROFILE_UPDATED",
  PROFILES_MERGED: "PROFILES_MERGED",
  PROFILE_SPLIT: "PROFILE_SPLIT",
  PROFILE_ERASED: "PROFILE_ERASED",
};

registerEnumType(ChangeKind, {
  name: "ChangeKind",
  description: "What an entry of the change feed tells.",
  valuesConfig: {
    INTERACTION_ADDED: { description: "InteractionAdded: something happened with a customer." },
    PROFILE_UPDATED: { description: "ProfileUpdated: what is known about a customer changed." },
    PROFILES_MERGED: { description: "ProfilesMerged: several profiles became one." },
    PROFILE_SPLIT: { description: "ProfileSplit: one profile became several." },
    PROFILE_ERASED: { description: "ProfileErased: a customer was erased." },
  },
});

@InputType({
  description:
    "What of the change feed is wanted. A condition left out, or null, asks for nothing; an empty list is met by nothing. What is passed over is behind the cursor all the same and is never read again.",
})
export class ChangeFilter {
  @Field(() => [ChangeKind], {
    nullable: true,
    description:
      "Of one of these kinds. Whoever keeps copies of customers wants PROFILES_MERGED, PROFILE_SPLIT and PROFILE_ERASED among them.",
  })
  kinds?: feed.ChangeKind[] | null;

  @Field(() => [Channel], {
    nullable: true,
    description:
      "Interactions only on one of these channels. Other entries have none: they are wanted where `kinds` names theirs, and are not without `kinds`.",
  })
  channels?: Channel[] | null;
}

/** Channels alone ask for interactions alone. */
export function toFeedFilter(filter: ChangeFilter | null | undefined): FeedFilter | null {
  const kinds = filter?.kinds ?? null;
  const channels = filter?.channels ?? null;
  if (channels === null) return kinds === null ? null : { kinds, channels };
  return { kinds: kinds ?? [ChangeKind.INTERACTION_ADDED], channels };
}
