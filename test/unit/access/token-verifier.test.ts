import { createHmac } from "node:crypto";
import { exportSPKI, importJWK, JWTPayload } from "jose";
import { pino } from "pino";
import { TokenVerifier } from "../../../src/access/token-verifier";
import { TokenConfig } from "../../../src/config";
import { rawToken, TestIssuer } from "../../support/issuer";

const DEFAULT_TENANT = "00000000-0000-7000-8000-000000000001";

let issuer: TestIssuer;
const logged: string[] = [];
const log = pino({}, { write: (line) => void logged.push(line) });

beforeEach(async () => {
  logged.length = 0;
  issuer = await TestIssuer.open();
});
afterEach(() => issuer.close());

/** Asks at every unknown key, unless said otherwise. */
function verifier(config: Partial<TokenConfig> = {}, cooldownMs = 0): TokenVerifier {
  return new TokenVerifier({ ...issuer.config, ...config }, log, { cooldownMs });
}

const seconds = (): number => Math.floor(Date.now() / 1_000);
const payloadOf = (token: string): JWTPayload => JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());

describe("a token", () => {
  it("tells who comes, to which tenant, in which role and until when", async () => {
    const exp = seconds() + 60;
    expect(await verifier().verify(await issuer.token({ exp }))).toEqual({
      tenantId: DEFAULT_TENANT,
      role: "AGENT",
      subject: "ann@desk",
      expiresAt: new Date(exp * 1_000).toISOString(),
    });
  });

  it.each(["RS256", "PS384", "ES512", "EdDSA"])("may be signed by %s", async (algorithm) => {
    await issuer.rotate(algorithm);
    expect(await verifier().verify(await issuer.token())).not.toBeNull();
  });

  it.each<[string, JWTPayload]>([
    ["of another issuer", { iss: "https://elsewhere.example.com/" }],
    ["without an issuer", { iss: undefined }],
    ["for another audience", { aud: "another-service" }],
    ["without an audience", { aud: undefined }],
    ["that has expired, be it within the tolerance for clocks", { exp: seconds() - 1 }],
    ["that never expires", { exp: undefined }],
    ["that begins later than clocks differ", { nbf: seconds() + 60 }],
    ["without a subject", { sub: undefined }],
    ["with an empty subject", { sub: " " }],
    ["with a subject that cannot be stored", { sub: "a\0b" }],
    ["with a subject that is too long", { sub: "x".repeat(201) }],
    ["with a role that there is not", { role: "SUPERUSER" }],
    ["with several roles", { role: ["AGENT"] }],
    ["with a role that every object has", { role: "constructor" }],
    ["without a role", { role: undefined }],
    ["with a tenant that is none", { tenant: "acme" }],
    ["with several tenants", { tenant: [DEFAULT_TENANT] }],
    ["without a tenant", { tenant: undefined }],
    ["with an operator's role", { role: "OPERATOR" }],
  ])("%s is not good", async (_what, claims) => {
    expect(await verifier().verify(await issuer.token(claims))).toBeNull();
  });

  it("that begins a little later than our clock says is good", async () => {
    expect(await verifier().verify(await issuer.token({ nbf: seconds() + 3 }))).not.toBeNull();
    expect(await verifier({ clockToleranceSeconds: 0 }).verify(await issuer.token({ nbf: seconds() + 3 }))).toBeNull();
  });

  it("is read by the names of claims that are configured", async () => {
    const named = verifier({ tenantClaim: "https://acme.example/tenant", roleClaim: "https://acme.example/role" });
    const claims = { "https://acme.example/tenant": "default", "https://acme.example/role": "PUBLIC" };
    expect(await named.verify(await issuer.token(claims))).toMatchObject({ role: "PUBLIC" });
    expect(await named.verify(await issuer.token())).toBeNull();
  });

  it("has an operator's role where that is configured", async () => {
    const trusting = verifier({ operators: true });
    expect(await trusting.verify(await issuer.token({ role: "OPERATOR" }))).toMatchObject({ role: "OPERATOR" });
  });

  it("for several audiences is good for one of ours", async () => {
    const claims = { aud: ["another-service", "onefold-second"] };
    expect(
      await verifier({ audiences: ["onefold-test", "onefold-second"] }).verify(await issuer.token(claims)),
    ).not.toBeNull();
    expect(await verifier().verify(await issuer.token(claims))).toBeNull();
  });
});

describe("what was not signed by the issuer", () => {
  it("is not good: changed afterwards, unsigned, or signed with another's key", async () => {
    const good = await issuer.token();
    const [header, , signature] = good.split(".") as [string, string, string];
    const payload = payloadOf(good);
    const changed = Buffer.from(JSON.stringify({ ...payload, role: "ADMIN" })).toString("base64url");
    const stranger = await TestIssuer.open();
    const bad = {
      changed: `${header}.${changed}.${signature}`,
      "cut off": good.slice(0, -1),
      "without its signature": `${header}.${good.split(".")[1]}.`,
      unsigned: rawToken({ alg: "none" }, payload),
      "unsigned, in other letters": rawToken({ alg: "nOnE", kid: "key-1" }, payload),
      "without an algorithm": rawToken({ typ: "JWT" }, payload),
      "another issuer's": await stranger.token(),
      "with its own key inside": rawToken({ alg: "ES256", jwk: stranger.publicKey }, payload, signature),
      "decoded already": JSON.stringify(payload),
      "nothing at all": "..",
    };
    await stranger.close();
    for (const [what, token] of Object.entries(bad))
      expect([what, await verifier().verify(token)]).toEqual([what, null]);
    expect(await verifier().verify(good)).not.toBeNull();
  });

  it("is not good when the public key was taken for a shared secret", async () => {
    await issuer.rotate("RS256");
    const payload = payloadOf(await issuer.token());
    const key = (await importJWK(issuer.publicKey, "RS256")) as Parameters<typeof exportSPKI>[0];
    const secrets = [await exportSPKI(key), JSON.stringify(issuer.publicKey), issuer.publicKey.n!];
    for (const secret of secrets) {
      for (const header of [{ alg: "HS256", kid: issuer.publicKey.kid }, { alg: "HS256" }]) {
        const unsigned = rawToken(header, payload).slice(0, -1);
        const signature = createHmac("sha256", secret).update(unsigned).digest("base64url");
        expect(await verifier().verify(`${unsigned}.${signature}`)).toBeNull();
      }
    }
  });

  it("is not good by an algorithm that is not on the list", async () => {
    await issuer.rotate("RS256");
    expect(await verifier({ algorithms: ["ES256"] }).verify(await issuer.token())).toBeNull();
  });
});

describe("the issuer's keys", () => {
  it("may be turned over: a new one is found, a withdrawn one is gone after the next look", async () => {
    const tokens = verifier();
    const old = await issuer.token();
    expect(await tokens.verify(old)).not.toBeNull();
    await issuer.rotate();
    expect(await tokens.verify(await issuer.token())).not.toBeNull();
    expect(await tokens.verify(old)).not.toBeNull();
    await issuer.rotate();
    issuer.withdrawOlder();
    expect(await tokens.verify(await issuer.token())).not.toBeNull();
    expect(await tokens.verify(old)).toBeNull();
  });

  it("go on while their address is down, and nobody new is found there", async () => {
    const tokens = verifier();
    const good = await issuer.token();
    expect(await tokens.verify(good)).not.toBeNull();
    issuer.shut(true);
    await issuer.rotate();
    expect(await tokens.verify(await issuer.token())).toBeNull();
    expect(await tokens.verify(good)).not.toBeNull();
    issuer.shut(false);
    expect(await tokens.verify(await issuer.token())).not.toBeNull();
    expect(logged.join()).toContain("could not be fetched");
  });

  it("are asked for once in a cooldown, however many tokens name keys that there are not", async () => {
    const tokens = verifier({}, 60_000);
    expect(await tokens.verify(await issuer.token())).not.toBeNull();
    const unknown = rawToken({ alg: "ES256", kid: "nobody's" }, payloadOf(await issuer.token()), "AAAA");
    for (let n = 0; n < 20; n += 1) expect(await tokens.verify(unknown)).toBeNull();
    expect(issuer.fetches).toBe(1);
  });

  it("are asked for once in a cooldown where they are not to be had", async () => {
    issuer.shut(true);
    const tokens = verifier({}, 60_000);
    for (let n = 0; n < 20; n += 1) expect(await tokens.verify(await issuer.token())).toBeNull();
    expect([issuer.fetches, logged.length]).toEqual([1, 1]);
  });

  it("are looked at anew from time to time, so that a withdrawn one is gone though nobody comes with a new one", async () => {
    const tokens = new TokenVerifier(issuer.config, log, { reloadEveryMs: 20 });
    const old = await issuer.token();
    expect(await tokens.verify(old)).not.toBeNull();
    await issuer.rotate();
    issuer.withdrawOlder();
    while ((await tokens.verify(old)) !== null) await new Promise(setImmediate);
    tokens.stop();
  });

  it("may stand in the configuration", async () => {
    const fixed = verifier({ keys: [issuer.publicKey] });
    expect(await fixed.verify(await issuer.token())).not.toBeNull();
    await issuer.rotate();
    expect(await fixed.verify(await issuer.token())).toBeNull();
    expect(issuer.fetches).toBe(0);
  });
});
