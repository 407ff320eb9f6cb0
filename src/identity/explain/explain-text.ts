import { Assurance, IdentifierKind } from "../identifier-kind";
import { RulingKind } from "../resolve/decision";
import { Contradiction } from "./explain-contradictions";
import { tellLikeness } from "./explain-likeness";

/** How one of the two records came by the value. */
export interface LinkTold {
  readonly source: string;
  readonly assurance: Assurance;
}

/** What the words need beside the evidence itself. */
export interface EvidenceContext {
  readonly identifier: { readonly kind: IdentifierKind; readonly namespace: string; readonly value: string } | null;
  /** Of the two records, those that carry the value now. */
  readonly links: readonly LinkTold[];
  readonly ruling: { readonly kind: RulingKind; readonly reason: string | null } | null;
}

const LONGEST_QUOTE = 200;

const NAMES: Readonly<Record<IdentifierKind, string>> = {
  EMAIL: "e-mail address",
  PHONE: "phone number",
  USER_ID: "user id",
  ANONYMOUS_ID: "browser cookie",
  DEVICE_ID: "device",
  LOYALTY_ID: "loyalty number",
  FACEBOOK_ID: "Facebook account",
  INSTAGRAM_ID: "Instagram account",
  X_ID: "X account",
  X_HANDLE: "X handle",
  LINKEDIN_ID: "LinkedIn account",
  YOUTUBE_ID: "YouTube channel",
  LINE_ID: "LINE account",
  WHATSAPP_ID: "WhatsApp account",
  TELEGRAM_ID: "Telegram account",
  CRM_ID: "contact",
  CUSTOM: "id",
};

const PERSON_NAMES: Readonly<Record<string, string>> = {
  givenName: "given names",
  familyName: "family names",
  birthDate: "dates of birth",
  generation: "generations (senior or junior)",
};

/** How far a likeness of two who are apart goes. */
const HOW_FAR: Readonly<Record<string, string>> = {
  tooLittle: " That is not enough to make them one customer without a person's decision.",
  refused: " That would make them one customer, if nothing else spoke against it.",
};

const HOW_SURE: Readonly<Record<Assurance, (source: string) => string>> = {
  VERIFIED: (source) => `verified by ${source}`,
  ASSERTED: (source) => `given by ${source}`,
  CLAIMED: (source) => `claimed on ${source}, not proven`,
};

/** One piece of evidence in a sentence or two, for someone who serves the customer and knows nothing of resolution. */
export function tellEvidence(evidence: Contradiction, context: EvidenceContext): string {
  const value = describeValue(context);
  switch (evidence.kind) {
    case "IDENTIFIER":
      return `Both use ${value ?? "the same identifier"}${describeLinks(context.links)}.`;
    case "RULING":
      return tellRuling(value, context);
    case "CONFLICT":
      return `${describeDifference(evidence)}${value === null ? "." : `, so ${value} does not make them one customer, though both use it.`}`;
    case "AMBIGUOUS":
      return `${capitalized(value ?? "an identifier")} is used by customers who cannot be one and the same${describeContention(evidence)}, so it does not tell whose this one is.`;
    case "LOW_ASSURANCE":
      return `${capitalized(value ?? "an identifier")} is not known surely enough${describeLinks(context.links)} to make two known customers one.`;
    case "CAP":
      return `Both use ${value ?? "the same identifier"}, but together with all who use it there would be too many records for one customer.`;
    case "SHARED_VALUE":
      return tellShared(value ?? "the same identifier", evidence, context);
    case "BLOCKED_VALUE":
      return `Both have ${value ?? "the same entry"}, which is a placeholder or cannot be read, and tells nothing.`;
    case "SIMILARITY":
      return `${tellLikeness(evidence.likeness?.comparisons ?? [])}${HOW_FAR[evidence.about ?? ""] ?? ""}`;
  }
}

function tellRuling(value: string | null, { ruling }: EvidenceContext): string {
  const because = describeReason(ruling?.reason);
  if (ruling?.kind !== "DIFFERENT") return `Someone decided that they are one customer${because}.`;
  const although = value === null ? "" : ` Both use ${value}.`;
  return `Someone decided that they are different customers${because}.${although}`;
}

function tellShared(value: string, { recordA, recordB }: Contradiction, { ruling }: EvidenceContext): string {
  if (ruling === null) return `Both use ${value}, but so many others do that it does not tell who somebody is.`;
  const because = describeReason(ruling.reason);
  const decided = `omeone decided that several people use ${recordA === recordB ? value : "it"}${because}.`;
  return recordA === recordB ? `S${decided}` : `Both use ${value}, but s${decided}`;
}

/** What keeps them apart who use one thing, where it is values. */
function describeContention(evidence: Contradiction): string {
  return evidence.values ? ` (${uncapitalized(describeDifference(evidence))})` : "";
}

function describeReason(reason: string | null | undefined): string {
  const given = reason?.trim() ?? "";
  return given === "" ? "" : `: “${quoted(given)}”`;
}

function describeDifference({ about = "", values }: Contradiction): string {
  const what = Object.hasOwn(PERSON_NAMES, about) ? PERSON_NAMES[about]! : `${NAMES[about as IdentifierKind] ?? "id"}s`;
  if (!values) return `They have different ${what}`;
  return `They have different ${what}, “${quoted(values[0])}” and “${quoted(values[1])}”`;
}

function describeValue({ identifier }: EvidenceContext): string | null {
  if (!identifier) return null;
  const { kind, namespace, value } = identifier;
  const whose = namespace === "" ? "" : `${quoted(namespace)} `;
  return `the ${whose}${NAMES[kind]} ${quoted(value)}`;
}

/** One phrase for each way in which the value came, the surest first. */
function describeLinks(links: readonly LinkTold[]): string {
  const phrases = new Set(links.map(({ source, assurance }) => HOW_SURE[assurance](quoted(source))));
  return phrases.size === 0 ? "" : ` (${[...phrases].sort(surestFirst).join("; ")})`;
}

function surestFirst(a: string, b: string): number {
  const order = ["verified", "given", "claimed"];
  return order.indexOf(a.split(" ")[0]!) - order.indexOf(b.split(" ")[0]!);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function uncapitalized(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function quoted(text: string): string {
  const characters = [...text];
  return characters.length > LONGEST_QUOTE ? `${characters.slice(0, LONGEST_QUOTE).join("")}…` : text;
}
