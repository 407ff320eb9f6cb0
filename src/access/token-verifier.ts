import { JWTPayload, jwtVerify } from "jose";
import { TokenConfig } from "../config";
import { Log } from "../log";
import { IssuerKeys, IssuerKeysOptions } from "./issuer-keys";
import { ROLES, Role } from "./role";
import { DEFAULT_TENANT_ID } from "./secret";
import { isUuid } from "./uuid";

/** The subject stands in rulings and notes. */
const SUBJECT_LENGTH = 200;
/** Text that PostgreSQL cannot hold (U+0000), or that no encoding can carry (half of a surrogate pair). */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** The last moment that DateTime can hold, in milliseconds: whoever is let in for longer is let in until then. */
const END_OF_TIME = Date.parse("9999-12-31T23:59:59.999Z");

/** Whom a token names, for which tenant and in which role. */
export interface Bearer {
  readonly tenantId: string;
  readonly role: Role;
  readonly subject: string;
  readonly expiresAt: string;
}

/**
 * Reads JSON Web Tokens (RFC 7519) of one issuer.
 *
 * Promises: a token is good only with a signature of one of the issuer's public keys by an algorithm of the list, all of
 * them asymmetric; with the issuer and the audience of the configuration; from `nbf` (less the tolerance for clocks) until
 * `exp`, which it must have and which is exact. Its role is OPERATOR only where the configuration allows it.
 * Trusts: the issuer to say who its users are, and the address of its keys (https, or this machine).
 * On failure: see IssuerKeys; with no key at hand nobody comes in by token.
 */
export class TokenVerifier {
  private readonly keys: IssuerKeys;

  constructor(
    private readonly config: TokenConfig,
    log: Log,
    options: IssuerKeysOptions = {},
  ) {
    this.keys = new IssuerKeys(config.keys, log, options);
  }

  /** Whom the token names, or null when it is not good, whatever the reason. */
  async verify(token: string): Promise<Bearer | null> {
    const { issuer, audiences, algorithms, clockToleranceSeconds } = this.config;
    const verified = await jwtVerify(token, this.keys.find, {
      issuer,
      audience: [...audiences],
      algorithms: [...algorithms],
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ["exp", "sub"],
    }).catch(() => null);
    return verified === null ? null : this.bearerOf(verified.payload);
  }

  stop(): void {
    this.keys.stop();
  }

  private bearerOf(payload: JWTPayload): Bearer | null {
    const { sub: subject, exp = 0 } = payload;
    const tenantId = tenantOf(payload[this.config.tenantClaim]);
    const role = ROLES.find((known) => known === payload[this.config.roleClaim]);
    if (tenantId === null || role === undefined || !isSubject(subject)) return null;
    if (role === "OPERATOR" && !this.config.operators) return null;
    // The tolerance is for clocks at the beginning of a token: nobody is let in for longer than the issuer said.
    const expires = Math.min(exp * 1_000, END_OF_TIME);
    if (expires <= Date.now()) return null;
    return { tenantId, role, subject, expiresAt: new Date(expires).toISOString() };
  }
}

/** By its id, which alone is unique; of all names only `default` is. */
function tenantOf(claim: unknown): string | null {
  if (claim === "default") return DEFAULT_TENANT_ID;
  return typeof claim === "string" && isUuid(claim) ? claim.toLowerCase() : null;
}

function isSubject(claim: unknown): claim is string {
  return typeof claim === "string" && claim.trim() !== "" && claim.length <= SUBJECT_LENGTH && !UNSTORABLE.test(claim);
}
