import { Sealed } from "../../access/secret-box";
import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { DeadLetterKind } from "../pipeline/item-intake";

/** One thing that was sent and could not be taken. */
export interface DeadLetterRow {
  readonly id: string;
  readonly source: string;
  readonly system: string;
  readonly kind: DeadLetterKind;
  readonly code: string;
  readonly reason: string;
  /** False for what a PUBLIC key sent: it stays a claim when it is taken later. */
  readonly trusted: boolean;
  /** JSON: the item, of REFUSED; else the part of the delivery that it stands in. */
  readonly item: string;
  /** Whether the item is all there, and not only its beginning. */
  readonly whole: boolean;
  readonly digest: string;
  readonly deliveryId: string | null;
  readonly receivedAt: Instant;
  readonly lastSeenAt: Instant;
  readonly times: number;
}

export type NewDeadLetter = Omit<DeadLetterRow, "receivedAt" | "lastSeenAt" | "times">;

const INSERT = statement(
  "connect.insertDeadLetters",
  `insert into dead_letters as l (tenant_id, letter_id, source, system, kind, code, reason, trusted, item, whole, digest,
     delivery_id, received_at, last_seen_at)
   select f.tenant_id, u.letter_id, u.source, u.system, u.kind, u.code, u.reason, u.trusted, u.item, u.whole, u.digest,
     u.delivery_id, $13, $13
   from feeds f
   cross join unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[], $9::text[],
     $10::boolean[], $11::uuid[], $12::uuid[])
     u(letter_id, source, system, kind, code, reason, trusted, item, whole, digest, delivery_id)
   where f.tenant_id = $1
   order by u.digest
   on conflict (tenant_id, digest) do update
     set times = l.times + 1, last_seen_at = excluded.last_seen_at, reason = excluded.reason,
       delivery_id = coalesce(l.delivery_id, excluded.delivery_id)
   returning l.delivery_id as "deliveryId"`,
);

const KEEP_DELIVERY = statement(
  "connect.keepDelivery",
  `insert into kept_deliveries as d (tenant_id, delivery_id, key_id, sealed, received_at) values ($1, $2, $3, $4, $5)
   returning d.delivery_id`,
);

const COLUMNS = `letter_id as id, source, system, kind, code, reason, trusted, item, whole, digest,
  delivery_id as "deliveryId", received_at as "receivedAt", last_seen_at as "lastSeenAt", times`;

const LIST = statement(
  "connect.listDeadLetters",
  `select ${COLUMNS} from dead_letters
   where tenant_id = $1 and ($2::text is null or source = $2) and ($3::uuid is null or letter_id < $3)
   order by letter_id desc limit $4`,
);

const FIND = statement(
  "connect.findDeadLetter",
  `select ${COLUMNS} from dead_letters where tenant_id = $1 and letter_id = $2`,
);

const FIND_DELIVERY = statement(
  "connect.findKeptDelivery",
  `select key_id as "keyId", sealed as bytes from kept_deliveries where tenant_id = $1 and delivery_id = $2`,
);

const REMOVE = statement(
  "connect.removeDeadLetter",
  "delete from dead_letters where tenant_id = $1 and letter_id = $2 returning letter_id",
);

const STILL_REFUSED = statement(
  "connect.stillRefused",
  "update dead_letters set reason = $3, last_seen_at = $4, times = times + 1 where tenant_id = $1 and letter_id = $2",
);

const REMOVE_OLD = statement(
  "connect.removeOldDeadLetters",
  "delete from dead_letters where tenant_id = $1 and last_seen_at < $2 returning letter_id",
);

const TRIM = statement(
  "connect.trimDeadLetters",
  `delete from dead_letters where tenant_id = $1 and source = $2 and letter_id <= (
     select letter_id from dead_letters where tenant_id = $1 and source = $2 order by letter_id desc offset $3 limit 1)`,
);

const REMOVE_LOOSE = statement(
  "connect.removeLooseDeliveries",
  `delete from kept_deliveries d where d.tenant_id = $1 and not exists (
     select from dead_letters l where l.tenant_id = $1 and l.delivery_id = d.delivery_id)`,
);

/**
 * Keeps them; one that lies there already, from an earlier delivery of the same thing, is counted once more. Answers with
 * the deliveries that they are to be read from again.
 */
export async function insertDeadLetters(
  tx: Transaction,
  letters: readonly NewDeadLetter[],
  at: Instant,
): Promise<Set<string | null>> {
  const each = [...new Map(letters.map((letter) => [letter.digest, letter])).values()];
  const column = <K extends keyof NewDeadLetter>(name: K) => each.map((letter) => letter[name]);
  const rows = await tx.query<{ deliveryId: string | null }>(INSERT, [
    tx.tenantId,
    ...[column("id"), column("source"), column("system"), column("kind"), column("code"), column("reason")],
    ...[column("trusted"), column("item"), column("whole"), column("digest"), column("deliveryId")],
    at,
  ]);
  return new Set(rows.map(({ deliveryId }) => deliveryId));
}

/** Keeps a delivery for as long as a dead letter names it. */
export async function keepDelivery(tx: Transaction, id: string, { keyId, bytes }: Sealed, at: Instant): Promise<void> {
  await tx.query(KEEP_DELIVERY, [tx.tenantId, id, keyId, bytes, at]);
}

/** Newest first, after the one named. */
export function listDeadLetters(
  tx: Transaction,
  source: string | null,
  after: string | null,
  limit: number,
): Promise<DeadLetterRow[]> {
  return tx.query<DeadLetterRow>(LIST, [tx.tenantId, source, after, limit]);
}

export async function findDeadLetter(tx: Transaction, id: string): Promise<DeadLetterRow | null> {
  const [row] = await tx.query<DeadLetterRow>(FIND, [tx.tenantId, id]);
  return row ?? null;
}

export async function findKeptDelivery(tx: Transaction, id: string): Promise<Sealed | null> {
  const [row] = await tx.query<Sealed>(FIND_DELIVERY, [tx.tenantId, id]);
  return row ?? null;
}

/** Answers whether it was there. */
export async function removeDeadLetter(tx: Transaction, id: string): Promise<boolean> {
  const removed = await tx.query(REMOVE, [tx.tenantId, id]);
  if (removed.length > 0) await tx.query(REMOVE_LOOSE, [tx.tenantId]);
  return removed.length > 0;
}

export async function noteStillRefused(tx: Transaction, id: string, reason: string, at: Instant): Promise<void> {
  await tx.query(STILL_REFUSED, [tx.tenantId, id, reason, at]);
}

/** Removes what was last seen before the moment, and of a source all but the newest. */
export async function trimDeadLetters(tx: Transaction, before: Instant, source: string, most: number): Promise<void> {
  await tx.query(TRIM, [tx.tenantId, source, most]);
  await removeOldDeadLetters(tx, before);
}

export async function removeOldDeadLetters(tx: Transaction, before: Instant): Promise<void> {
  const removed = await tx.query(REMOVE_OLD, [tx.tenantId, before]);
  if (removed.length > 0) await tx.query(REMOVE_LOOSE, [tx.tenantId]);
}
