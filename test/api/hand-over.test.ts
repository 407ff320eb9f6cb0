import { ADAPTER_SAMPLES } from "../support/adapter-samples";
import { ConnectedSystem } from "../support/connected-system";
import { SECRETS_KEY } from "../support/deliveries";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ secretsKeys: [SECRETS_KEY] });
});
afterAll(() => server.close());

const minute = (minutes: number) => Date.UTC(2026, 2, 1, 12, minutes);

const ANN = "2345678901234567";
const PAGE = "1051234567890123";

function page(entry: object): object {
  return { object: "page", entry: [{ id: PAGE, time: minute(0), ...entry }] };
}

function account(entry: object): object {
  return { object: "instagram", entry: [{ id: PAGE, time: minute(0), ...entry }] };
}

function activity(lists: object): object {
  return { for_user_id: "2244994945", ...lists };
}

const brand = { id_str: "2244994945", screen_name: "TeaCo", name: "Tea Co" };
const ann = { id_str: "4337869213", screen_name: "ann_tea", name: "Ann Tanaka" };

function post(id: string, at: number, more: object): object {
  return { id_str: id, created_at: "Sun Mar 01 12:00:00 +0000 2026", timestamp_ms: String(minute(at)), ...more };
}

function telegram(id: number, chat: object, at: number, text: string): object {
  const from = { id: 11234567, is_bot: false, first_name: "Ann" };
  return { update_id: id, message: { message_id: id, date: minute(at) / 1000, from, chat, text } };
}

const messaging = (from: string, to: string, at: number, message: object) => {
  return { messaging: [{ sender: { id: from }, recipient: { id: to }, timestamp: minute(at), message }] };
};

interface Said {
  readonly visibility: string;
  readonly direction: string;
  readonly text: string;
}

const said = (visibility: string, direction: string, text: string): Said => ({ visibility, direction, text });

/** By system: who it is, what is sent, each in a delivery of its own, and how it reads. */
const CONVERSATIONS: readonly [string, [string, string], readonly object[], readonly Said[]][] = [
  [
    "x",
    ["X_ID", "4337869213"],
    [
      activity({ tweet_create_events: [post("1", 0, { user: ann, text: "@TeaCo it came dented" })] }),
      activity({
        tweet_create_events: [
          post("2", 1, { user: brand, in_reply_to_user_id_str: ann.id_str, text: "Sorry! Send us a message?" }),
        ],
      }),
      activity({
        direct_message_events: [
          {
            ...{ type: "message_create", id: "3", created_timestamp: String(minute(2)) },
            initiated_via: { tweet_id: "2" },
            message_create: {
              ...{ sender_id: ann.id_str, target: { recipient_id: brand.id_str } },
              message_data: { text: "Order 77" },
            },
          },
        ],
      }),
    ],
    [
      said("PUBLIC", "INBOUND", "@TeaCo it came dented"),
      said("PUBLIC", "OUTBOUND", "Sorry! Send us a message?"),
      said("PRIVATE", "INBOUND", "Order 77"),
    ],
  ],
  [
    "messenger",
    ["FACEBOOK_ID", ANN],
    [
      page({
        changes: [
          {
            field: "feed",
            value: {
              ...{ item: "comment", verb: "add", comment_id: "4_1", post_id: "4", created_time: minute(0) / 1000 },
              ...{ from: { id: ANN, name: "Ann" }, message: "It came dented" },
            },
          },
        ],
      }),
      page(messaging(PAGE, ANN, 1, { mid: "m_1", is_echo: true, text: "Sorry! What is your order?" })),
      page(messaging(ANN, PAGE, 2, { mid: "m_2", text: "Order 77" })),
    ],
    [
      said("PUBLIC", "INBOUND", "It came dented"),
      said("PRIVATE", "OUTBOUND", "Sorry! What is your order?"),
      said("PRIVATE", "INBOUND", "Order 77"),
    ],
  ],
  [
    "instagram",
    ["INSTAGRAM_ID", ANN],
    [
      account({ changes: [{ field: "comments", value: { id: "17", text: "It came dented", from: { id: ANN } } }] }),
      account(messaging(PAGE, ANN, 1, { mid: "m_1", is_echo: true, text: "Sorry! What is your order?" })),
      account(messaging(ANN, PAGE, 2, { mid: "m_2", text: "Order 77" })),
    ],
    [
      said("PUBLIC", "INBOUND", "It came dented"),
      said("PRIVATE", "OUTBOUND", "Sorry! What is your order?"),
      said("PRIVATE", "INBOUND", "Order 77"),
    ],
  ],
  [
    "telegram",
    ["TELEGRAM_ID", "11234567"],
    [
      telegram(1, { id: -100, type: "supergroup", title: "Tea", username: "tea_talk" }, 0, "It came dented"),
      telegram(2, { id: 11234567, type: "private", first_name: "Ann" }, 1, "Order 77"),
    ],
    [said("PUBLIC", "INBOUND", "It came dented"), said("PRIVATE", "INBOUND", "Order 77")],
  ],
];

describe.each(CONVERSATIONS)("a conversation on %s that goes on in private", (system, [kind, value], sent, reads) => {
  const sample = ADAPTER_SAMPLES[system]!;
  const credentials = sample.credentials("a");
  let connected: ConnectedSystem;

  beforeAll(async () => {
    connected = await ConnectedSystem.connect(server, system, credentials);
    // The last first: deliveries come in any order.
    for (const delivery of [...sent].reverse()) {
      const body = JSON.stringify(delivery);
      expect((await connected.post(body, sample.sign(body, credentials, connected.url))).status).toBe(200);
    }
  });

  it("is one conversation of one customer, in which the hand-over shows", async () => {
    const { timeline } = (await connected.profile(kind, value))!;
    const { conversationKey } = timeline.nodes[0]!;
    expect(conversationKey).toEqual(expect.any(String));
    const whole = (await connected.profile(kind, value, null, { conversationKey }))!.timeline.nodes;
    const inOrder = [...whole].reverse().map(({ visibility, direction, text }) => ({ visibility, direction, text }));
    expect(inOrder).toEqual(reads);
  });

  it("can be looked at as the public saw it", async () => {
    const { timeline } = (await connected.profile(kind, value, null, { visibility: "PUBLIC" }))!;
    expect(timeline.nodes).toHaveLength(reads.filter(({ visibility }) => visibility === "PUBLIC").length);
  });
});

it("names the post from which a message on X was begun", async () => {
  const sample = ADAPTER_SAMPLES.x!;
  const credentials = sample.credentials("a");
  const connected = await ConnectedSystem.connect(server, "x", credentials);
  const body = JSON.stringify(CONVERSATIONS[0]![2][2]);
  await connected.post(body, sample.sign(body, credentials, connected.url));
  const { timeline } = (await connected.profile("X_ID", "4337869213"))!;
  expect(timeline.nodes).toMatchObject([{ data: { movedFrom: { visibility: "PUBLIC", post: "2" } } }]);
});
