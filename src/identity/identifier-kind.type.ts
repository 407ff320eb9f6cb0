import { registerEnumType } from "type-graphql";
import { ASSURANCES, Assurance, IDENTIFIER_KINDS, IdentifierKind } from "./identifier-kind";

export const IdentifierKindEnum = Object.fromEntries(IDENTIFIER_KINDS.map((kind) => [kind, kind])) as {
  [K in IdentifierKind]: K;
};

export const AssuranceEnum = Object.fromEntries(ASSURANCES.map((assurance) => [assurance, assurance])) as {
  [A in Assurance]: A;
};

registerEnumType(IdentifierKindEnum, {
  name: "IdentifierKind",
  description: "What kind of value identifies a person.",
  valuesConfig: {
    EMAIL: { description: "An e-mail address." },
    PHONE: { description: "A phone number; kept in E.164." },
    USER_ID: { description: "The person's id in the company's own system. One person has one in a namespace." },
    ANONYMOUS_ID: { description: "A browser's cookie: it tells browsers apart, not people." },
    DEVICE_ID: { description: "A device: it may be used by several people." },
    LOYALTY_ID: { description: "The number of a loyalty card." },
    FACEBOOK_ID: { description: "A person's id on Facebook or Messenger." },
    INSTAGRAM_ID: { description: "A person's id on Instagram." },
    X_ID: { description: "The number of an account on X." },
    X_HANDLE: { description: "The handle of an account on X, with or without @." },
    LINKEDIN_ID: { description: "A member's id on LinkedIn." },
    YOUTUBE_ID: { description: "A channel's id on YouTube." },
    LINE_ID: { description: "A person's user id on LINE." },
    WHATSAPP_ID: { description: "A person's id on WhatsApp: their number without the plus sign." },
    TELEGRAM_ID: { description: "A person's id on Telegram." },
    CRM_ID: { description: "The id of a contact in a CRM; its namespace says which CRM." },
    CUSTOM: { description: "Any other id; its namespace says whose." },
  },
});

registerEnumType(AssuranceEnum, {
  name: "Assurance",
  description: "How sure it is that an identifier belongs to the record that carries it.",
  valuesConfig: {
    CLAIMED: { description: "A public client said so." },
    ASSERTED: { description: "A trusted server said so." },
    VERIFIED: { description: "It was proven: by a signed channel, a one-time password or a signed token." },
  },
});
