import { createHmac } from "node:crypto";
import { Signature } from "@hubspot/api-client";
import { XMLParser } from "fast-xml-parser";
import { ConnectedSystem } from "../support/connected-system";
import { SECRETS_KEY } from "../support/deliveries";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ secretsKeys: [SECRETS_KEY] });
});
afterAll(() => server.close());

const at = (secondsAgo: number): number => Date.now() - secondsAgo * 1000;
const emailsOf = (profile: Awaited<ReturnType<ConnectedSystem["ofCrm"]>>) =>
  profile?.identifiers.filter(({ kind }) => kind === "EMAIL").map(({ value, assurance }) => [value, assurance]);
const keysOf = (profile: Awaited<ReturnType<ConnectedSystem["ofCrm"]>>) =>
  profile?.records.map(({ key }) => key).sort();

/** Sends what nobody signed, and what was changed after signing: neither may leave anything. */
async function expectRefused(
  system: ConnectedSystem,
  body: string,
  headers: Record<string, string>,
  under = "",
): Promise<void> {
  const before = await system.stored();
  expect((await system.post(body.replace("5", "6"), headers, under)).status).toBe(401);
  expect((await system.post(body, {}, "")).status).toBe(401);
  expect(await system.stored()).toEqual(before);
}

describe("HubSpot", () => {
  const clientSecret = "app-client-secret";
  /** Signed by HubSpot's own library. */
  const headersOf = (url: string, requestBody: string, secret = clientSecret) => {
    const timestamp = Date.now();
    const signature = Signature.getSignature("POST", "v3", {
      ...{ signature: "", clientSecret: secret, requestBody, url, timestamp },
    });
    return { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": String(timestamp) };
  };
  const event = (subscriptionType: string, objectId: number, more: object = {}) => ({
    ...{ eventId: objectId, subscriptionId: 25, portalId: 33, appId: 1160452, attemptNumber: 0, changeSource: "CRM" },
    ...{ subscriptionType, objectId, occurredAt: at(60) },
    ...more,
  });
  const changed = (objectId: number, propertyName: string, propertyValue: string, occurredAt = at(60)) =>
    event("contact.propertyChange", objectId, { propertyName, propertyValue, occurredAt });

  it("tells of contacts, their merges and their deletions", async () => {
    const hubspot = await ConnectedSystem.connect(server, "hubspot", { clientSecret });
    const send = async (...events: object[]) => {
      const body = JSON.stringify(events);
      const sent = await hubspot.post(body, headersOf(hubspot.url, body));
      expect(sent.status).toBe(200);
      return body;
    };
    // The newer name came first.
    await send(
      changed(501, "firstname", "Ann", at(10)),
      changed(501, "firstname", "Anna", at(50)),
      changed(501, "email", "ann@example.com"),
      changed(502, "email", "ann.carter@example.org"),
    );
    const [ann, other] = [await hubspot.ofCrm("501"), await hubspot.ofCrm("502")];
    expect(ann!.id).not.toBe(other!.id);
    expect(ann!.attributes).toContainEqual({ name: "givenName", value: "Ann" });
    expect(emailsOf(ann)).toEqual([["ann@example.com", "ASSERTED"]]);

    const merge = event("contact.merge", 501, { primaryObjectId: 501, mergedObjectIds: [502], newObjectId: 503 });
    const body = await send(merge);
    for (const id of ["501", "502", "503"]) expect(keysOf(await hubspot.ofCrm(id))).toEqual(["501", "502", "503"]);
    await send(merge);
    expect(keysOf(await hubspot.ofCrm("502"))).toEqual(["501", "502", "503"]);
    await expectRefused(hubspot, body, headersOf(hubspot.url, body));
    expect((await hubspot.post(body, headersOf(hubspot.url, body, "another secret"))).status).toBe(401);

    await send(changed(504, "email", "bob@example.com"), event("contact.deletion", 504, { occurredAt: at(5) }));
    expect(await hubspot.ofCrm("504")).toBeNull();
    // What was said before the deletion comes late, and brings nobody back.
    await send(changed(504, "firstname", "Bob", at(30)));
    expect(await hubspot.ofCrm("504")).toBeNull();
  });
});

describe("Salesforce", () => {
  const secret = "a-long-random-text";
  const organizationId = "00D3i000000rTnX";
  const [ann, loser] = ["003D000000QV9n2IAD", "003D000000QV9n3IAD"];
  const message = (id: string, fields: string, organization = "00D3i000000rTnXEAU") =>
    `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>
<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${organization}</OrganizationId>
<ActionId>04k3i000000PDT6AAO</ActionId><SessionId xsi:nil="true"/>
<Notification><Id>04l3i00000A1B2CAAV</Id><sObject xsi:type="sf:Contact" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
<sf:Id>${id}</sf:Id>${fields}</sObject></Notification></notifications></soapenv:Body></soapenv:Envelope>`;
  const xml = { "content-type": "text/xml; charset=UTF-8" };

  it("tells of contacts by outbound messages and change events, and of merges by the latter", async () => {
    const salesforce = await ConnectedSystem.connect(server, "salesforce", { secret, organizationId });
    const send = (body: string, under = `/${secret}`) => salesforce.post(body, xml, under);
    const contact = message(ann, "<sf:Email>ann@example.com</sf:Email><sf:FirstName>Ann &amp; Co</sf:FirstName>");
    const answer = await send(contact);
    expect(answer.status).toBe(200);
    const { Envelope } = new XMLParser({ removeNSPrefix: true }).parse(answer.text);
    expect(Envelope.Body.notificationsResponse.Ack).toBe(true);
    await send(message(loser, "<sf:Email>ann.c@example.org</sf:Email>"));
    expect(emailsOf(await salesforce.ofCrm(ann))).toEqual([["ann@example.com", "ASSERTED"]]);
    expect(keysOf(await salesforce.ofCrm(loser))).toEqual([loser]);

    const merged = JSON.stringify({
      MasterRecordId: ann,
      ChangeEventHeader: {
        ...{ entityName: "Contact", changeType: "DELETE", recordIds: [loser], commitTimestamp: at(1) },
      },
    });
    const relayed = await salesforce.post(merged, { authorization: `Bearer ${secret}` });
    expect(relayed.status).toBe(200);
    expect(keysOf(await salesforce.ofCrm(loser))).toEqual([ann, loser]);
  });

  it("is not believed under another secret, from another organization, or with a document type", async () => {
    const salesforce = await ConnectedSystem.connect(server, "salesforce", { secret, organizationId });
    const contact = message(ann, "<sf:Email>eve@example.com</sf:Email>");
    const before = await salesforce.stored();
    const deep = message(ann, `${"<a>".repeat(1000)}${"</a>".repeat(1000)}`);
    const entity = contact.replace("?>", '?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>');
    for (const [body, under] of [
      [contact, ""],
      [contact, "/another-secret"],
      [message(ann, "", "00D000000000001AAA"), `/${secret}`],
      [entity.replace("eve@example.com", "&e;"), `/${secret}`],
      [contact.slice(0, -40), `/${secret}`],
      [deep, `/${secret}`],
      ["<", `/${secret}`],
    ] as const) {
      expect((await salesforce.post(body, xml, under)).status).toBe(401);
    }
    expect(await salesforce.stored()).toEqual(before);
    expect((await salesforce.post(contact, xml, `/${secret}`)).status).toBe(200);
  });
});

describe("Zendesk", () => {
  const signingSecret = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==";
  const headersOf = (body: string, secret = signingSecret) => {
    const time = new Date().toISOString();
    const signature = createHmac("sha256", secret)
      .update(time + body)
      .digest("base64");
    return { "x-zendesk-webhook-signature": signature, "x-zendesk-webhook-signature-timestamp": time };
  };
  let told = 0;
  const event = (type: string, detail: object, change: object = {}, secondsAgo = 60) => ({
    ...{ type: `zen:event-type:${type}`, account_id: 12514403, id: `event-${++told}`, event: change },
    ...{ time: new Date(at(secondsAgo)).toISOString(), subject: "zen:user:501", detail },
  });
  const user = { id: "501", email: "nok@example.com", role: "end-user", name: "Nok" };
  const ticket = {
    id: "5158",
    subject: "Dented kettle",
    status: "OPEN",
    requester_id: "501",
    via: { channel: "email" },
  };
  const comment = (id: number, author: object, body: string) => ({ comment: { id, body, is_public: true, author } });

  it("tells of customers, and of tickets and comments as interactions of one conversation", async () => {
    const zendesk = await ConnectedSystem.connect(server, "zendesk", { signingSecret });
    const send = async (payload: object) => {
      const body = JSON.stringify(payload);
      expect((await zendesk.post(body, headersOf(body))).status).toBe(200);
      return body;
    };
    await send(event("user.created", user));
    await send(event("ticket.created", ticket, {}, 50));
    const said = event("ticket.comment_added", ticket, comment(1, { id: "501", is_staff: false }, "ชามีรอยบุบ"), 40);
    const body = await send(said);
    await send(said);
    const agent = { id: 9, is_staff: true, name: "Ciaran" };
    await send(event("ticket.comment_added", ticket, comment(2, agent, "We look into it."), 30));
    const nok = (await zendesk.ofCrm("501"))!;
    expect(emailsOf(nok)).toEqual([["nok@example.com", "ASSERTED"]]);
    const conversationKey = "zendesk:ticket:5158";
    expect(nok.timeline.nodes).toMatchObject([
      {
        channel: "EMAIL",
        kind: "MESSAGE",
        direction: "OUTBOUND",
        text: "We look into it.",
        actor: "Ciaran",
        conversationKey,
      },
      { channel: "EMAIL", kind: "MESSAGE", direction: "INBOUND", text: "ชามีรอยบุบ", conversationKey },
      { kind: "STATUS_CHANGE", text: "Dented kettle", conversationKey },
    ]);
    await expectRefused(zendesk, body, headersOf(body));
    expect((await zendesk.post(body, headersOf(body, "another secret"))).status).toBe(401);

    await send(event("user.merged", user));
    expect(await zendesk.letters()).toMatchObject([{ kind: "UNKNOWN", code: "zen:event-type:user.merged" }]);
    await send(event("user.deleted", user, {}, 1));
    expect(await zendesk.ofCrm("501")).toBeNull();
  });
});

describe("Intercom", () => {
  const clientSecret = "intercom-client-secret";
  const headersOf = (body: string, secret = clientSecret) => ({
    "x-hub-signature": `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`,
  });
  const seconds = (ago: number): number => Math.floor(at(ago) / 1000);
  const notification = (topic: string, item: object, id: string) => ({
    ...{ type: "notification_event", id, topic, created_at: seconds(60), data: { item } },
  });
  const contact = {
    type: "contact",
    id: "5ba682d2",
    external_id: "customer-9",
    role: "user",
    email: "nok@example.com",
  };
  const user = { type: "user", id: "5ba682d2", name: "Nok" };
  const part = (id: string, body: string, author: object, ago: number) => ({
    ...{ type: "conversation_part", id, part_type: "comment", body, created_at: seconds(ago), author },
  });
  const conversation = (...parts: object[]) => ({
    ...{ type: "conversation", id: "1122", created_at: seconds(90) },
    source: { type: "conversation", id: "3", body: "<p>Is the <b>matcha</b> back?</p>", author: user },
    contacts: { contacts: [{ id: "5ba682d2" }] },
    conversation_parts: { conversation_parts: parts },
  });

  it("tells of contacts, and of conversations as interactions", async () => {
    const intercom = await ConnectedSystem.connect(server, "intercom", { clientSecret });
    const send = async (payload: object) => {
      const body = JSON.stringify(payload);
      expect((await intercom.post(body, headersOf(body))).status).toBe(200);
      return body;
    };
    await send(notification("contact.user.created", contact, "n-1"));
    await send(notification("conversation.user.created", conversation(), "n-2"));
    const admin = { type: "admin", id: "9", name: "Ciaran" };
    const body = await send(
      notification("conversation.admin.replied", conversation(part("4", "<p>明日入荷します</p>", admin, 30)), "n-3"),
    );
    const nok = (await intercom.profile("USER_ID", "customer-9"))!;
    expect(keysOf(nok)).toEqual(["5ba682d2"]);
    const conversationKey = "intercom:conversation:1122";
    expect(nok.timeline.nodes).toMatchObject([
      { channel: "WEB_CHAT", direction: "OUTBOUND", text: "明日入荷します", actor: "Ciaran", conversationKey },
      { channel: "WEB_CHAT", direction: "INBOUND", text: "Is the matcha back?", conversationKey },
    ]);
    await expectRefused(intercom, body, headersOf(body));
    expect((await intercom.post(body, headersOf(body, "another secret"))).status).toBe(401);

    // The merged contact is not named: what joins the two is what both carry.
    await send(
      notification("contact.lead.created", { ...contact, id: "lead-1", role: "lead", external_id: null }, "n-4"),
    );
    expect(keysOf(await intercom.ofCrm("lead-1"))).toEqual(["5ba682d2", "lead-1"]);
    await send({
      ...notification("contact.deleted", { type: "contact", id: "lead-1" }, "n-5"),
      created_at: seconds(0),
    });
    expect(keysOf(await intercom.ofCrm("5ba682d2"))).toEqual(["5ba682d2"]);
  });
});
