import { Field, ObjectType } from "type-graphql";

@ObjectType({ description: "Where a page stands in its list." })
export class PageInfo {
  @Field(() => Boolean, { description: "Whether more follows after this page." })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: "Whether the page was asked for with `after`, so that something lies before it.",
  })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: "The cursor of the page's first entry; null on an empty page." })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The cursor of the page's last entry, to be given as `after` for the next page; null on an empty page.",
  })
  endCursor!: string | null;
}
