import type { ComparedAttribute } from "../similarity/comparison";
import type { Comparison } from "../similarity/score";

const NAMES: Readonly<Record<ComparedAttribute, string>> = {
  givenName: "given name",
  familyName: "family name",
  generation: "generation (senior or junior)",
  birthDate: "date of birth",
  gender: "gender",
  address: "street address",
  postalCode: "postal code",
  city: "city",
  email: "e-mail address",
  phone: "phone number",
  organization: "company",
  identifier: "id",
};

const LONGEST_VALUE = 60;
/** Weaker than this, a comparison says nothing that a person would want to read. */
const TELLING_BITS = 0.5;

/** What two persons have in common and where they differ, the weightiest first, for someone who serves them. */
export function tellLikeness(comparisons: readonly Comparison[]): string {
  const byWeight = [...comparisons].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const alike = byWeight.filter(({ weight }) => weight >= TELLING_BITS).map(tellOne);
  const unlike = byWeight.filter(({ weight }) => weight <= -TELLING_BITS).map(tellOne);
  const told = alike.length > 0 ? `Alike: ${alike.join(", ")}.` : "What is known of the two persons is hardly alike.";
  return unlike.length > 0 ? `${told} Different: ${unlike.join(", ")}.` : told;
}

function tellOne({ attribute, valueA, valueB }: Comparison): string {
  const [one, other] = [shown(attribute, valueA), shown(attribute, valueB)];
  const name = NAMES[attribute];
  if (one === "" || other === "") return `${name} “${one || other}” said by one of them only`;
  return one === other ? `${name} “${one}”` : `${name} “${one}” and “${other}”`;
}

function shown(attribute: ComparedAttribute, value: string): string {
  const date = /^(\d{4})(\d{2})(\d{2})$/.exec(value);
  if (attribute === "birthDate" && date) return `${date[1]}-${date[2]}-${date[3]}`;
  const characters = [...value];
  return characters.length > LONGEST_VALUE ? `${characters.slice(0, LONGEST_VALUE).join("")}…` : value;
}
