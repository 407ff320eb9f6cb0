import { Field, InputType } from "type-graphql";
import { Instant } from "../db/column-types";
import { DateTime } from "../graphql/date-time";
import { Json } from "../graphql/json";
import { IdentifierInput } from "../identity/identifier-input.type";

@InputType({ description: "A person as a CRM or another system holds them; no timeline entry." })
export class RecordInput {
  @Field(() => String, { description: "The system that holds them: up to 100 characters." })
  source!: string;

  @Field(() => String, { description: "The person's id there: up to 512 characters." })
  key!: string;

  @Field(() => [IdentifierInput], { defaultValue: [], description: "What identifies the person; up to 50." })
  identifiers!: IdentifierInput[];

  @Field(() => Json, {
    nullable: true,
    description: "As in SubjectInput: an object of up to 100 names; null clears one.",
  })
  attributes?: unknown;

  @Field(() => DateTime, {
    nullable: true,
    description:
      "When the source saw it so; now, when left out. By name, the later observation wins; null clears an attribute.",
  })
  observedAt?: Instant | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "The identifiers are all there are: what is missing is detached. Otherwise they are added.",
  })
  complete!: boolean;
}
