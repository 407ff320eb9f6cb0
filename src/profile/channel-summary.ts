import { Instant } from "../db/column-types";
import { NO_CHANNEL } from "../timeline/activity";
import { later } from "../timeline/instant-order";
import { Channel } from "../timeline/interaction.type";
import { KnownRecord } from "./known-profile";

/** How much happened on one channel. */
export interface ChannelActivity {
  readonly channel: Channel;
  readonly interactions: number;
  readonly lastAt: Instant;
}

/** The channels on which something happened, the one used last first. */
export function summarizeChannels(records: readonly KnownRecord[]): ChannelActivity[] {
  const byChannel = new Map<string, ChannelActivity>();
  for (const { activity } of records) {
    for (const { channel, interactions, lastAt } of activity) {
      if (channel === NO_CHANNEL) continue;
      const known = byChannel.get(channel);
      byChannel.set(channel, {
        channel: channel as Channel,
        interactions: interactions + (known?.interactions ?? 0),
        lastAt: later(lastAt, known?.lastAt ?? lastAt),
      });
    }
  }
  return [...byChannel.values()].sort((a, b) => {
    if (a.lastAt !== b.lastAt) return a.lastAt > b.lastAt ? -1 : 1;
    return a.channel < b.channel ? -1 : 1;
  });
}
