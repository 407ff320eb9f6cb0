import { Field, ID, ObjectType } from "type-graphql";
import { connectionType } from "../graphql/connection.type";
import { DateTime } from "../graphql/date-time";

@ObjectType({ description: "One company's data, sealed from every other." })
export class Tenant {
  @Field(() => ID, { description: "The tenant's id." })
  id!: string;

  @Field(() => String, { description: "Its name; names may repeat." })
  name!: string;

  @Field(() => DateTime, { description: "When it was created." })
  createdAt!: string;

  @Field(() => DateTime, { nullable: true, description: "Since when its keys open nothing; null while they do." })
  suspendedAt!: string | null;
}

export const TenantConnection = connectionType<Tenant>("Tenant", () => Tenant);
