import { createLocalJWKSet, createRemoteJWKSet, customFetch, JWTVerifyGetKey, RemoteJWKSet } from "jose";
import { TokenConfig } from "../config";
import { Log } from "../log";

/** How often the issuer's keys are fetched anew: a key that it withdrew opens nothing after this time, in milliseconds. */
const RELOAD_EVERY_MS = 5 * 60_000;
/** A token with an unknown key has the keys fetched, but not sooner than this after the last time, in milliseconds. */
const COOLDOWN_MS = 5_000;
const FETCH_WITHIN_MS = 3_000;

export interface IssuerKeysOptions {
  readonly reloadEveryMs?: number;
  readonly cooldownMs?: number;
}

/**
 * The public keys of the tokens' issuer: a fixed set, or one that is fetched from its address.
 *
 * Promises: a new key is found when the first token signed with it comes, a withdrawn one is gone with the next reload,
 * and however many tokens with unknown keys come, the issuer is asked once in a cooldown.
 * On failure: while the keys cannot be fetched, which is logged, those that were fetched last go on.
 */
export class IssuerKeys {
  /** Finds the key of a token, for `jwtVerify`. */
  readonly find: JWTVerifyGetKey;
  private readonly reloading: NodeJS.Timeout | undefined;
  private failedAt = Number.NEGATIVE_INFINITY;

  constructor(
    keys: TokenConfig["keys"],
    private readonly log: Log,
    { reloadEveryMs = RELOAD_EVERY_MS, cooldownMs = COOLDOWN_MS }: IssuerKeysOptions = {},
  ) {
    if (typeof keys !== "string") {
      this.find = createLocalJWKSet({ keys: [...keys] });
      return;
    }
    // Keys do not go stale by age, or an issuer that is down would shut everyone out: they are fetched anew beside.
    const remote = createRemoteJWKSet(new URL(keys), {
      cacheMaxAge: Number.POSITIVE_INFINITY,
      cooldownDuration: cooldownMs,
      timeoutDuration: FETCH_WITHIN_MS,
      [customFetch]: (url, options) => this.fetch(url, options, cooldownMs),
    });
    this.find = remote;
    this.reloading = setInterval(() => void this.reload(remote), reloadEveryMs).unref();
  }

  stop(): void {
    clearInterval(this.reloading);
  }

  /** A failure is not tried again during the cooldown either. */
  private async fetch(url: string, options: RequestInit, cooldownMs: number): Promise<Response> {
    if (performance.now() < this.failedAt + cooldownMs) throw new Error("the issuer's keys could not be fetched");
    try {
      const response = await fetch(url, options);
      const text = await response.text();
      const { keys } = JSON.parse(text) as { keys?: unknown };
      if (response.status !== 200 || !Array.isArray(keys)) throw new Error(`status ${response.status}`);
      return new Response(text);
    } catch (error) {
      this.failedAt = performance.now();
      const { name, cause } = error as { name: string; cause?: { code?: string } };
      this.log.warn({ error: cause?.code ?? name }, "the keys of the tokens' issuer could not be fetched");
      throw error;
    }
  }

  private async reload(remote: RemoteJWKSet): Promise<void> {
    // What went wrong was logged where it did.
    await remote.reload().catch(() => undefined);
  }
}
