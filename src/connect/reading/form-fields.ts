import { Busboy } from "@fastify/busboy";

const FIELD_MAX = 20 * 1024 * 1024;
const LIMITS = { fieldSize: FIELD_MAX, fields: 100, files: 0, parts: 200, headerPairs: 50 };

/**
 * The fields of a form that a system posts as `multipart/form-data`, byte for byte, for what a mail holds need not be
 * UTF-8. Files are left out. Null for what is no such form, or is cut off.
 */
export function readFormFields(body: Buffer, contentType: string): Promise<ReadonlyMap<string, Buffer> | null> {
  return new Promise((resolve) => {
    const fields = new Map<string, Buffer>();
    try {
      // Latin 1 has a character for each byte, so that none is lost.
      const form = new Busboy({ headers: { "content-type": contentType }, defCharset: "latin1", limits: LIMITS });
      form.on("field", (name, value) => fields.set(name, Buffer.from(value, "latin1")));
      form.once("finish", () => resolve(fields));
      form.once("error", () => resolve(null));
      form.end(body);
    } catch {
      resolve(null);
    }
  });
}
