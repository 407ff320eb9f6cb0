import { Field, InputType, ObjectType, registerEnumType } from "type-graphql";
import { CrmIdMode } from "../resolve/resolution-rules";

const CRM_DEFAULT = "What holds in namespaces that are not listed.";
const CRM_LISTED = "What holds in these namespaces.";

export const CrmIdModeEnum: { readonly [M in CrmIdMode]: M } = {
  CONTRADICTION: "CONTRADICTION",
  UNIQUE: "UNIQUE",
  FREE: "FREE",
};

registerEnumType(CrmIdModeEnum, {
  name: "CrmIdMode",
  description: "What two different ids of one CRM say about two records.",
  valuesConfig: {
    CONTRADICTION: {
      description:
        "They are two people only where given name, family name or date of birth contradict: CRMs are full of duplicates.",
    },
    UNIQUE: { description: "They are always two people." },
    FREE: { description: "Nothing." },
  },
});

@ObjectType({ description: "What different ids of one CRM say." })
export class CrmIdRule {
  @Field(() => String, { description: "The namespace, such as `hubspot`." })
  namespace!: string;

  @Field(() => CrmIdModeEnum, { description: "What its ids say." })
  mode!: CrmIdMode;
}

@InputType({ description: "What different ids of one CRM say." })
export class CrmIdRuleInput {
  @Field(() => String, { description: "The namespace, such as `hubspot`." })
  namespace!: string;

  @Field(() => CrmIdModeEnum, { description: "What its ids say." })
  mode!: CrmIdMode;
}

@ObjectType({ description: "What different ids of one CRM say, by namespace." })
export class CrmIdRules {
  @Field(() => CrmIdModeEnum, { description: CRM_DEFAULT })
  default!: CrmIdMode;

  @Field(() => [CrmIdRule], { description: CRM_LISTED })
  byNamespace!: CrmIdRule[];
}

@InputType({ description: "Changes what different ids of one CRM say." })
export class CrmIdRulesInput {
  @Field(() => CrmIdModeEnum, { nullable: true, description: CRM_DEFAULT })
  default?: CrmIdMode | null;

  @Field(() => [CrmIdRuleInput], { nullable: true, description: `${CRM_LISTED} Takes the place of the whole list.` })
  byNamespace?: CrmIdRuleInput[] | null;
}
