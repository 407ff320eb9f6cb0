import { MAX as LAST_ID } from "uuid";
import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { RulingKind } from "../resolve/decision";

/** A person's decision as it is kept: for ever, revoked or not. */
export interface StoredRuling {
  readonly id: string;
  readonly kind: RulingKind;
  readonly actor: string;
  readonly reason: string | null;
  readonly madeAt: Instant;
  readonly revokedAt: Instant | null;
  readonly revokedBy: string | null;
}

export interface NewRuling {
  readonly id: string;
  readonly kind: RulingKind;
  readonly actor: string;
  readonly reason: string | null;
  readonly sides: readonly (readonly string[])[];
}

const INSERT = statement(
  "identity.insertRuling",
  `insert into rulings as g (tenant_id, ruling_id, kind, actor, reason, position, made_at)
   values ($1, $2, $3, $4, $5, $6, $7) returning g.ruling_id`,
);

const INSERT_RECORDS = statement(
  "identity.insertRulingRecords",
  `insert into ruling_records as m (tenant_id, ruling_id, record_id, side)
   select f.tenant_id, $2, u.record_id, u.side
   from feeds f cross join unnest($3::uuid[], $4::smallint[]) u(record_id, side)
   where f.tenant_id = $1 returning m.record_id`,
);

const REVOKE = statement(
  "identity.revokeRuling",
  `update rulings set revoked_position = $3, revoked_at = $4, revoked_by = $5
   where tenant_id = $1 and ruling_id = $2`,
);

const COLUMNS = `g.ruling_id as id, g.kind, g.actor, g.reason, g.made_at as "madeAt", g.revoked_at as "revokedAt",
  g.revoked_by as "revokedBy"`;

const HOLD = statement(
  "identity.holdRuling",
  `select ${COLUMNS} from rulings g where g.tenant_id = $1 and g.ruling_id = $2 for no key update`,
);

const RECORDS = statement(
  "identity.rulingRecords",
  "select record_id as id from ruling_records where tenant_id = $1 and ruling_id = $2 order by record_id",
);

const LIST = statement(
  "identity.listRulings",
  `select ${COLUMNS} from rulings g
   where g.tenant_id = $1 and g.ruling_id < $2 order by g.ruling_id desc limit $3`,
);

const SIDES = statement(
  "identity.rulingSides",
  `select ruling_id as "rulingId", side, record_id as "recordId" from ruling_records
   where tenant_id = $1 and ruling_id = any($2::uuid[]) order by side, record_id`,
);

const PROFILES_OF = statement(
  "identity.profilesOfHandles",
  `select m.record_id as "recordId", m.profile_id as "profileId", r.record_id as handle
   from records r join records m on m.tenant_id = $1 and m.profile_id = r.profile_id
   where r.tenant_id = $1 and r.record_id = any($2::uuid[])`,
);

export async function insertRuling(tx: Transaction, ruling: NewRuling, position: number, at: Instant): Promise<void> {
  const members = ruling.sides.flatMap((side, place) => side.map((recordId) => ({ recordId, place })));
  await Promise.all([
    tx.query(INSERT, [tx.tenantId, ruling.id, ruling.kind, ruling.actor, ruling.reason, position, at]),
    tx.query(INSERT_RECORDS, [
      tx.tenantId,
      ruling.id,
      members.map(({ recordId }) => recordId),
      members.map(({ place }) => place),
    ]),
  ]);
}

export async function markRevoked(
  tx: Transaction,
  rulingId: string,
  position: number,
  at: Instant,
  actor: string,
): Promise<void> {
  await tx.query(REVOKE, [tx.tenantId, rulingId, position, at, actor]);
}

/** The ruling, held against anybody else who would revoke it. */
export async function holdRuling(tx: Transaction, rulingId: string): Promise<StoredRuling | null> {
  const [row] = await tx.query<StoredRuling>(HOLD, [tx.tenantId, rulingId]);
  return row ?? null;
}

export async function listRulingRecords(tx: Transaction, rulingId: string): Promise<string[]> {
  return (await tx.query<{ id: string }>(RECORDS, [tx.tenantId, rulingId])).map((row) => row.id);
}

/** Newest first (ids carry their time), after the ruling named. */
export function listRulings(tx: Transaction, after: string | null, limit: number): Promise<StoredRuling[]> {
  return tx.query<StoredRuling>(LIST, [tx.tenantId, after ?? LAST_ID, limit]);
}

/** By ruling its sides: of SAME one, of DIFFERENT two, of SHARED none. */
export async function readRulingSides(tx: Transaction, rulingIds: readonly string[]): Promise<Map<string, string[][]>> {
  const rows = await tx.query<{ rulingId: string; side: number; recordId: string }>(SIDES, [tx.tenantId, rulingIds]);
  const sides = new Map<string, string[][]>(rulingIds.map((id) => [id, []]));
  for (const { rulingId, side, recordId } of rows) {
    const known = sides.get(rulingId)!;
    known[side] = [...(known[side] ?? []), recordId];
  }
  return sides;
}

/** For each handle that leads to a profile: the profile and all its records. */
export async function readHandles(
  tx: Transaction,
  handles: readonly string[],
): Promise<Map<string, { profileId: string; recordIds: string[] }>> {
  const rows = await tx.query<{ recordId: string; profileId: string; handle: string }>(PROFILES_OF, [
    tx.tenantId,
    handles,
  ]);
  const found = new Map<string, { profileId: string; recordIds: string[] }>();
  for (const { recordId, profileId, handle } of rows) {
    const known = found.get(handle);
    if (known) known.recordIds.push(recordId);
    else found.set(handle, { profileId, recordIds: [recordId] });
  }
  return found;
}
