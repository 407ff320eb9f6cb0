import { Field, Float, ObjectType } from "type-graphql";
import { DateTime } from "../../graphql/date-time";

@ObjectType({ description: "Something that a system needs to be connected." })
export class SystemCredential {
  @Field(() => String, { description: "Its name in `credentials`." })
  name!: string;

  @Field(() => String, { description: "What it is and where to find it." })
  description!: string;

  @Field(() => Boolean, { description: "Whether the system cannot be connected without it." })
  required!: boolean;
}

@ObjectType({ description: "A system that can be connected." })
export class System {
  @Field(() => String, { description: "Its name, to be given to `connectSource`." })
  name!: string;

  @Field(() => [SystemCredential], { description: "What it needs." })
  credentials!: readonly SystemCredential[];
}

@ObjectType({ description: "One set of credentials of a connection. What they are is never shown." })
export class ConnectionCredentials {
  @Field(() => [String], { description: "The names of those that are set." })
  fields!: readonly string[];

  @Field(() => DateTime, { description: "When they were given." })
  since!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: "From when on they open nothing; null while that is open.",
  })
  until!: string | null;
}

@ObjectType({ description: "A source that sends deliveries by itself, and what came of them." })
export class ConnectedSource {
  tenantId!: string;

  @Field(() => String, { description: "The source of everything that comes in by it." })
  source!: string;

  @Field(() => String, { description: "The system that sends." })
  system!: string;

  @Field(() => DateTime, { description: "Since when it is connected." })
  connectedAt!: string;

  @Field(() => [ConnectionCredentials], {
    description: "The newest first. While they are exchanged there are two, and either is accepted.",
  })
  credentials!: readonly ConnectionCredentials[];

  @Field(() => DateTime, { nullable: true, description: "When the last proven delivery came; null before the first." })
  lastDeliveryAt!: string | null;

  @Field(() => Float, { description: "Proven deliveries so far, to the second; those sent again count again." })
  deliveries!: number;

  @Field(() => Float, { description: "Events, records and decisions that were taken." })
  accepted!: number;

  @Field(() => Float, { description: "Those that were known, or outdated by what the source said before." })
  duplicates!: number;

  @Field(() => Float, { description: "Those of a type that is not known yet: kept among the dead letters." })
  unknown!: number;

  @Field(() => Float, { description: "Those that could not be read or were refused: kept among the dead letters." })
  refused!: number;
}
