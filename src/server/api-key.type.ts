import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { ROLES, Role } from "../access/role";
import { connectionType } from "../graphql/connection.type";
import { DateTime } from "../graphql/date-time";

export const RoleEnum = Object.fromEntries(ROLES.map((role) => [role, role])) as { readonly [R in Role]: R };

registerEnumType(RoleEnum, {
  name: "Role",
  description: "What a key may do.",
  valuesConfig: {
    OPERATOR: {
      description: "An ADMIN of the tenant `default` who may also create tenants. Only an OPERATOR makes another.",
    },
    ADMIN: { description: "Everything in its tenant." },
    INTEGRATION: { description: "Reads, and writes facts." },
    AGENT: { description: "Reads, and rules who is the same customer." },
    PUBLIC: { description: "May only ingest, reads nothing, and whatever it sends is CLAIMED." },
  },
});

@ObjectType({ description: "A key that was just made. The secret is shown once and stored only as a hash." })
export class NewApiKey {
  @Field(() => ID, { description: "The key's id, by which it is revoked." })
  id!: string;

  @Field(() => RoleEnum, { description: "What the key may do." })
  role!: Role;

  @Field(() => String, { description: "The name of the tenant it opens." })
  tenant!: string;

  @Field(() => String, { description: "What to send as `Authorization: Bearer <secret>`. It cannot be shown again." })
  secret!: string;
}

@ObjectType({ description: "A key of the tenant, without its secret." })
export class ApiKey {
  @Field(() => ID, { description: "The key's id, by which it is revoked." })
  id!: string;

  @Field(() => String, { description: "What it was called when it was made." })
  name!: string;

  @Field(() => RoleEnum, { description: "What the key may do." })
  role!: Role;

  @Field(() => DateTime, { description: "When it was made." })
  createdAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: "When it stops opening anything; null when it does not expire.",
  })
  expiresAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it was revoked; null when it was not." })
  revokedAt!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "When it was last used, to the minute; null when it never was.",
  })
  lastUsedAt!: string | null;
}

export const ApiKeyConnection = connectionType<ApiKey>("ApiKey", () => ApiKey);
