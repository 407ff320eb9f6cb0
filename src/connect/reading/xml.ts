import { XMLParser, XMLValidator } from "fast-xml-parser";
import { decode, storableText } from "./payload";

/**
 * What a body says as XML.
 *
 * It promises: nothing throws; no entity is expanded but those that XML predefines and references to characters, no file
 * and no address is opened, and nothing nests deeper than 32. A document type is refused as a whole: neither SOAP nor
 * Atom has one, and every attack with entities needs one. It reads names without their prefixes and every value as text.
 */

const SIZE_MAX = 5_000_000;
const DEPTH_MAX = 32;
const DECLARES = /<!(?:DOCTYPE|ENTITY)/i;
const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/gi;
const PREDEFINED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** An element: text, or its children by name and its attributes with `@` in front. */
export type XmlValue = string | XmlElement | readonly XmlValue[];
export interface XmlElement {
  readonly [name: string]: XmlValue;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: "#cdata",
  maxNestedTags: DEPTH_MAX,
});

export type XmlBody =
  | { readonly value: XmlElement; readonly problem: null }
  | { readonly value: null; readonly problem: string };

export function readXml(body: Buffer): XmlBody {
  if (body.length > SIZE_MAX) return refused("The body is too long.");
  const text = decode(body);
  if (text === null) return refused("The body is not UTF-8.");
  if (DECLARES.test(text)) return refused("The body declares a document type.");
  try {
    if (XMLValidator.validate(text) !== true) return refused("The body is not XML.");
    return { value: readElement(parser.parse(text)), problem: null };
  } catch {
    return refused("The body is not XML, or is nested too deep.");
  }
}

/** The children of that name, however many there are. */
export function childrenOf(element: XmlValue | undefined, name: string): readonly XmlValue[] {
  if (typeof element !== "object" || Array.isArray(element)) return [];
  const found = Object.hasOwn(element, name) ? (element as XmlElement)[name] : undefined;
  if (found === undefined) return [];
  return Array.isArray(found) ? (found as readonly XmlValue[]) : [found];
}

/** The first child of that name. */
export function childOf(element: XmlValue | undefined, name: string): XmlValue | undefined {
  return childrenOf(element, name)[0];
}

/** What stands in an element, apart from what is in elements within it. */
export function textOf(element: XmlValue | undefined): string {
  if (typeof element === "string") return element;
  const own = childOf(element, "#text");
  return typeof own === "string" ? own : "";
}

function refused(problem: string): XmlBody {
  return { value: null, problem };
}

function readElement(parsed: object): XmlElement {
  const entries = Object.entries(parsed).map(([name, value]) => [storableText(name), readValue(value)] as const);
  return Object.fromEntries(entries);
}

/** A character-data section holds no references, so it is taken as it is. */
function readValue(value: unknown): XmlValue {
  if (typeof value === "string") return storableText(value.replace(REFERENCE, character));
  if (Array.isArray(value)) return value.map(readValue);
  if (typeof value !== "object" || value === null) return "";
  const { "#cdata": section, ...rest } = value as Record<string, unknown>;
  if (section === undefined) return readElement(rest);
  const literal = storableText(Array.isArray(section) ? section.join("") : String(section));
  const { "#text": around, ...others } = rest;
  const text = `${typeof around === "string" ? around.replace(REFERENCE, character) : ""}${literal}`;
  return Object.keys(others).length === 0 ? text : { ...readElement(others), "#text": text };
}

function character(reference: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) return PREDEFINED[name.toLowerCase()] ?? reference;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : reference;
}
