import { XMLParser } from "fast-xml-parser";
import { decode, type Payload, storableText, storableValue } from "./payload";

/** No feed or message needs one, and all that is dangerous in XML begins here: entities of one's own, files, addresses. */
const DOCTYPE = /<!DOCTYPE/i;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  // Apostrophes in texts come as numbers, which the parser reads with those of HTML.
  htmlEntities: true,
});

/**
 * What a body says as XML: elements by their names, attributes with an @ in front, texts as they are. Never throws; a
 * document type is refused unread.
 */
export function readXmlPayload(body: Buffer): Payload {
  const text = decode(body);
  if (text === null) return { value: storableText(body.toString("utf8")), problem: "The body is not UTF-8." };
  if (DOCTYPE.test(text)) return { value: storableText(text), problem: "The body declares a document type." };
  try {
    return { value: storableValue(parser.parse(text, true)), problem: null };
  } catch {
    return { value: storableText(text), problem: "The body is not XML." };
  }
}
