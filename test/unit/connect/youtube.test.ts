import { createHmac } from "node:crypto";
import fc from "fast-check";
import { youtubeAdapter } from "../../../src/connect/systems/youtube/youtube";
import { connectionOf, deliveryOf, eventsOf, expectTotal, expectWellFormed } from "../../support/adapter-deliveries";

const OWN = "UC_x5XG1OV2P6uZZ5FSM9Ttw";
const OTHER = "UCB3jOb5QVjX7lYecvyCoTqQ";
const connection = connectionOf({ hubSecret: "s3cret", verifyToken: "t0ken", channelId: OWN });
const address = "https://onefold.example.com/connect/acme/youtube";
const digest = (hash: string, secret: string, body: string) => createHmac(hash, secret).update(body).digest("hex");

/** In the form of YouTube's documentation and of recorded notifications. */
const entry = (channel: string, title: string) => `<entry>
  <id>yt:video:UTVZ7IQ2Ggg</id>
  <yt:videoId>UTVZ7IQ2Ggg</yt:videoId>
  <yt:channelId>${channel}</yt:channelId>
  <title>${title}</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v=UTVZ7IQ2Ggg"/>
  <author><name>Sam Carlton</name><uri>https://www.youtube.com/channel/${channel}</uri></author>
  <published>2022-04-12T20:17:51+00:00</published>
  <updated>2022-04-12T20:18:12.634792044+00:00</updated>
 </entry>`;
const feed = (...parts: string[]) => `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="https://pubsubhubbub.appspot.com"/>
 <link rel="self" href="https://www.youtube.com/xml/feeds/videos.xml?channel_id=${OTHER}"/>
 <title>YouTube video feed</title><updated>2022-04-12T20:18:12.634792044+00:00</updated>
 ${parts.join("\n")}
</feed>`;
const deletion = `<at:deleted-entry ref="yt:video:UTVZ7IQ2Ggg" when="2022-04-13T00:00:00+00:00">
  <link href="https://www.youtube.com/watch?v=UTVZ7IQ2Ggg"/>
  <at:by><name>Sam Carlton</name><uri>https://www.youtube.com/channel/${OTHER}</uri></at:by>
 </at:deleted-entry>`;
const read = (body: string | Buffer) => youtubeAdapter.read(deliveryOf({ body }), connection);

describe("The hub of YouTube", () => {
  const topic = encodeURIComponent(`https://www.youtube.com/xml/feeds/videos.xml?channel_id=${OWN}`);
  const ask = (query: string) =>
    youtubeAdapter.handshake?.(deliveryOf({ method: "GET", url: `${address}?${query}` }), connection);

  test("is answered with its challenge when we asked for the subscription", () => {
    const query = `hub.topic=${topic}&hub.challenge=16187430&hub.mode=subscribe&hub.lease_seconds=432000&hub.verify_token=t0ken`;
    expect(ask(query)).toEqual({ status: 200, contentType: "text/plain; charset=utf-8", body: "16187430" });
    expect(ask(query.replace("subscribe", "unsubscribe"))).toMatchObject({ status: 200, body: "16187430" });
  });

  test.each([
    ["another token", `hub.topic=${topic}&hub.challenge=1&hub.mode=subscribe&hub.verify_token=token`],
    ["no token", `hub.topic=${topic}&hub.challenge=1&hub.mode=subscribe`],
    [
      "a topic of somebody else",
      "hub.topic=https://evil.example/feed&hub.challenge=1&hub.mode=subscribe&hub.verify_token=t0ken",
    ],
  ])("is refused with %s", (_what, query) => expect(ask(query)).toMatchObject({ status: 404 }));

  test("asks nothing otherwise, and is heard when it denies", () => {
    expect(ask("")).toBeNull();
    expect(ask("hub.mode=denied&hub.topic=x")).toMatchObject({ status: 200 });
  });

  test.each([
    ["the hub's signature", `sha1=${digest("sha1", "new", "<feed/>")}`, true],
    ["a longer digest of WebSub", `sha512=${digest("sha512", "new", "<feed/>")}`, true],
    ["the old secret", `sha1=${digest("sha1", "old", "<feed/>")}`, true],
    ["a secret that is gone", `sha1=${digest("sha1", "gone", "<feed/>")}`, false],
    ["another body", `sha1=${digest("sha1", "new", "<feed></feed>")}`, false],
    ["a digest that is no longer safe", `md5=${digest("md5", "new", "<feed/>")}`, false],
    ["no signature", undefined, false],
  ])("sends a delivery with %s", (_what, signature, counts) => {
    const headers = signature === undefined ? undefined : { "X-Hub-Signature": signature };
    const secrets = connectionOf({ hubSecret: "new" }, { hubSecret: "old" });
    expect(youtubeAdapter.verify(deliveryOf({ body: "<feed/>", headers }), secrets) === null).toBe(counts);
  });
});

describe("A video", () => {
  test("of a channel that is not ours is that channel's", () => {
    expect(eventsOf(read(feed(entry(OTHER, "Tea &amp; &quot;kettles&quot; &#39;reviewed&#39; ชา"))))).toEqual([
      {
        messageId: "video:UTVZ7IQ2Ggg:1649794692634",
        source: "channel",
        channel: "YOUTUBE",
        kind: "OTHER",
        direction: "INBOUND",
        visibility: "PUBLIC",
        occurredAt: "2022-04-12T20:18:12.634Z",
        conversationKey: `youtube:${OTHER}`,
        text: "Tea & \"kettles\" 'reviewed' ชา",
        subject: {
          key: OTHER,
          identifiers: [{ kind: "YOUTUBE_ID", value: OTHER, namespace: null, assurance: "VERIFIED" }],
          attributes: { displayName: "Sam Carlton" },
        },
        data: { type: "video", videoId: "UTVZ7IQ2Ggg", publishedAt: "2022-04-12T20:17:51.000Z" },
      },
    ]);
  });

  test("that is deleted is told, our own are kept aside", () => {
    expect(eventsOf(read(feed(deletion)))).toMatchObject([
      { data: { type: "video_deleted", deletes: "yt:video:UTVZ7IQ2Ggg" } },
    ]);
    expect(read(feed(entry(OWN, "Ours")))).toMatchObject([{ kind: "UNKNOWN", type: "own video" }]);
  });

  test("whose title says that it is text has the same words", () => {
    const typed = entry(OTHER, "Tea").replace("<title>", '<title type="text">');
    expect(eventsOf(read(feed(typed)))[0]!.text).toBe("Tea");
  });

  test("whose title looks like a number keeps it", () => {
    expect(eventsOf(read(feed(entry(OTHER, "007"))))[0]!.text).toBe("007");
  });
});

describe("What cannot be read", () => {
  test("is refused alone", () => {
    const bad = entry(OTHER, "x").replace("2022-04-12T20:17:51+00:00", "yesterday");
    expect(read(feed(bad, entry(OTHER, "good"))).map((item) => item.kind)).toEqual(["UNREADABLE", "EVENT"]);
  });

  test.each([
    ["an entity of its own", '<!DOCTYPE feed [<!ENTITY a "b">]><feed><title>&a;</title></feed>'],
    ["a file", '<!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/hostname">]><feed>&a;</feed>'],
    ["ten to the ninth laughs", `<!doctype l [<!ENTITY a "ha">${'<!ENTITY b "&a;&a;">'.repeat(9)}]><feed>&b;</feed>`],
    ["an end too early", "<feed><entry>"],
    ["no XML", "{}"],
    ["nothing", ""],
    ["a thousand levels", "<a>".repeat(1000) + "</a>".repeat(1000)],
  ])("by %s", (_what, body) => {
    const items = read(body);
    expect(items.map((item) => item.kind)).toEqual(["UNREADABLE"]);
    expectWellFormed(items);
  });

  test("never makes it throw", () => {
    expectTotal(youtubeAdapter, connection, [{}], 50);
    const words = fc.constantFrom(
      OTHER,
      "2022-04-12T20:17:51+00:00",
      "UTVZ7IQ2Ggg",
      "Sam Carlton",
      "<name>",
      "</author>",
      "ref",
    );
    const whole = feed(entry(OTHER, "Title"), deletion);
    const other = fc.oneof(
      fc.string(),
      fc.constantFrom("&#0;", "&#xD800;", "null", "<a/>", "__proto__", "<title>x</title>"),
    );
    fc.assert(
      fc.property(words, other, (word, change) => {
        expectWellFormed(read(whole.replaceAll(word, change)));
      }),
      { numRuns: 300 },
    );
  });
});
