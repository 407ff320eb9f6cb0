import { once } from "node:events";
import { createServer, Server } from "node:http";
import { AddressInfo } from "node:net";
import { exportJWK, GenerateKeyPairResult, generateKeyPair, JWK, JWTPayload, SignJWT } from "jose";
import { TOKEN_ALGORITHMS, TokenConfig } from "../../src/config";

export const AUDIENCE = "onefold-test";

/** An issuer of JSON Web Tokens with its keys at an address of this machine, which can be turned over and shut. */
export class TestIssuer {
  readonly name = "https://issuer.example.com/";
  /** How often the keys were fetched. */
  fetches = 0;
  private readonly published: JWK[] = [];
  private current!: GenerateKeyPairResult & { kid: string };
  private isDown = false;

  private constructor(private readonly server: Server) {
    server.on("request", (_request, response) => {
      this.fetches += 1;
      if (this.isDown) response.writeHead(503).end("not now");
      else response.end(JSON.stringify({ keys: this.published }));
    });
  }

  static async open(): Promise<TestIssuer> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const issuer = new TestIssuer(server);
    await issuer.rotate();
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks`;
  }

  /** The public key of the last rotation, as it is published. */
  get publicKey(): JWK {
    return this.published.at(-1)!;
  }

  get config(): TokenConfig {
    return {
      issuer: this.name,
      audiences: [AUDIENCE],
      keys: this.url,
      tenantClaim: "tenant",
      roleClaim: "role",
      algorithms: TOKEN_ALGORITHMS,
      clockToleranceSeconds: 5,
      operators: false,
    };
  }

  /** From now on tokens are signed with another key, which is published; the older ones stay unless withdrawn. */
  async rotate(algorithm = "ES256"): Promise<void> {
    const kid = `key-${this.published.length + 1}`;
    this.current = { ...(await generateKeyPair(algorithm)), kid };
    this.published.push({ ...(await exportJWK(this.current.publicKey)), kid, alg: algorithm, use: "sig" });
  }

  /** Publishes the newest key alone. */
  withdrawOlder(): void {
    this.published.splice(0, this.published.length - 1);
  }

  shut(isDown: boolean): void {
    this.isDown = isDown;
  }

  /** A good token, but for the claims given; one set to undefined is left out. */
  async token(claims: JWTPayload = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const { alg } = this.publicKey;
    const usual = { iss: this.name, aud: AUDIENCE, sub: "ann@desk", iat: now, exp: now + 600 };
    return new SignJWT({ ...usual, tenant: "default", role: "AGENT", ...claims })
      .setProtectedHeader({ alg: alg!, kid: this.current.kid })
      .sign(this.current.privateKey);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}

/** A token by hand: any header and payload, with any signature. */
export function rawToken(header: object, payload: object, signature = ""): string {
  return [...[header, payload].map(encoded), signature].join(".");
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
