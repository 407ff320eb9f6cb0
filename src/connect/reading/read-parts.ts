import type { z } from "zod";
import type { Item } from "../pipeline/adapter";

const TYPE_MAX = 100;

/** Should have been readable, and was not. */
export function unreadableItem(reason: string, payload: unknown): Item {
  return { kind: "UNREADABLE", reason, payload };
}

/** Of a type that says nothing yet. */
export function unknownItem(type: string, payload: unknown): Item {
  return { kind: "UNKNOWN", type: type.slice(0, TYPE_MAX).trim() || "unnamed", payload };
}

/** Reads one part of a delivery; a part of another shape is refused, with what is wrong with it. */
export function readPart<Shape extends z.ZodType>(
  payload: unknown,
  shape: Shape,
  read: (part: z.output<Shape>) => Item | readonly Item[],
): readonly Item[] {
  const result = shape.safeParse(payload);
  if (!result.success) return [unreadableItem(inWords(result.error), payload)];
  const items = read(result.data);
  return "kind" in items ? [items] : items;
}

/** Each part by itself, so that one that cannot be read is refused alone. */
export function readParts<Shape extends z.ZodType>(
  payloads: readonly unknown[],
  shape: Shape,
  read: (part: z.output<Shape>, payload: unknown) => Item | readonly Item[],
): Item[] {
  return payloads.flatMap((payload) => readPart(payload, shape, (part) => read(part, payload)));
}

/** Names the fields and what they should be, never what they hold. */
function inWords(error: z.ZodError): string {
  const problems = error.issues.slice(0, 5).map(({ path, message }) => {
    const field = path.map(String).join(".");
    return field === "" ? message : `${field}: ${message}`;
  });
  return `${problems.join("; ")}.`;
}
