import { randomBytes } from "node:crypto";
import { SecretBox } from "../../access/secret-box";
import { isUuid, newUuid } from "../../access/uuid";
import { Database } from "../../db/database";
import { Transaction } from "../../db/transaction";
import { DomainError } from "../../errors";
import { ChangeKind } from "../../feed/change";
import { FeedService } from "../../feed/feed.service";
import { AddressGuard } from "./address-guard";
import { listDeliveries, replayDeliveries } from "./webhook-delivery.repository";
import { CHANGE_KINDS, Delivery, DeliveryStatus, secretPurpose } from "./webhook-endpoint";
import {
  countEndpoints,
  deleteEndpoint,
  findEndpoint,
  insertEndpoint,
  KnownEndpoint,
  listEndpoints,
  rotateSecret,
  updateEndpoint,
} from "./webhook-endpoint.repository";
import { setActive, wakeEndpoint } from "./webhook-progress.repository";

/** Endpoints of one tenant, so that no tenant has a share of every server that it could fill with them. */
const ENDPOINTS_A_TENANT = 20;
const URL_LENGTH = 2_000;
const DESCRIPTION_LENGTH = 200;
const SOURCE_LENGTH = 100;
/** Deliveries named in one replay. */
const REPLAYED_AT_ONCE = 1_000;
/** As the Standard Webhooks specification has it: 24 to 64 random bytes. */
const SECRET_BYTES = 32;
/** How long, in milliseconds, the secret before a new one stays valid. */
const OVERLAP_MS = 24 * 3_600_000;

/** What a caller may choose of an endpoint; what is left out stays, or is as a new endpoint has it. */
export interface EndpointSettings {
  readonly url?: string | null;
  readonly description?: string | null;
  readonly kinds?: readonly ChangeKind[] | null;
  readonly source?: string | null;
}

export interface NewSecret {
  readonly endpoint: KnownEndpoint;
  readonly secret: string;
}

/** A delivery with the id under which its endpoint knows the message. */
export interface LoggedDelivery extends Delivery {
  readonly id: string;
}

/** The tenant's webhook endpoints: made, changed, paused, and their deliveries looked through and replayed. */
export class WebhookService {
  constructor(
    private readonly database: Database,
    private readonly feed: FeedService,
    private readonly secrets: SecretBox,
    private readonly guard: AddressGuard,
    private readonly wake: () => void,
  ) {}

  /**
   * An endpoint that is told of what happens from now on, or after the cursor.
   *
   * @throws DomainError BAD_USER_INPUT; LIMIT_EXCEEDED; BAD_CURSOR, CURSOR_EXPIRED; CONFLICT where the server has no key
   */
  async create(tenantId: string, settings: EndpointSettings, after: string | null): Promise<NewSecret> {
    const checked = this.checked({ kinds: CHANGE_KINDS, description: null, source: null, ...given(settings) });
    const id = newUuid();
    const plain = newSecret();
    const secret = this.secrets.seal(plain, secretPurpose(tenantId, id));
    const endpoint = await this.database.write(tenantId, async (tx) => {
      if ((await countEndpoints(tx)) >= ENDPOINTS_A_TENANT) {
        throw new DomainError("LIMIT_EXCEEDED", `A tenant has at most ${ENDPOINTS_A_TENANT} webhook endpoints.`);
      }
      const start = after === null ? await this.feed.newestPoint(tx) : await this.feed.pointOf(tx, after);
      await insertEndpoint(tx, { ...checked, id, secret, createdAt: new Date().toISOString() }, start);
      return getEndpoint(tx, id);
    });
    this.wake();
    return { endpoint, secret: plain };
  }

  /** @throws DomainError NOT_FOUND, BAD_USER_INPUT */
  update(tenantId: string, id: string, settings: EndpointSettings): Promise<KnownEndpoint> {
    return this.database.write(tenantId, async (tx) => {
      const known = await getEndpoint(tx, id);
      await updateEndpoint(tx, known.id, this.checked({ ...known, ...given(settings) }));
      return getEndpoint(tx, id);
    });
  }

  /** Pauses the endpoint, or has it go on where it is, at once. @throws DomainError NOT_FOUND */
  async setActive(tenantId: string, id: string, active: boolean): Promise<KnownEndpoint> {
    const endpoint = await this.database.write(tenantId, async (tx) => {
      const known = await getEndpoint(tx, id);
      await setActive(tx, known.id, active, new Date().toISOString());
      return getEndpoint(tx, id);
    });
    this.wake();
    return endpoint;
  }

  /** A new secret; the one so far stays valid for a day. @throws DomainError NOT_FOUND, CONFLICT */
  rotateSecret(tenantId: string, id: string): Promise<NewSecret> {
    const plain = newSecret();
    return this.database.write(tenantId, async (tx) => {
      const known = await getEndpoint(tx, id);
      const sealed = this.secrets.seal(plain, secretPurpose(tenantId, known.id));
      await rotateSecret(tx, known.id, sealed, new Date(Date.now() + OVERLAP_MS).toISOString());
      return { endpoint: await getEndpoint(tx, id), secret: plain };
    });
  }

  /** @throws DomainError NOT_FOUND */
  async delete(tenantId: string, id: string): Promise<void> {
    await this.database.write(tenantId, async (tx) => deleteEndpoint(tx, (await getEndpoint(tx, id)).id));
  }

  list(tenantId: string, before: string | null, limit: number): Promise<KnownEndpoint[]> {
    return this.database.read(tenantId, (tx) => listEndpoints(tx, before, limit));
  }

  /** Newest first, below the position named. @throws DomainError NOT_FOUND */
  listDeliveries(
    tenantId: string,
    endpointId: string,
    status: DeliveryStatus | null,
    below: number | null,
    limit: number,
  ): Promise<LoggedDelivery[]> {
    return this.database.read(tenantId, async (tx) => {
      const { id } = await getEndpoint(tx, endpointId);
      const [found, cursorOf] = await Promise.all([
        listDeliveries(tx, id, status, below, limit),
        this.feed.cursorWriter(tx),
      ]);
      return found.map((delivery) => ({ ...delivery, id: cursorOf(delivery) }));
    });
  }

  /**
   * Has messages sent again, or all that were given up, as if they had never been tried. Answers with their number.
   *
   * @throws DomainError NOT_FOUND for the endpoint; BAD_USER_INPUT for more ids than may be named, or none of this tenant's
   */
  async replay(tenantId: string, endpointId: string, messageIds: readonly string[] | null): Promise<number> {
    if (messageIds !== null && messageIds.length > REPLAYED_AT_ONCE) {
      throw new DomainError("BAD_USER_INPUT", `Name at most ${REPLAYED_AT_ONCE} deliveries.`);
    }
    const count = await this.database.write(tenantId, async (tx) => {
      const { id } = await getEndpoint(tx, endpointId);
      const now = new Date().toISOString();
      const positions = messageIds === null ? null : await this.feed.positionsOf(tx, messageIds);
      const replayed = await replayDeliveries(tx, id, positions, now);
      await wakeEndpoint(tx, id, now);
      return replayed;
    });
    this.wake();
    return count;
  }

  private checked(settings: { url?: string | null } & Omit<Required<EndpointSettings>, "url">) {
    const { kinds, description, source } = settings;
    const url = settings.url ?? "";
    if (url.length > URL_LENGTH || !URL.canParse(url)) {
      throw new DomainError("BAD_USER_INPUT", `url must be a URL of at most ${URL_LENGTH} characters.`);
    }
    const refusal = this.guard.refusalOf(new URL(url));
    if (refusal !== null) throw new DomainError("BAD_USER_INPUT", `The URL is not allowed: ${refusal}.`);
    if (kinds === null || kinds.length === 0) throw new DomainError("BAD_USER_INPUT", "kinds names no kind of change.");
    return {
      url: new URL(url).href,
      kinds: CHANGE_KINDS.filter((kind) => kinds.includes(kind)),
      description: short(description, DESCRIPTION_LENGTH, "description"),
      source: short(source, SOURCE_LENGTH, "source"),
    };
  }
}

/** @throws DomainError NOT_FOUND for an endpoint that is unknown or another tenant's */
async function getEndpoint(tx: Transaction, id: string): Promise<KnownEndpoint> {
  const found = isUuid(id) ? await findEndpoint(tx, id.toLowerCase()) : undefined;
  if (found === undefined) throw new DomainError("NOT_FOUND", "There is no such webhook endpoint.");
  return found;
}

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

/** What was given; null says "none" only where there may be none. */
function given({ url, kinds, description, source }: EndpointSettings): EndpointSettings {
  return {
    ...(url === undefined || url === null ? {} : { url }),
    ...(kinds === undefined || kinds === null ? {} : { kinds }),
    ...(description === undefined ? {} : { description }),
    ...(source === undefined ? {} : { source }),
  };
}

function short(text: string | null, length: number, name: string): string | null {
  const trimmed = text?.trim() ?? "";
  if (trimmed.length > length) throw new DomainError("BAD_USER_INPUT", `${name} is longer than ${length} characters.`);
  return trimmed === "" ? null : trimmed;
}
