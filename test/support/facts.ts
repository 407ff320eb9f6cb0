import { newUuid } from "../../src/access/uuid";
import { ASSURANCES, Assurance, IdentifierKind } from "../../src/identity/identifier-kind";
import { identifierId } from "../../src/identity/normalize/normalize-identifier";
import { ValueStatus } from "../../src/identity/resolve/facts";
import { QueryToken } from "../../src/profile/search-tokens";
import { TestDatabase } from "./database";

/** The tables that `crowd` fills. The others stay as they are: of an empty table that was analyzed no plan can be read. */
const CROWDED = [
  ...["records", "record_activity", "identifiers", "identifier_links", "attribute_observations", "interactions"],
  ...["search_tokens", "feeds", "tenants"],
];

const SEEN_AT = "2026-01-01T00:00:00.000Z";

export interface RecordFact {
  readonly id?: string;
  /** The profile's id; the record's own when left out. */
  readonly profileId?: string;
  readonly source?: string;
  readonly key?: string;
  readonly createdAt?: string;
}

export interface IdentifierFact {
  readonly kind: IdentifierKind;
  readonly value: string;
  readonly namespace?: string;
  readonly assurance?: Assurance;
  readonly status?: ValueStatus;
  readonly source?: string;
  readonly firstSeenAt?: string;
  readonly lastSeenAt?: string;
}

export interface InteractionFact {
  readonly id?: string;
  readonly channel?: string;
  readonly kind?: string;
  readonly direction?: string;
  readonly visibility?: string;
  readonly occurredAt?: string;
  readonly conversationKey?: string | null;
  readonly actor?: string | null;
  readonly text?: string | null;
  readonly data?: unknown;
}

/** Stores facts of one tenant as they would stand in the tables, without the code that writes them there. */
export class Facts {
  private constructor(
    private readonly db: TestDatabase,
    readonly tenantId: string,
  ) {}

  /** The facts of a new tenant. */
  static async ofNewTenant(db: TestDatabase): Promise<Facts> {
    const tenantId = newUuid();
    await db.ownerQuery(
      `insert into tenants (tenant_id, name, hash_key, cursor_key, created_at) values ($1, 'a tenant', '\\x01', '\\x02', $2)`,
      [tenantId, SEEN_AT],
    );
    await db.ownerQuery("insert into feeds (tenant_id, position, tag, at) values ($1, 0, 7, $2)", [tenantId, SEEN_AT]);
    return new Facts(db, tenantId);
  }

  async record({ id = newUuid(), profileId = id, source = "web", key = id, createdAt = SEEN_AT }: RecordFact = {}) {
    await this.db.ownerQuery(
      `insert into records (tenant_id, record_id, source, key, profile_id, since_position, created_at)
       values ($1, $2, $3, $4, $5, 1, $6)`,
      [this.tenantId, id, source, key, profileId, createdAt],
    );
    await this.activity(id, "", 0, createdAt, createdAt);
    return id;
  }

  async activity(recordId: string, channel: string, interactions: number, firstAt: string, lastAt: string) {
    await this.db.ownerQuery(
      `insert into record_activity as x (tenant_id, record_id, channel, interactions, first_at, last_at)
       values ($1, $2, $3, $4, $5, $6) on conflict (tenant_id, record_id, channel) do update set
         interactions = x.interactions + excluded.interactions, first_at = least(x.first_at, excluded.first_at),
         last_at = greatest(x.last_at, excluded.last_at)`,
      [this.tenantId, recordId, channel, interactions, firstAt, lastAt],
    );
  }

  async identifier(recordId: string, fact: IdentifierFact) {
    const { kind, value, namespace = "", assurance = "ASSERTED", status = "LIVE", source = "web" } = fact;
    const id = identifierId(kind, namespace, value);
    await this.db.ownerQuery(
      `insert into identifiers (tenant_id, identifier_id, kind, namespace, value, status)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [this.tenantId, id, kind, namespace, value, status],
    );
    const rank = ASSURANCES.indexOf(assurance);
    const { firstSeenAt = SEEN_AT, lastSeenAt = firstSeenAt } = fact;
    await this.db.ownerQuery(
      `insert into identifier_links (tenant_id, record_id, identifier_id, source, raw, assurance, first_seen_at,
         last_seen_at, since_position) values ($1, $2, $3, $4, $5, $6, $7, $8, 1)`,
      [this.tenantId, recordId, id, source, value, rank, firstSeenAt, lastSeenAt],
    );
    return id;
  }

  async attribute(recordId: string, name: string, value: unknown, observedAt = SEEN_AT, trusted = true) {
    await this.db.ownerQuery(
      `insert into attribute_observations (tenant_id, record_id, name, trusted, value, observed_at, since_position)
       values ($1, $2, $3, $4, $5, $6, 1)`,
      [this.tenantId, recordId, name, trusted, JSON.stringify(value), observedAt],
    );
  }

  async interaction(recordId: string, fact: InteractionFact = {}) {
    const { id = newUuid(), channel = "EMAIL", kind = "MESSAGE", direction = "INBOUND", visibility = "PRIVATE" } = fact;
    const { occurredAt = SEEN_AT, conversationKey = null, actor = null, text = null, data = null } = fact;
    await this.db.ownerQuery(
      `insert into interactions (tenant_id, interaction_id, record_id, source, message_id, channel, kind, direction,
         visibility, occurred_at, received_at, conversation_key, actor, text, data)
       values ($1, $2, $3, 'web', $2::uuid::text, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12)`,
      [
        ...[this.tenantId, id, recordId, channel, kind, direction, visibility, occurredAt],
        ...[conversationKey, actor, text, data === null ? null : JSON.stringify(data)],
      ],
    );
    await this.activity(recordId, channel, 1, occurredAt, occurredAt);
    return id;
  }

  async tokens(recordId: string, ...tokens: readonly QueryToken["token"][]) {
    await this.db.ownerQuery(
      "insert into search_tokens (tenant_id, token, record_id) select $1, unnest($2::text[]), $3",
      [this.tenantId, tokens, recordId],
    );
  }

  /**
   * Many customers at once, of two records each, of which the later leads to the earlier; each record with an e-mail
   * address, a name, the given number of interactions and the words of its name.
   */
  async crowd(customers: number, interactionsEach: number) {
    const members = `(select n, r, $1::uuid as tenant_id,
        ('0190' || lpad(to_hex(n), 4, '0') || '-0000-7000-8' || lpad(to_hex(r), 3, '0') || '-' || tail)::uuid as id,
        ('0190' || lpad(to_hex(n), 4, '0') || '-0000-7000-8000-' || tail)::uuid as profile_id,
        timestamptz '2026-01-01Z' + n * interval '1 minute' as at
      from generate_series(1, $2::integer) n, generate_series(0, 1) r, left(md5($1::uuid::text), 12) tail) m`;
    const run = (text: string, ...more: unknown[]) =>
      this.db.ownerQuery(text.replace("MEMBERS", members), [this.tenantId, customers, ...more]);
    const emails = Array.from({ length: customers }, (_, n) => `c${n + 1}@example.com`);
    const emailIds = emails.map((email) => identifierId("EMAIL", "", email));
    await run(`insert into records (tenant_id, record_id, source, key, profile_id, since_position, created_at)
      select tenant_id, id, 's' || r, n::text, profile_id, 1, at from MEMBERS`);
    await run(
      `insert into record_activity (tenant_id, record_id, channel, interactions, first_at, last_at)
       select tenant_id, id, 'EMAIL', $3::integer, at, at + r * interval '1 second' from MEMBERS`,
      interactionsEach,
    );
    await run(
      `insert into identifiers (tenant_id, identifier_id, kind, namespace, value, status)
       select tenant_id, ($3::uuid[])[n], 'EMAIL', '', ($4::text[])[n], 'LIVE' from MEMBERS where r = 0`,
      emailIds,
      emails,
    );
    await run(
      `insert into identifier_links (tenant_id, record_id, identifier_id, source, raw, assurance, first_seen_at,
         last_seen_at, since_position) select tenant_id, id, ($3::uuid[])[n], 's' || r, '', 1, at, at, 1 from MEMBERS`,
      emailIds,
    );
    await run(`insert into attribute_observations (tenant_id, record_id, name, trusted, value, observed_at, since_position)
      select tenant_id, id, 'name', true, to_json('Customer ' || n), at, 1 from MEMBERS`);
    await run(
      `insert into interactions (tenant_id, interaction_id, record_id, source, message_id, channel, kind, direction,
         visibility, occurred_at, received_at, conversation_key, actor, text, data)
       select tenant_id, gen_random_uuid(), id, 's' || r, 'm' || i, 'EMAIL', 'MESSAGE', 'INBOUND', 'PRIVATE',
         at + i * interval '1 hour', at, 'c' || i, null, 'A text', null from MEMBERS, generate_series(1, $3::integer) i`,
      interactionsEach,
    );
    await run(`insert into search_tokens (tenant_id, token, record_id) select tenant_id, token, id from MEMBERS,
      unnest(array['customer', 'n' || n]) token`);
    for (const table of CROWDED) await this.db.ownerQuery(`analyze ${table}`);
  }
}
