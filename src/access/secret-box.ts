import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { DomainError } from "../errors";

export const SECRETS_KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_LENGTH = 16;

/** A text that only a server with the key can read. */
export interface Sealed {
  /** Which key it was sealed with: a digest that says nothing about the key. */
  readonly keyId: string;
  /** Nonce, tag and ciphertext, one after the other. */
  readonly bytes: Buffer;
}

/** What was sealed cannot be opened: its key is not among those of this server, or it is not what was sealed. */
export class CannotOpen extends Error {
  constructor(readonly keyId: string) {
    super(`a secret sealed with the key ${keyId} cannot be opened`);
    this.name = "CannotOpen";
  }
}

/**
 * Keeps secrets of other systems, which have to be read again, unlike those of API keys: AES-256-GCM with a key that is
 * not in the database, so that a dump of it gives none of them away (NIST SP 800-38D; nonces are random, 96 bits).
 * The context names what a secret is for: moved to another row, it does not open.
 */
export class SecretBox {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly newest: string | undefined;

  /** @param keys of 32 bytes each; the first one seals, all of them open, so that the key can be replaced */
  constructor(keys: readonly Buffer[]) {
    this.keys = new Map(keys.map((key) => [keyIdOf(key), key]));
    this.newest = this.keys.keys().next().value;
  }

  /** Whether there is a key at all. */
  get isUsable(): boolean {
    return this.newest !== undefined;
  }

  /** @throws DomainError CONFLICT where the server has no key */
  seal(text: string, context: string): Sealed {
    if (this.newest === undefined) {
      throw new DomainError(
        "CONFLICT",
        "This server can keep no secrets: ONEFOLD_SECRETS_KEY is not set. Set it to 32 random bytes in base64 on every server, and start again.",
      );
    }
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.keys.get(this.newest)!, nonce).setAAD(Buffer.from(context));
    const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return { keyId: this.newest, bytes: Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]) };
  }

  /** @throws CannotOpen */
  open({ keyId, bytes }: Sealed, context: string): string {
    const key = this.keys.get(keyId);
    if (key === undefined) throw new CannotOpen(keyId);
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
    } catch {
      throw new CannotOpen(keyId);
    }
  }

  /** Whether it was sealed with a key that is to be replaced. */
  isOld({ keyId }: Pick<Sealed, "keyId">): boolean {
    return keyId !== this.newest;
  }
}

function keyIdOf(key: Buffer): string {
  return createHmac("sha256", key).update("onefold secrets key").digest("hex").slice(0, KEY_ID_LENGTH);
}
