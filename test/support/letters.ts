import fc from "fast-check";
import { createTransport, type SendMailOptions } from "nodemailer";

const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });

/** A message as nodemailer writes it, byte for byte. */
export async function letter(options: SendMailOptions): Promise<Buffer> {
  const sent = await transport.sendMail({
    ...{ from: "Nok <nok@example.com>", to: "help@shop.example", date: new Date("2026-03-01T09:30:00Z") },
    ...options,
  });
  return sent.message as Buffer;
}

/** Messages that were cut off, in which bytes became others, or that are nothing of the kind. */
export function damagedLetters(samples: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const splice = fc.record({
    at: fc.nat(),
    drop: fc.nat(40),
    insert: fc.oneof(fc.uint8Array({ maxLength: 20 }), SCRAPS),
  });
  const damaged = fc
    .tuple(fc.constantFrom(...samples), fc.array(splice, { minLength: 1, maxLength: 5 }), fc.nat())
    .map(([sample, splices, end]) => {
      let bytes = sample;
      for (const { at, drop, insert } of splices) {
        const place = at % bytes.length;
        bytes = Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + drop), Buffer.from("\n")]);
      }
      return end % 3 === 0 ? bytes.subarray(0, end % bytes.length) : bytes;
    });
  return fc.oneof(
    { weight: 5, arbitrary: damaged },
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
}

const SCRAPS = fc
  .constantFrom(
    "\r\n\r\n",
    "\nFrom: eve@evil.example\n",
    "\nContent-Type: multipart/mixed; boundary=a\n",
    "\nContent-Type: message/rfc822\n\n",
    "\nContent-Transfer-Encoding: base64\n",
    "\nMessage-ID: <>\n",
    "=?utf-16?B?2D0=?=",
    "=?nonsense?Q?=00=ff?=",
    "\nDate: Tomorrow\n",
    "<!--<table>".repeat(50),
  )
  .map((text) => Buffer.from(text));

/** A form as Inbound Parse posts it. */
export function parsePost(fields: Readonly<Record<string, string | Buffer>>): { body: Buffer; contentType: string } {
  const boundary = "xYzZY";
  const parts = Object.entries(fields).map(([name, value]) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
      Buffer.from(value as string),
      Buffer.from("\r\n"),
    ]),
  );
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}
