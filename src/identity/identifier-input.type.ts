import { Field, InputType } from "type-graphql";
import { Assurance, IdentifierKind } from "./identifier-kind";
import { AssuranceEnum, IdentifierKindEnum } from "./identifier-kind.type";

@InputType({ description: "Something that identifies a person, as its sender writes it." })
export class IdentifierInput {
  @Field(() => IdentifierKindEnum, { description: "What kind of identifier it is." })
  kind!: IdentifierKind;

  @Field(() => String, {
    description: "The value, up to 1,024 characters. It is normalized; what was sent is kept too.",
  })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description: "Whose ids they are, such as `hubspot`: needed for CRM_ID and CUSTOM, up to 100 characters.",
  })
  namespace?: string | null;

  @Field(() => AssuranceEnum, {
    nullable: true,
    description:
      "How sure it is that it belongs to the person; ASSERTED when left out, always CLAIMED from a PUBLIC key.",
  })
  assurance?: Assurance | null;
}
