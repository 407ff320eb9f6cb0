import { Channel } from "../../timeline/interaction.type";
import { isObject } from "../reading/payload";

type Members = Readonly<Record<string, unknown>>;

const MOBILE_LIBRARY = /android|ios|swift|kotlin|flutter|react-native/i;

/**
 * By which way it happened: what `properties.channel` or `context.channel` names, such as `in_store` or `chatbot`; else a
 * mobile app where the call comes from one; else the web.
 */
export function channelOf(message: Members, context: Members, properties: Members): Channel {
  const named = channelNamed(properties.channel) ?? channelNamed(context.channel);
  if (named !== null) return named;
  const library = isObject(context.library) ? context.library.name : null;
  const isMobile =
    message.type === "screen" ||
    message.channel === "mobile" ||
    (typeof library === "string" && MOBILE_LIBRARY.test(library));
  return isMobile ? Channel.MOBILE_APP : Channel.WEB;
}

function channelNamed(value: unknown): Channel | null {
  if (typeof value !== "string" || value.length > 40) return null;
  const name = value
    .trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, "_");
  return Object.values(Channel).find((channel) => channel === name) ?? null;
}
