import { Field, Float, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { Json } from "../../graphql/json";
import { Assurance, IdentifierKind } from "../identifier-kind";
import { AssuranceEnum, IdentifierKindEnum } from "../identifier-kind.type";
import { CrmIdMode } from "../resolve/resolution-rules";
import {
  BLOCK_LIMIT_MAX,
  BLOCKED_PATTERNS_MAX,
  BLOCKED_VALUES_MAX,
  CAP_MAX,
  LIMIT_MAX,
  PATTERN_MAX,
  SOURCES_MAX,
} from "./rules-input";

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

const KIND = "The kind of identifier.";
const ENABLED =
  "Whether people without a common identifier are compared by names, birth dates, addresses and the like.";
const AUTO = "From this strength on two records join by themselves, in bits (the base-2 logarithm of the odds).";
const REVIEW = "From this strength on a pair is suggested to a person, in bits.";
const GUARD =
  "Join by itself only on positive personal evidence; and where names, birth dates or Jr and Sr clearly contradict, keep people apart also where they share an e-mail address or a telephone.";
const BRACKET =
  "The number of records that the thresholds are for, as the end of a bracket: 1000, 10000 and so on up to 100000000. Never a live count: see `outgrown`.";
const BLOCK_LIMIT = `Records are compared when they have an index key in common (such as name and year of birth) that no more records than this have: 1 to ${BLOCK_LIMIT_MAX}.`;
const WEIGHTS =
  "How often each level of agreement occurs between two records of one person (m) and of two people (u): what it adds is log2(m / u) bits (Fellegi and Sunter 1969). With ceilings in bits for what a household shares.";
const DOTS = "Hold `a.b@gmail.com` for `ab@gmail.com`; only at Google's own domains, which ignore dots.";
const PLUS_TAGS = "Hold `ann+shop@example.com` for `ann@example.com`.";
const COUNTRY =
  "The ISO 3166 code of the country whose phone numbers are written without a country code, such as `TH`; null: such numbers cannot be read.";
const UNIQUE_KINDS = "Kinds of which a person has one value in a namespace: two different values are two people.";
const CRM_DEFAULT = "What holds in namespaces that are not listed.";
const CRM_LISTED = "What holds in these namespaces.";
const LIMIT = `On how many records of one source a value may stand before it says nothing about who somebody is: 1 to ${LIMIT_MAX}.`;
const CAP = `The most records that identifiers may put into one profile: 1 to ${CAP_MAX}.`;
const VALUES = `Values that join nobody, such as the number of the shop itself, whatever their case and width. Up to ${BLOCKED_VALUES_MAX}.`;
const PATTERNS = `The same for whole families of values, such as \`*@shop.example\`: \`*\` stands for any characters, also none. Up to ${BLOCKED_PATTERNS_MAX} of up to ${PATTERN_MAX} characters.`;
const MINIMUM = "How sure a link of a kind has to be to join; kinds that are not listed join by any link.";
const PRIORITY = `Sources whose attributes win, the most trusted first; the others follow by time. Up to ${SOURCES_MAX}.`;

@ObjectType({ description: "How people without a common identifier are compared." })
export class Similarity {
  @Field(() => Boolean, { description: ENABLED })
  enabled!: boolean;

  @Field(() => Float, { description: AUTO })
  autoThreshold!: number;

  @Field(() => Float, { description: REVIEW })
  reviewThreshold!: number;

  @Field(() => Boolean, { description: GUARD })
  guard!: boolean;

  @Field(() => Int, { description: BRACKET })
  recordBracket!: number;

  @Field(() => Int, { description: BLOCK_LIMIT })
  blockLimit!: number;

  @Field(() => Json, { description: WEIGHTS })
  weights!: unknown;
}

@ObjectType({
  description: "Thresholds for more records than the present ones are for: an offer to preview, and to set.",
})
export class SimilarityThresholds {
  @Field(() => Int, { description: BRACKET })
  recordBracket!: number;

  @Field(() => Float, { description: AUTO })
  autoThreshold!: number;

  @Field(() => Float, { description: REVIEW })
  reviewThreshold!: number;
}

@InputType({ description: "Changes how people are compared. What is left out keeps its present value." })
export class SimilarityInput {
  @Field(() => Boolean, { nullable: true, description: ENABLED })
  enabled?: boolean | null;

  @Field(() => Float, { nullable: true, description: AUTO })
  autoThreshold?: number | null;

  @Field(() => Float, { nullable: true, description: `${REVIEW} At most \`autoThreshold\`.` })
  reviewThreshold?: number | null;

  @Field(() => Boolean, { nullable: true, description: GUARD })
  guard?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: `${BRACKET} Setting it sets the thresholds that fit, unless they are given too. When similarity is switched on it follows the number of records, 10000 at least.`,
  })
  recordBracket?: number | null;

  @Field(() => Int, { nullable: true, description: BLOCK_LIMIT })
  blockLimit?: number | null;

  @Field(() => Json, { nullable: true, description: `${WEIGHTS} null gives the shipped ones back.` })
  weights?: unknown;
}

@ObjectType({ description: "Which e-mail addresses are held for one mailbox." })
export class EmailFolding {
  @Field(() => Boolean, { description: DOTS })
  dots!: boolean;

  @Field(() => Boolean, { description: PLUS_TAGS })
  plusTags!: boolean;
}

@InputType({ description: "Changes which e-mail addresses are held for one mailbox." })
export class EmailFoldingInput {
  @Field(() => Boolean, { nullable: true, description: DOTS })
  dots?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: PLUS_TAGS })
  plusTags?: boolean | null;
}

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

@ObjectType({ description: "The limit of one kind of identifier." })
export class SharedLimit {
  @Field(() => IdentifierKindEnum, { description: KIND })
  kind!: IdentifierKind;

  @Field(() => Int, { description: LIMIT })
  limit!: number;
}

@InputType({ description: "The limit of one kind of identifier." })
export class SharedLimitInput {
  @Field(() => IdentifierKindEnum, { description: KIND })
  kind!: IdentifierKind;

  @Field(() => Int, { description: LIMIT })
  limit!: number;
}

@ObjectType({ description: "When a value is shared by so many that it joins nobody." })
export class SharedLimits {
  @Field(() => Int, { description: LIMIT })
  default!: number;

  @Field(() => [SharedLimit], { description: "The limits of single kinds." })
  byKind!: SharedLimit[];
}

@InputType({ description: "Changes when a value is shared by so many that it joins nobody." })
export class SharedLimitsInput {
  @Field(() => Int, { nullable: true, description: LIMIT })
  default?: number | null;

  @Field(() => [SharedLimitInput], {
    nullable: true,
    description: "The limits of single kinds. Takes the place of the whole list.",
  })
  byKind?: SharedLimitInput[] | null;
}

@ObjectType({ description: "How sure links of a kind have to be to join." })
export class MinimumAssurance {
  @Field(() => IdentifierKindEnum, { description: KIND })
  kind!: IdentifierKind;

  @Field(() => AssuranceEnum, { description: "The least assurance that joins." })
  assurance!: Assurance;
}

@InputType({ description: "How sure links of a kind have to be to join." })
export class MinimumAssuranceInput {
  @Field(() => IdentifierKindEnum, { description: KIND })
  kind!: IdentifierKind;

  @Field(() => AssuranceEnum, { description: "The least assurance that joins; CLAIMED asks for nothing." })
  assurance!: Assurance;
}

@ObjectType({ description: "How the tenant's records are resolved to customers." })
export class IdentityRules {
  @Field(() => Int, { description: "Grows by one each time rules are set; 1 stands for the defaults." })
  version!: number;

  @Field(() => Similarity, { description: "How people without a common identifier are compared." })
  similarity!: Similarity;

  @Field(() => String, { nullable: true, description: COUNTRY })
  defaultCountry!: string | null;

  @Field(() => EmailFolding, { description: "Which e-mail addresses are held for one mailbox." })
  emailFolding!: EmailFolding;

  @Field(() => [IdentifierKindEnum], { description: UNIQUE_KINDS })
  uniqueKinds!: IdentifierKind[];

  @Field(() => CrmIdRules, { description: "What different ids of one CRM say, by namespace." })
  crmIds!: CrmIdRules;

  @Field(() => SharedLimits, { description: "When a value is shared by so many that it joins nobody." })
  sharedLimits!: SharedLimits;

  @Field(() => Int, { description: CAP })
  cap!: number;

  @Field(() => [String], { description: VALUES })
  blockedValues!: string[];

  @Field(() => [String], { description: PATTERNS })
  blockedPatterns!: string[];

  @Field(() => [MinimumAssurance], { description: MINIMUM })
  minimumAssurance!: MinimumAssurance[];

  @Field(() => [String], { description: PRIORITY })
  sourcePriority!: string[];

  @Field(() => Boolean, { description: "Whether this version is still being applied to what was there before it." })
  applying!: boolean;

  @Field(() => Float, { description: "How much of what was there before has been brought to this version, 0 to 1." })
  progress!: number;
}

@InputType({ description: "What to change of the rules. What is left out keeps its present value." })
export class IdentityRulesInput {
  @Field(() => SimilarityInput, { nullable: true, description: "How people without a common identifier are compared." })
  similarity?: SimilarityInput | null;

  @Field(() => String, { nullable: true, description: COUNTRY })
  defaultCountry?: string | null;

  @Field(() => EmailFoldingInput, { nullable: true, description: "Which e-mail addresses are held for one mailbox." })
  emailFolding?: EmailFoldingInput | null;

  @Field(() => [IdentifierKindEnum], { nullable: true, description: `${UNIQUE_KINDS} Not CRM_ID, see \`crmIds\`.` })
  uniqueKinds?: IdentifierKind[] | null;

  @Field(() => CrmIdRulesInput, { nullable: true, description: "What different ids of one CRM say, by namespace." })
  crmIds?: CrmIdRulesInput | null;

  @Field(() => SharedLimitsInput, {
    nullable: true,
    description: "When a value is shared by so many that it joins nobody.",
  })
  sharedLimits?: SharedLimitsInput | null;

  @Field(() => Int, { nullable: true, description: CAP })
  cap?: number | null;

  @Field(() => [String], { nullable: true, description: VALUES })
  blockedValues?: string[] | null;

  @Field(() => [String], { nullable: true, description: PATTERNS })
  blockedPatterns?: string[] | null;

  @Field(() => [MinimumAssuranceInput], { nullable: true, description: MINIMUM })
  minimumAssurance?: MinimumAssuranceInput[] | null;

  @Field(() => [String], { nullable: true, description: PRIORITY })
  sourcePriority?: string[] | null;
}
