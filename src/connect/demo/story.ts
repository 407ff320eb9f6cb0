import type { IdentifierKind } from "../../identity/identifier-kind";
import type { Direction, InteractionKind, Visibility } from "../../timeline/interaction.type";
import type { ChannelName } from "./channel-source";

export type Language = "en" | "th" | "ja";

/** Something a person is known by: what it is, and its value as a sender would write it. */
export interface Trait {
  readonly kind: IdentifierKind;
  readonly value: string;
  readonly namespace?: string;
}

export interface Person {
  /** In Latin letters, for the line that is printed. */
  readonly shownAs: string;
  readonly language: Language;
  /** What systems of the shop know, in the person's own script. */
  readonly attributes: { readonly givenName: string; readonly familyName: string } & Readonly<Record<string, string>>;
  /** The name on social channels, where it is another than the real one. */
  readonly nickname?: string;
  /** Under the short names that the moments use. */
  readonly traits: Readonly<Record<string, Trait>>;
}

interface Happening {
  /** Time of the story's day, "HH:MM". */
  readonly at: string;
  /** Which of the people. */
  readonly who: string;
  /** Which traits the sender knows the person by at this moment; the first names the source record. */
  readonly by: readonly string[];
}

/** One event on a channel. */
export interface Moment extends Happening {
  readonly channel: ChannelName;
  readonly text: string;
  readonly kind?: `${InteractionKind}`;
  /** Who acts for the shop. It makes the moment OUTBOUND, unless a direction is given. */
  readonly agent?: string;
  readonly direction?: `${Direction}`;
  readonly visibility?: `${Visibility}`;
  readonly data?: Readonly<Record<string, string | number>>;
}

/** A contact as a CRM holds it; it makes no entry on the timeline. */
export interface Upsert extends Happening {
  readonly crm: string;
  readonly key: string;
  readonly text: string;
}

export interface Story {
  readonly title: string;
  readonly people: Readonly<Record<string, Person>>;
  readonly moments: readonly (Moment | Upsert)[];
}
