import { crmId, email, event, record } from "../support/events";
import { LIBRARIES, Received } from "../support/webhook-receiver";
import { WebhookWorld } from "../support/webhook-world";

let world: WebhookWorld;

beforeAll(async () => {
  world = await WebhookWorld.open();
});
afterAll(() => world.close());

const HOUR = 3_600_000;
let persons = 0;
const someone = (): string => `client ${++persons}`;

function upsert(...records: Parameters<typeof record>[0][]) {
  return world.server.ingest.upsertRecords(world.server.viewer, records.map(record));
}

const typesOf = (messages: readonly Received[]): string[] => messages.map(({ type }) => type);

describe("a message", () => {
  it.each(Object.keys(LIBRARIES) as (keyof typeof LIBRARIES)[])("is signed so that %s accepts it", async (library) => {
    const { receiver, id } = await world.connect({}, library);
    const { profileId, interactionId } = await world.server.happens();
    await world.serve(id);
    expect(receiver.refused).toEqual([]);
    expect(typesOf(receiver.taken)).toEqual(["profile.updated", "interaction.added"]);
    const [, added] = receiver.taken;
    expect(added).toMatchObject({ id: added!.data.cursor, data: { profileId, source: "web" } });
    expect(added!.data.interaction).toMatchObject({ id: interactionId, source: "web" });
    expect(receiver.requests[0]!.body).not.toContain("hello");
  });

  it("is refused by both once a byte of it is different", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    await world.server.happens();
    await world.serve(id);
    const [{ headers, body }] = receiver.requests as [(typeof receiver.requests)[number]];
    for (const Library of Object.values(LIBRARIES)) {
      const library = new Library(receiver.secret);
      expect(() => library.verify(body, headers as Record<string, string>)).not.toThrow();
      expect(() => library.verify(`${body} `, headers as Record<string, string>)).toThrow();
    }
  });

  it("of a merge carries both CRM ids, with the profiles they were in; of a split, where each went", async () => {
    const { receiver, id } = await world.connect({ kinds: ["PROFILES_MERGED", "PROFILE_SPLIT"] });
    const address = email(`${someone().replace(" ", "")}@example.com`);
    const [one, other] = await upsert(
      { key: "501", identifiers: [crmId("501"), address] },
      { key: "502", identifiers: [crmId("502")] },
    );
    await upsert({ source: "shop", key: "9", identifiers: [crmId("502"), address] });
    await upsert({ source: "shop", key: "9", identifiers: [crmId("502")], complete: true });
    await world.serve(id);
    expect(typesOf(receiver.taken)).toEqual(["profiles.merged", "profile.split"]);
    const [merged, split] = receiver.taken.map(({ data }) => data) as [Received["data"], Received["data"]];
    const survivor = one!.recordId!;
    expect(merged).toMatchObject({ profileId: survivor, absorbedIds: [other!.recordId] });
    expect(merged.records).toMatchObject([
      { source: "hubspot", key: "501", profileId: survivor },
      { source: "hubspot", key: "502", profileId: survivor, formerProfileId: other!.recordId },
      { source: "shop", key: "9", profileId: survivor },
    ]);
    expect(split).toMatchObject({ profileId: survivor, separatedIds: [other!.recordId] });
    expect(split.records).toMatchObject([
      { source: "hubspot", key: "501", profileId: survivor },
      { source: "hubspot", key: "502", profileId: other!.recordId, formerProfileId: survivor },
      { source: "shop", key: "9", profileId: other!.recordId, formerProfileId: survivor },
    ]);
    expect(split.records[0]).not.toHaveProperty("formerProfileId");
  });

  it("tells a record that a stranger made up under a CRM's key from the CRM's own", async () => {
    const { receiver, id } = await world.connect({ kinds: ["PROFILES_MERGED", "PROFILE_UPDATED"] });
    const address = email(`${someone().replace(" ", "")}@example.com`);
    await upsert({ key: "601", identifiers: [crmId("601"), address] });
    const stranger = { ...world.server.viewer, role: "PUBLIC" as const };
    await world.server.ingest.ingest(stranger, [
      event({ source: "hubspot", subject: { key: "601", identifiers: [address] } }),
    ]);
    await world.serve(id);
    const { records } = receiver.taken.at(-1)!.data;
    expect(records.map(({ source, key, claimed }) => [source, key, claimed])).toEqual([
      ["hubspot", "601", undefined],
      ["hubspot", "601", true],
    ]);
  });

  it("is signed with both secrets while they are rotated, and with the new one alone after a day", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    const { secret } = await world.service.rotateSecret(world.tenantId, id);
    const accepted = async (): Promise<boolean[]> => {
      await world.server.happens();
      await world.serve(id);
      const { headers, body } = receiver.requests.at(-1)!;
      return [receiver.secret, secret].map((known) => {
        try {
          return new LIBRARIES.svix(known).verify(body, headers as Record<string, string>) !== undefined;
        } catch {
          return false;
        }
      });
    };
    expect(await accepted()).toEqual([true, true]);
    world.later(24 * HOUR + 1);
    expect(await accepted()).toEqual([false, true]);
  });

  it("does not show its secret in the database", async () => {
    const { receiver, id } = await world.connect();
    const rows = await world.server.db.ownerQuery("select * from webhook_endpoints where endpoint_id = $1", [id]);
    const bytes = Buffer.from(receiver.secret.replace("whsec_", ""), "base64");
    const [{ secret }] = rows as [{ secret: Buffer }];
    expect(secret.includes(bytes)).toBe(false);
    expect(secret.includes(receiver.secret)).toBe(false);
  });
});

describe("an endpoint with a source", () => {
  it("is not told what its source said alone, and is told everything else", async () => {
    const { receiver, id } = await world.connect({ source: "hubspot" });
    const every = await world.connect();
    const address = email(`${someone().replace(" ", "")}@example.com`);
    await upsert({ key: "601", identifiers: [crmId("601"), address] });
    await world.server.ingest.ingest(world.server.viewer, [event({ source: "hubspot", subject: { key: "601" } })]);
    await world.serve(id);
    expect(receiver.taken).toEqual([]);
    await world.server.ingest.ingest(world.server.viewer, [
      event({ source: "web", subject: { key: someone(), identifiers: [address] } }),
    ]);
    await world.serve(id);
    await world.serve(every.id);
    expect(typesOf(receiver.taken)).toEqual(["profile.updated", "interaction.added"]);
    expect(receiver.taken[1]!.data.records).toContainEqual(expect.objectContaining({ source: "hubspot", key: "601" }));
    expect(typesOf(every.receiver.taken)).toEqual([
      ...["profile.updated", "interaction.added", "profile.updated", "interaction.added"],
    ]);
  });

  it("is told of a merge of its own records that Onefold found, and not of one that the source made", async () => {
    const { receiver, id } = await world.connect({ source: "hubspot", kinds: ["PROFILES_MERGED"] });
    const address = email(`${someone().replace(" ", "")}@example.com`);
    await upsert({ key: "701", identifiers: [crmId("701"), address] }, { key: "702", identifiers: [crmId("702")] });
    await upsert({ key: "702", identifiers: [crmId("702"), address] });
    await world.serve(id);
    expect(receiver.taken.map(({ data }) => data.records.map(({ key }) => key))).toEqual([["701", "702"]]);

    await upsert({ key: "703", identifiers: [crmId("703")] }, { key: "704", identifiers: [crmId("704")] });
    await upsert({ key: "703", identifiers: [crmId("703"), crmId("704")] });
    await world.serve(id);
    expect(receiver.taken).toHaveLength(1);
  });
});

describe.each(["svix", "standardwebhooks"] as const)("a receiver on %s that is killed again and again", (library) => {
  it("misses nothing, and hears of each profile in order, across merges and splits", async () => {
    const { receiver, id } = await world.connect({}, library);
    const before = await world.server.newestPosition();
    const address = (n: number) => `kill${n}.${library}@example.com`;
    let requests = 0;
    receiver.answer = (_, response) => {
      requests += 1;
      if (requests % 7 === 0) response.writeHead(500).end("an error with a secret in it");
      else if (requests % 11 === 0) void receiver.kill();
      else response.writeHead(200).end();
    };
    for (let turn = 0; turn < 30; turn += 1) {
      await world.server.knows(`${library} ${turn % 6}`, [
        address(turn % 6),
        ...(turn % 5 === 0 ? [address((turn + 1) % 6)] : []),
      ]);
      await world.server.servesInCrm(`${library} ${(turn * 5) % 6}`);
      await world.serve(id);
      if (turn % 4 === 0) await receiver.kill();
      if (turn % 4 === 1) await receiver.kill().then(() => receiver.start());
      world.later(HOUR / 2);
    }
    receiver.answer = (_, response) => void response.writeHead(200).end();
    await receiver.kill();
    await receiver.start();
    await world.serveFor(id, 24);
    const positions = await world.server.db.ownerQuery<{ position: string; kind: string }>(
      "select position, kind from changes where tenant_id = $1 and position > $2 order by position",
      [world.tenantId, before],
    );
    const log = (await world.log(id)).reverse();
    expect(log.map(({ position, status }) => [position, status])).toEqual(
      positions.map(({ position }) => [Number(position), "DELIVERED"]),
    );
    expect(positions.filter(({ kind }) => kind === "PROFILES_MERGED").length).toBeGreaterThan(0);
    expect(positions.filter(({ kind }) => kind === "PROFILE_SPLIT").length).toBeGreaterThan(0);
    const place = new Map(log.map(({ id: messageId, position }) => [messageId, position]));
    expect(new Set(receiver.taken.map((message) => message.id))).toEqual(new Set(place.keys()));
    const outOfOrder: string[] = [];
    const newest = new Map<string, number>();
    for (const { id: messageId, data } of receiver.once) {
      const ids = [data.profileId, ...(data.absorbedIds ?? []), ...(data.separatedIds ?? [])];
      for (const profileId of ids) {
        if ((newest.get(profileId) ?? 0) > place.get(messageId)!) outOfOrder.push(profileId);
        newest.set(profileId, place.get(messageId)!);
      }
    }
    expect(outOfOrder).toEqual([]);
    expect(log.some(({ attempts }) => attempts > 1)).toBe(true);
    expect(JSON.stringify(log)).not.toContain("secret in it");
  });
});

describe("an endpoint that takes nothing", () => {
  it("is tried for three days, each change once its turn comes, and then given up; replayed, all comes in order", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    receiver.answer = (_, response) => void response.writeHead(503).end();
    const key = someone();
    for (let n = 0; n < 3; n += 1) await world.server.happens(key);
    await world.serveFor(id, 71);
    expect((await world.log(id)).map(({ status }) => status)).toEqual(["PENDING", "PENDING", "PENDING"]);
    expect(new Set(receiver.requests.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(receiver.requests.length).toBeGreaterThan(15);
    await world.serveFor(id, 2);
    expect(await world.log(id)).toMatchObject(
      Array(3).fill({ status: "DEAD", lastStatus: 503, lastError: "The endpoint answered 503." }),
    );
    const tried = receiver.requests.length;
    await world.serveFor(id, 48);
    expect(receiver.requests).toHaveLength(tried);

    receiver.answer = (_, response) => void response.writeHead(200).end();
    expect(await world.service.replay(world.tenantId, id, null)).toBe(3);
    await world.serveFor(id, 1);
    const log = (await world.log(id)).reverse();
    expect(log.map(({ status }) => status)).toEqual(["DELIVERED", "DELIVERED", "DELIVERED"]);
    expect(receiver.taken.map((message) => message.id)).toEqual(log.map((delivery) => delivery.id));
  });

  it("holds up nobody: a change that it refuses lets those of other customers pass", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    const poisoned = await world.server.happens();
    receiver.answer = ({ data }, response) =>
      void response.writeHead(data.profileId === poisoned.profileId ? 500 : 200).end();
    await world.serve(id);
    for (let n = 0; n < 20; n += 1) await world.server.happens();
    world.later(60_000);
    await world.serve(id);
    expect(receiver.taken).toHaveLength(20);
    expect((await world.log(id)).filter(({ status }) => status === "PENDING")).toHaveLength(1);
  });

  it("gets all that it missed as soon as it answers again, whatever each change was waiting for", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    await receiver.kill();
    for (let n = 0; n < 12; n += 1) await world.server.happens();
    await world.serveFor(id, 3);
    await receiver.start();
    world.later(6 * HOUR);
    await world.serve(id);
    expect(receiver.once).toHaveLength(12);
  });

  it("is paused when it answers that it is gone", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    receiver.answer = (_, response) => void response.writeHead(410).end();
    await world.server.happens();
    await world.serve(id);
    const [endpoint] = await world.service.list(world.tenantId, null, 1);
    expect(endpoint).toMatchObject({ id, active: false, lastError: expect.stringContaining("410") });
    receiver.answer = (_, response) => void response.writeHead(200).end();
    await world.service.setActive(world.tenantId, id, true);
    world.later(60_000);
    await world.serve(id);
    expect(receiver.taken).toHaveLength(1);
  });
});

describe("two servers at one endpoint", () => {
  it("do not serve it at once; what the one that was lost had sent is sent again by the other", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    await world.server.happens();
    let sent = false;
    receiver.answer = (_, response) => {
      sent = true;
      // The other server takes over while this one waits for the answer, as if it had stood still for that long.
      world.later(16_000);
      receiver.answer = (__, second) => void second.writeHead(200).end();
      void world.serve(id).then(() => response.writeHead(200).end());
    };
    await world.serve(id);
    expect(sent).toBe(true);
    expect(receiver.requests).toHaveLength(2);
    expect(await world.log(id)).toMatchObject([{ status: "DELIVERED", attempts: 1 }]);
  });

  it("leave it to the one that has it", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    await world.server.happens();
    receiver.answer = (_, response) => void world.serve(id).then(() => response.writeHead(200).end());
    await world.serve(id);
    expect(receiver.requests).toHaveLength(1);
  });
});

describe("an endpoint of a tenant that is suspended", () => {
  it("is told no more, not even in a turn that was under way, and all of it once the tenant is resumed", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    const suspend = (at: Date | null) =>
      world.server.db.ownerQuery("update tenants set suspended_at = $2 where tenant_id = $1", [world.tenantId, at]);
    const key = someone();
    for (let n = 0; n < 3; n += 1) await world.server.happens(key);
    receiver.answer = (_, response) => void suspend(new Date()).then(() => response.writeHead(200).end());
    await world.serve(id);
    expect(receiver.requests).toHaveLength(1);
    await world.serve(id);
    expect(receiver.requests).toHaveLength(1);
    expect(await world.dueAt(id)).toBeLessThanOrEqual(Date.now());

    receiver.answer = (_, response) => void response.writeHead(200).end();
    await suspend(null);
    await world.serve(id);
    expect(receiver.requests).toHaveLength(3);
    expect((await world.log(id)).map(({ status }) => status)).toEqual(["DELIVERED", "DELIVERED", "DELIVERED"]);
  });
});

describe("a feed that no longer holds what comes next", () => {
  it("tells the endpoint so, and goes on with what there is", async () => {
    const { receiver, id } = await world.connect({ kinds: ["INTERACTION_ADDED"] });
    await world.server.happens();
    await world.server.happens();
    const end = await world.server.newestPosition();
    await world.server.db.ownerQuery("delete from changes where tenant_id = $1 and position < $2", [
      world.tenantId,
      end,
    ]);
    const { profileId } = await world.server.happens();
    await world.serve(id);
    expect(typesOf(receiver.taken).sort()).toEqual(["feed.gap", "interaction.added"]);
    const gap = receiver.taken.find(({ type }) => type === "feed.gap")!;
    expect(receiver.taken.find(({ type }) => type !== "feed.gap")!.data.profileId).toBe(profileId);
    const page = await world.server.live.listChanges(world.tenantId, gap.data.cursor, null);
    expect(page.changes.at(-1)!.profileId).toBe(profileId);
  });
});
