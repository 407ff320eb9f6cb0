import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { IdentifierKind } from "../../src/identity/identifier-kind";

type Given = Record<string, unknown>;

/** A source record that the company itself sends of a person. */
export interface OwnRecord {
  readonly source: string;
  readonly key: string;
  readonly identifiers: readonly IdentifierInput[];
  readonly attributes: Given | null;
}

/**
 * A customer with an account, an entry in the CRM, a messenger and a browser, all of them joined by what the company's own
 * systems say. Every value holds the number of the case, so that no two cases meet; each is written as it is normalized.
 */
export class Person {
  readonly email: IdentifierInput;
  readonly phone: IdentifierInput;
  readonly userId: IdentifierInput;
  readonly crmId: IdentifierInput;
  readonly lineId: IdentifierInput;
  readonly deviceId: IdentifierInput;
  readonly cookie: IdentifierInput;

  /** @param attributes what the CRM says of the person */
  constructor(
    readonly name: string,
    readonly number: number,
    readonly attributes: Given = {
      givenName: name,
      familyName: `Lee${number}`,
      dateOfBirth: "1990-02-03",
      city: "Bangkok",
    },
  ) {
    const own = `${name}-${number}`;
    const digits = String(number * 7 + name.length * 10_007).padStart(7, "0");
    this.email = identifier("EMAIL", `${name}.lee${number}@xn--bcher-kva.example`);
    this.phone = identifier("PHONE", `+6681${digits}`);
    this.userId = identifier("USER_ID", `user-${own}`);
    this.crmId = identifier("CRM_ID", `crm-${own}`, "hubspot");
    this.lineId = identifier("LINE_ID", `line-${own}`);
    this.deviceId = identifier("DEVICE_ID", `device-${own}`);
    this.cookie = identifier("ANONYMOUS_ID", `cookie-${own}`);
  }

  get crmRecord(): OwnRecord {
    const { crmId, email, phone, attributes } = this;
    return { source: "hubspot", key: crmId.value, identifiers: [crmId, email, phone], attributes };
  }

  get appRecord(): OwnRecord {
    const { userId, email, deviceId } = this;
    return { source: "app", key: userId.value, identifiers: [userId, email, deviceId], attributes: null };
  }

  get lineRecord(): OwnRecord {
    const identifiers = [this.lineId, this.phone].map((one) => ({ ...one, assurance: "VERIFIED" as const }));
    return { source: "line", key: this.lineId.value, identifiers, attributes: { language: "th" } };
  }

  get webRecord(): OwnRecord {
    const { cookie, userId } = this;
    return { source: "web", key: cookie.value, identifiers: [cookie, userId], attributes: null };
  }

  get records(): readonly OwnRecord[] {
    return [this.crmRecord, this.appRecord, this.lineRecord, this.webRecord];
  }

  get identifiers(): readonly IdentifierInput[] {
    return [this.email, this.phone, this.userId, this.crmId, this.lineId, this.deviceId, this.cookie];
  }
}

export function identifier(kind: IdentifierKind, value: string, namespace: string | null = null): IdentifierInput {
  return { kind, value, namespace, assurance: null };
}
