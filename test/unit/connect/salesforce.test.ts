import fc from "fast-check";
import { salesforceAdapter } from "../../../src/connect/systems/salesforce/salesforce";
import { salesforceId } from "../../../src/connect/systems/salesforce/salesforce-id";
import { checked, deliveryOf, expectTotal, expectWellFormed } from "../../support/adapter-deliveries";

const SECRET = "a-long-random-text";
const ORGANIZATION = "00D3i000000rTnXEAU";
const connection = { source: "salesforce", credentials: [{ secret: SECRET, organizationId: ORGANIZATION }] };
const CONTACT = "003D000000QV9n2IAD";
const LOSER = "003D000000QV9n3IAD";

/** As Salesforce's page on outbound messaging shows one. */
const message = (objects: string, organization = ORGANIZATION) => `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${organization}</OrganizationId>
   <ActionId>04k3i000000PDT6AAO</ActionId>
   <SessionId>00D3i000000rTnX!SECRETSESSION</SessionId>
   <EnterpriseUrl>https://na1.example.com/services/Soap/c/60.0/00D3i000000rTnX</EnterpriseUrl>
   ${objects}
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`;
const notification = (fields: string, type = "Contact", id = CONTACT) => `<Notification>
    <Id>04l3i00000A1B2CAAV</Id>
    <sObject xsi:type="sf:${type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     <sf:Id>${id}</sf:Id>${fields}
    </sObject>
   </Notification>`;
const ann = notification(
  `<sf:Email>ann@example.com</sf:Email><sf:FirstName>Ann &amp; Co &#3588;</sf:FirstName><sf:Title xsi:nil="true"/>
   <sf:LastModifiedDate>2026-02-28T10:00:00.000Z</sf:LastModifiedDate><sf:MailingCity>Kyoto</sf:MailingCity>`,
);

const change = (changeType: string, fields: object = {}, header: object = {}) => ({
  schema: "I8b-dYxvxs5wOtCBr4qsew",
  payload: {
    ...fields,
    ChangeEventHeader: {
      commitNumber: 10708862594919,
      commitUser: "005B0000006GudtIAC",
      sequenceNumber: 1,
      entityName: "Contact",
      changeType,
      changedFields: Object.keys(fields),
      nulledFields: [],
      changeOrigin: "com/salesforce/api/soap/60.0;client=SfdcInternalAPI/",
      transactionKey: "0002343d-9d90-e395-ed20-cf416ba652ad",
      commitTimestamp: Date.parse("2026-03-01T11:59:00.000Z"),
      recordIds: [CONTACT],
      ...header,
    },
  },
  event: { replayId: 3 },
});

const read = (body: string | object) => checked(salesforceAdapter.read(deliveryOf({ body, path: SECRET }), connection));
const recordOf = (body: string | object) => {
  const item = read(body)[0]!;
  if (item.kind !== "RECORD") throw new Error(`is a ${item.kind}`);
  return item.record;
};

describe("A delivery of Salesforce", () => {
  const verify = (body: string | object, path: string, credentials = connection.credentials, headers = {}) =>
    salesforceAdapter.verify(deliveryOf({ body, path, headers }), { source: "salesforce", credentials });

  test("counts when it knows the secret and comes from the organization", () => {
    expect(verify(message(ann), SECRET)).toBeNull();
    expect(verify(message(ann), SECRET, [{ secret: SECRET, organizationId: "00D3i000000rTnX" }])).toBeNull();
    expect(verify(change("CREATE"), "", connection.credentials, { authorization: `Bearer ${SECRET}` })).toBeNull();
  });

  test("does not count otherwise", () => {
    expect(verify(message(ann), "another")).toBe("The secret does not match.");
    expect(verify(message(ann), "")).toBe("The secret is missing.");
    expect(verify(message(ann, "00D3i000000rTnYEAU"), SECRET)).toBe("The organization does not match.");
    expect(verify("<x/>", SECRET)).toBe("The organization does not match.");
    expect(verify(message(ann), "", [{ secret: "", organizationId: ORGANIZATION }])).toBe("The secret is missing.");
  });

  test("has to match secret and organization of one set of credentials, not of two", () => {
    const other = "00Dxx0000001gPLEAY";
    const both = [
      { secret: "new", organizationId: other },
      { secret: SECRET, organizationId: ORGANIZATION },
    ];
    expect(verify(message(ann), SECRET, both)).toBeNull();
    expect(verify(message(ann, other), "new", both)).toBeNull();
    expect(verify(message(ann, other), SECRET, both)).toBe("The organization does not match.");
  });

  test("is acknowledged as Salesforce wants it, or it would come for a day", () => {
    expect(salesforceAdapter.acknowledgement?.(deliveryOf({ body: message(ann) }))).toMatchObject({
      status: 200,
      contentType: "text/xml; charset=utf-8",
      body: expect.stringContaining("<Ack>true</Ack>"),
    });
    expect(salesforceAdapter.acknowledgement?.(deliveryOf({ body: change("CREATE") }))?.body).toBe("");
  });
});

describe("An outbound message says", () => {
  test("who a contact is", () => {
    expect(recordOf(message(ann))).toEqual({
      source: "salesforce",
      key: CONTACT,
      identifiers: [
        { kind: "CRM_ID", namespace: "salesforce", value: CONTACT, assurance: "VERIFIED" },
        { kind: "EMAIL", namespace: null, value: "ann@example.com", assurance: "ASSERTED" },
      ],
      attributes: { givenName: "Ann & Co ค", Title: null, city: "Kyoto" },
      observedAt: "2026-02-28T10:00:00.000Z",
      complete: false,
    });
  });

  test("that a lead became a contact", () => {
    const lead = "00QD000000QV9n2MAD";
    const converted = notification(`<sf:ConvertedContactId>${CONTACT}</sf:ConvertedContactId>`, "Lead", lead);
    expect(read(message(converted)).at(-1)).toMatchObject({
      kind: "RECORDS_MERGED",
      survivorKey: CONTACT,
      mergedKeys: [lead],
    });
  });

  test("several things, each by itself, and nothing of its session", () => {
    const items = read(message(`${ann}${notification("", "Account", "001D000000IRFmaIAH")}<Notification/>`));
    expect(items.map(({ kind }) => kind)).toEqual(["RECORD", "UNKNOWN", "UNREADABLE"]);
    expect(JSON.stringify(items)).not.toContain("SECRETSESSION");
  });

  test.each([
    [
      "a billion laughs",
      '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>',
      "&lol2;",
    ],
    ["a file of the server", '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>', "&file;"],
    ["an address", '<!doctype x SYSTEM "http://attacker.example.com/x.dtd">', "x"],
  ])("nothing when it asks for %s", (_, doctype, use) => {
    const body = message(notification(`<sf:FirstName>${use}</sf:FirstName>`)).replace("?>", `?>${doctype}`);
    expect(read(body)).toEqual([{ kind: "UNREADABLE", reason: "The body declares a document type.", payload: null }]);
  });

  test.each([
    ["cut off", message(ann).slice(0, -20)],
    ["nested a thousand deep", `${"<a>".repeat(1000)}${"</a>".repeat(1000)}`],
    ["not UTF-8", "<a>\xff</a>"],
    ["another document", "<rss/>"],
  ])("nothing when it is %s", (name, text) => {
    const body = name === "not UTF-8" ? Buffer.from(text, "latin1") : text;
    expect(checked(salesforceAdapter.read(deliveryOf({ body }), connection))).toMatchObject([{ kind: "UNREADABLE" }]);
  });
});

describe("A change event says", () => {
  test("who a contact is, its parts put together", () => {
    const name = { FirstName: "Ann", LastName: "Carter", Salutation: null };
    const created = change("CREATE", { Name: name, MailingAddress: { City: "Kyoto" }, Email: "ann@example.com" });
    expect(recordOf(created)).toMatchObject({
      key: CONTACT,
      attributes: { givenName: "Ann", familyName: "Carter", city: "Kyoto" },
      observedAt: "2026-03-01T11:59:00.000Z",
    });
    expect(recordOf(created).attributes).not.toHaveProperty("Salutation");
  });

  test("that a field was emptied only where its header does", () => {
    const header = { changedFields: ["Title"], nulledFields: ["Title"] };
    expect(recordOf(change("UPDATE", { Title: null, Department: null }, header)).attributes).toEqual({ Title: null });
  });

  test("that a contact is gone, or there again", () => {
    for (const type of ["DELETE", "GAP_DELETE"]) {
      expect(read(change(type))).toMatchObject([{ kind: "RECORD_REMOVED", key: CONTACT }]);
    }
    expect(read(change("UNDELETE", { Email: "a@example.com" }))).toMatchObject([{ kind: "RECORD" }]);
  });

  test("that a contact was merged into another, when it is deleted with its master's id", () => {
    const items = read(change("DELETE", { MasterRecordId: CONTACT }, { recordIds: [LOSER] }));
    expect(items.map((item) => (item.kind === "RECORD" ? item.record.key : item.kind))).toEqual([
      CONTACT,
      LOSER,
      "RECORDS_MERGED",
    ]);
    expect(items.slice(-1)).toEqual([
      {
        kind: "RECORDS_MERGED",
        source: "salesforce",
        survivorKey: CONTACT,
        mergedKeys: [LOSER],
        at: "2026-03-01T11:59:00.000Z",
      },
    ]);
  });

  test("the same of several at once, and in every wrapping", () => {
    const both = change("DELETE", {}, { recordIds: [CONTACT, LOSER] });
    for (const wrapped of [both, [both], { data: both, channel: "/data/ContactChangeEvent" }, { detail: both }]) {
      expect(read(wrapped)).toMatchObject([{ key: CONTACT }, { key: LOSER }]);
    }
  });

  test("of gaps, wildcards and other objects nothing, but they are kept and counted", () => {
    for (const type of ["GAP_CREATE", "GAP_UPDATE", "GAP_UNDELETE", "GAP_OVERFLOW"]) {
      expect(read(change(type))).toMatchObject([{ kind: "UNKNOWN", type }]);
    }
    expect(read(change("UPDATE", {}, { recordIds: ["003*"] }))).toMatchObject([{ kind: "UNKNOWN" }]);
    expect(read(change("UPDATE", {}, { entityName: "Case" }))).toMatchObject([{ kind: "UNKNOWN", type: "Case" }]);
    expect(read(change("UPDATE", {}, { recordIds: ["no id"] }))).toMatchObject([{ kind: "UNREADABLE" }]);
  });
});

describe("An id of Salesforce", () => {
  test.each([
    ["001D000000IRFma", "001D000000IRFmaIAH"],
    ["005B0000006Gudt", "005B0000006GudtIAC"],
    ["001D000000IRFmaIAH", "001D000000IRFmaIAH"],
    ["001D000000IRFm", null],
    ["", null],
  ])("%s is %s", (id, whole) => {
    expect(salesforceId(id)).toBe(whole);
  });
});

describe("No payload makes the adapter fail", () => {
  test("of change events", () => {
    const samples = [change("CREATE", { Name: { FirstName: "Ann" }, Email: "a@b.example" }), [change("DELETE")]];
    expectTotal(salesforceAdapter, connection, samples);
  });

  test("of messages", () => {
    const text = message(ann);
    const edit = fc.record({ at: fc.nat(text.length), cut: fc.nat(40), put: fc.string({ maxLength: 10 }) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const body = edits.reduce((now, { at, cut, put }) => now.slice(0, at) + put + now.slice(at + cut), text);
        const delivery = deliveryOf({ body });
        expect(salesforceAdapter.verify(delivery, connection)).not.toBeNull();
        expectWellFormed(salesforceAdapter.read(delivery, connection));
      }),
      { numRuns: 300 },
    );
  });
});
