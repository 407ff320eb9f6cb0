import { Field, Float, InputType, Int, ObjectType } from "type-graphql";
import { Assurance, IdentifierKind } from "../identifier-kind";
import { AssuranceEnum, IdentifierKindEnum } from "../identifier-kind.type";
import { CrmIdRules, CrmIdRulesInput } from "./crm-id-rules.type";
import { BLOCKED_PATTERNS_MAX, BLOCKED_VALUES_MAX, CAP_MAX, PATTERN_MAX, SOURCES_MAX } from "./rules-input";
import { SharedLimits, SharedLimitsInput } from "./shared-limits.type";
import { Similarity, SimilarityInput } from "./similarity-rules.type";

const KIND = "The kind of identifier.";
const DOTS = "Hold `a.b@gmail.com` for `ab@gmail.com`; only at Google's own domains, which ignore dots.";
const PLUS_TAGS = "Hold `ann+shop@example.com` for `ann@example.com`.";
const COUNTRY =
  "The ISO 3166 code of the country whose phone numbers are written without a country code, such as `TH`; null: such numbers cannot be read.";
const UNIQUE_KINDS = "Kinds of which a person has one value in a namespace: two different values are two people.";
const CAP = `The most records that identifiers may put into one profile: 1 to ${CAP_MAX}.`;
const VALUES = `Values that join nobody, such as the number of the shop itself, whatever their case and width. Up to ${BLOCKED_VALUES_MAX}.`;
const PATTERNS = `The same for whole families of values, such as \`*@shop.example\`: \`*\` stands for any characters, also none. Up to ${BLOCKED_PATTERNS_MAX} of up to ${PATTERN_MAX} characters.`;
const MINIMUM = "How sure a link of a kind has to be to join; kinds that are not listed join by any link.";
const PRIORITY = `Sources whose attributes win, the most trusted first; the others follow by time. Up to ${SOURCES_MAX}.`;

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
