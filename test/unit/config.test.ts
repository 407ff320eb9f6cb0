import { ConfigError, readConfig } from "../../src/config";

describe("the configuration", () => {
  it("has a value for everything when nothing is set", () => {
    expect(readConfig({})).toMatchObject({
      databaseUrl: null,
      host: "0.0.0.0",
      port: 4000,
      adminKey: null,
      rateLimit: true,
      corsOrigins: [],
      logLevel: "info",
      poolSize: 16,
      preparedStatements: true,
      bus: null,
      drainSeconds: 10,
    });
  });

  it("takes what is set but empty for not set", () => {
    expect(readConfig({ PORT: "", DATABASE_URL: " ", ONEFOLD_ADMIN_KEY: "" })).toEqual(readConfig({}));
  });

  it.each<[string, string, object]>([
    ["PORT", "0", { port: 0 }],
    ["DATABASE_URL", "postgresql://u:p@db/onefold", { databaseUrl: "postgresql://u:p@db/onefold" }],
    [
      "DATABASE_URL",
      "postgres:///onefold?host=/run/postgresql",
      { databaseUrl: "postgres:///onefold?host=/run/postgresql" },
    ],
    ["ONEFOLD_RATE_LIMIT", "off", { rateLimit: false }],
    ["ONEFOLD_LOG_LEVEL", "DEBUG", { logLevel: "debug" }],
    [
      "ONEFOLD_CORS_ORIGINS",
      "https://a.example, http://localhost:3000/",
      { corsOrigins: ["https://a.example", "http://localhost:3000"] },
    ],
    ["ONEFOLD_CORS_ORIGINS", "*", { corsOrigins: ["*"] }],
    ["ONEFOLD_DATA_DIR", "/data", { dataDir: "/data" }],
    ["ONEFOLD_PREPARED_STATEMENTS", "off", { preparedStatements: false }],
    ["ONEFOLD_BUS", "nats://u:p@bus", { bus: "nats://u:p@bus" }],
    ["ONEFOLD_BUS", "nats://a:4222, nats://b:4222", { bus: "nats://a:4222,nats://b:4222" }],
    [
      "ONEFOLD_SECRETS_KEY",
      `${Buffer.alloc(32, 250).toString("base64")}, ${Buffer.alloc(32, 2).toString("base64url")}`,
      { secretsKeys: [Buffer.alloc(32, 250), Buffer.alloc(32, 2)] },
    ],
    ["ONEFOLD_PUBLIC_URL", "https://onefold.example/", { publicUrl: "https://onefold.example" }],
  ])("reads %s=%s", (name, value, expected) => {
    expect(readConfig({ [name]: value })).toMatchObject(expected);
  });

  it.each([
    ["PORT", "65536"],
    ["PORT", "4000x"],
    ["DATABASE_URL", "mysql://u:p@db/onefold"],
    ["DATABASE_URL", "postgres://db"],
    ["DATABASE_URL", "onefold"],
    ["ONEFOLD_ADMIN_KEY", "two words"],
    ["ONEFOLD_RATE_LIMIT", "sometimes"],
    ["ONEFOLD_CORS_ORIGINS", "a.example"],
    ["ONEFOLD_CORS_ORIGINS", "https://a.example/path"],
    ["ONEFOLD_LOG_LEVEL", "loud"],
    ["ONEFOLD_POOL_SIZE", "1"],
    ["ONEFOLD_DRAIN_SECONDS", "-1"],
    ["ONEFOLD_PREPARED_STATEMENTS", "some"],
    ["ONEFOLD_BUS", "redis://secret@bus:6379"],
    ["ONEFOLD_BUS", "nats:4222"],
    ["ONEFOLD_BUS", "nats://a,b"],
    ["ONEFOLD_FEED_RETENTION_DAYS", "0.5"],
    ["ONEFOLD_JWT_JWKS_URL", "http://issuer.example.com/jwks"],
    ["ONEFOLD_JWT_JWKS", '{"keys":[]}'],
    ["ONEFOLD_JWT_JWKS", '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'],
    ["ONEFOLD_JWT_JWKS", '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA","d":"AAAA"}]}'],
    ["ONEFOLD_JWT_ALGORITHMS", "RS256,HS256"],
    ["ONEFOLD_JWT_ALGORITHMS", "none"],
    ["ONEFOLD_JWT_OPERATORS", "perhaps"],
    ["ONEFOLD_JWT_CLOCK_TOLERANCE_SECONDS", "301"],
    ["ONEFOLD_SECRETS_KEY", "correct horse battery staple"],
    ["ONEFOLD_SECRETS_KEY", Buffer.alloc(31).toString("base64")],
    ["ONEFOLD_PUBLIC_URL", "bare.example"],
    ["ONEFOLD_PUBLIC_URL", "https://onefold.example/path"],
  ])("refuses %s=%s by name, and does not repeat the value", (name, value) => {
    const refused = (): unknown => readConfig({ [name]: value });
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(new RegExp(`^${name} must be `));
    if (value.length > 4) expect(refused).not.toThrow(value);
  });

  it("names everything that is wrong at once", () => {
    expect(() => readConfig({ PORT: "x", ONEFOLD_POOL_SIZE: "y" })).toThrow(/PORT.*\nONEFOLD_POOL_SIZE/);
  });

  const TOKENS = {
    ONEFOLD_JWT_ISSUER: "https://issuer.example.com/",
    ONEFOLD_JWT_AUDIENCE: "onefold, desk",
    ONEFOLD_JWT_JWKS_URL: "https://issuer.example.com/jwks",
  };

  it("takes tokens of one issuer once all is said that it needs", () => {
    expect(readConfig({}).tokens).toBeNull();
    expect(readConfig(TOKENS).tokens).toMatchObject({
      issuer: "https://issuer.example.com/",
      audiences: ["onefold", "desk"],
      keys: "https://issuer.example.com/jwks",
      tenantClaim: "tenant",
      roleClaim: "role",
      clockToleranceSeconds: 5,
      operators: false,
    });
    for (const missing of Object.keys(TOKENS)) {
      expect(() => readConfig({ ...TOKENS, [missing]: "" })).toThrow(new RegExp(`${missing} .*must be set`));
    }
    const keys = '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]}';
    expect(() => readConfig({ ...TOKENS, ONEFOLD_JWT_JWKS: keys })).toThrow("cannot both be set");
  });
});
