const decoder = new TextDecoder("utf-8", { fatal: true });

/** The value that a body holds as JSON in UTF-8; undefined when it holds none. */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
