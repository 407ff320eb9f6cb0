import { Field, ID, InterfaceType, ObjectType } from "type-graphql";
import { Instant } from "../db/column-types";
import { Cursor } from "../graphql/cursor";
import { DateTime } from "../graphql/date-time";

@InterfaceType({ description: "One entry of the change feed: what happened to which profile." })
export abstract class Change {
  @Field(() => Cursor, { description: "The entry's place in the feed. Resuming after it misses nothing." })
  readonly cursor: string;

  @Field(() => ID, { description: "The profile it happened to, as of then." })
  readonly profileId: string;

  @Field(() => DateTime, { description: "When it was committed. Later entries are never earlier." })
  readonly at: Instant;

  /** The entry's place as a number, for ordering inside the server. */
  readonly position: number;

  constructor({ cursor, profileId, at, position }: ChangeFields) {
    this.cursor = cursor;
    this.profileId = profileId;
    this.at = at;
    this.position = position;
  }
}

export interface ChangeFields {
  readonly cursor: string;
  readonly profileId: string;
  readonly at: Instant;
  readonly position: number;
}

@ObjectType({ implements: Change, description: "Something happened with a customer: the timeline has one more entry." })
export class InteractionAdded extends Change {
  constructor(
    fields: ChangeFields,
    readonly interactionId: string,
  ) {
    super(fields);
  }
}

@ObjectType({
  implements: Change,
  description: "What is known about a customer changed: an identifier or an attribute.",
})
export class ProfileUpdated extends Change {}

@ObjectType({ implements: Change, description: "Several profiles became one. `profileId` is the survivor." })
export class ProfilesMerged extends Change {
  @Field(() => [ID], { description: "The ids that became part of the survivor. They lead to it from now on." })
  readonly absorbedIds: readonly string[];

  constructor(fields: ChangeFields, absorbedIds: readonly string[]) {
    super(fields);
    this.absorbedIds = absorbedIds;
  }
}

@ObjectType({
  implements: Change,
  description: "One profile became several. `profileId` is the half that keeps the id.",
})
export class ProfileSplit extends Change {
  @Field(() => [ID], { description: "The other profiles that came out of it." })
  readonly separatedIds: readonly string[];

  constructor(fields: ChangeFields, separatedIds: readonly string[]) {
    super(fields);
    this.separatedIds = separatedIds;
  }
}

@ObjectType({
  implements: Change,
  description:
    "The customer with this id was erased, or the last record of it removed: whoever keeps a copy removes it as well. What the feed told of this customer earlier shows as this too, so the same erasure may be told several times.",
})
export class ProfileErased extends Change {
  @Field(() => [ID], {
    description:
      "Every other id that led to the customer; they lead nowhere now. Empty where an earlier entry was about the customer.",
  })
  readonly formerIds: readonly string[];

  constructor(fields: ChangeFields, formerIds: readonly string[]) {
    super(fields);
    this.formerIds = formerIds;
  }
}

@ObjectType({ description: "A page of the change feed." })
export class ChangePage {
  @Field(() => [Change], { description: "The changes, oldest first." })
  changes!: readonly Change[];

  @Field(() => Cursor, { description: "Where the page ends: ask for what comes after it next." })
  cursor!: string;

  @Field(() => Boolean, { description: "Whether the feed goes on behind `cursor` already, whatever of it is wanted." })
  hasMore!: boolean;
}
