import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { DEFAULT_RULES, ResolutionRules } from "../resolve/resolution-rules";

const NEWEST = statement(
  "identity.newestRules",
  "select rules, version from identity_rules where tenant_id = $1 order by version desc limit 1",
);

const HOLD_VERSIONS = statement(
  "identity.holdRulesVersions",
  `select rules_version as version, rules_applied as applied, position, at from feeds
   where tenant_id = $1 for no key update`,
);

const INSERT = statement(
  "identity.insertRules",
  `insert into identity_rules as r (tenant_id, version, rules, since_position, created_at, actor)
   values ($1, $2, $3, $4, greatest($5::timestamptz, $6::timestamptz), $7) returning r.version`,
);

const SET_VERSIONS = statement(
  "identity.setRulesVersions",
  "update feeds set rules_version = $2, rules_applied = $3 where tenant_id = $1",
);

const PROGRESS = statement(
  "identity.rulesProgress",
  `select f.rules_version as version, f.rules_applied as applied, r.applied_through as through,
     coalesce(r.applied_records, 0) as done, r.total_records as total, r.actor
   from feeds f left join identity_rules r on r.tenant_id = $1 and r.version = f.rules_version
   where f.tenant_id = $1`,
);

const UNAPPLIED = statement(
  "identity.tenantsToApply",
  'select tenant_id as "tenantId" from feeds where rules_applied < rules_version order by tenant_id limit $1',
);

const CLAIM = statement(
  "identity.claimRules",
  `select r.version from identity_rules r
   where r.tenant_id = $1 and r.version = $2 and r.applied_through is not distinct from $3::uuid
   for no key update skip locked`,
);

const MOVE_ON = statement(
  "identity.moveRulesOn",
  `update identity_rules set applied_through = $3, applied_records = applied_records + $4
   where tenant_id = $1 and version = $2`,
);

const SET_TOTAL = statement(
  "identity.setRulesTotal",
  `update identity_rules set total_records = $3 where tenant_id = $1 and version = $2 and total_records is null`,
);

const COUNT_RECORDS = statement("identity.countRecords", "select count(*) as count from records where tenant_id = $1");

const NEXT_RECORDS = statement(
  "identity.nextRecords",
  `select record_id as id from records where tenant_id = $1 and record_id > $2::uuid order by record_id limit $3`,
);

/** Below every record's id. */
export const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/** The rules in force: the newest version, or the defaults (version 1) where the tenant has never set any. */
export async function getRules(tx: Transaction): Promise<ResolutionRules> {
  const [row] = await tx.query<{ rules: Partial<ResolutionRules>; version: number }>(NEWEST, [tx.tenantId]);
  return row ? { ...DEFAULT_RULES, ...row.rules, version: row.version } : DEFAULT_RULES;
}

export interface RulesVersions {
  /** The version in force. */
  readonly version: number;
  /** The version that everything stored has been brought to. */
  readonly applied: number;
  /** The newest position of the feed. */
  readonly position: number;
  readonly at: Instant;
}

/** The tenant's versions, held: nothing is committed by this tenant's writers until the transaction ends. */
export async function holdRulesVersions(tx: Transaction): Promise<RulesVersions> {
  const [row] = await tx.query<RulesVersions>(HOLD_VERSIONS, [tx.tenantId]);
  if (!row) throw new Error("the tenant has no feed");
  return row;
}

/** The version stands in `rules`. */
export async function insertRules(
  tx: Transaction,
  rules: ResolutionRules,
  since: Pick<RulesVersions, "position" | "at">,
  now: Instant,
  actor: string,
): Promise<void> {
  const { version, ...kept } = rules;
  await tx.query(INSERT, [tx.tenantId, version, JSON.stringify(kept), since.position, now, since.at, actor]);
}

export async function setRulesVersions(tx: Transaction, version: number, applied: number): Promise<void> {
  await tx.query(SET_VERSIONS, [tx.tenantId, version, applied]);
}

export interface RulesProgress {
  readonly version: number;
  readonly applied: number;
  /** The last record that the version in force has been applied to; null when none has. */
  readonly through: string | null;
  readonly done: number;
  /** How many records there were when its application began; null before that. */
  readonly total: number | null;
  /** Who set the version in force; null for the defaults. */
  readonly actor: string | null;
}

export async function getRulesProgress(tx: Transaction): Promise<RulesProgress> {
  const [row] = await tx.query<RulesProgress>(PROGRESS, [tx.tenantId]);
  if (!row) throw new Error("the tenant has no feed");
  return row;
}

/** Tenants whose data is not yet what their rules make of it. For a transaction over all tenants. */
export async function listTenantsToApply(tx: Transaction, limit: number): Promise<string[]> {
  return (await tx.query<{ tenantId: string }>(UNAPPLIED, [limit])).map((row) => row.tenantId);
}

/** Holds the progress of a version while it stands where the caller believes; false when another server has it or moved it. */
export async function claimRules(tx: Transaction, version: number, through: string | null): Promise<boolean> {
  return (await tx.query(CLAIM, [tx.tenantId, version, through])).length > 0;
}

export async function moveRulesOn(tx: Transaction, version: number, through: string, records: number): Promise<void> {
  await tx.query(MOVE_ON, [tx.tenantId, version, through, records]);
}

export async function setRulesTotal(tx: Transaction, version: number): Promise<void> {
  await tx.query(SET_TOTAL, [tx.tenantId, version, await countRecords(tx)]);
}

export async function countRecords(tx: Transaction): Promise<number> {
  return (await tx.query<{ count: number }>(COUNT_RECORDS, [tx.tenantId]))[0]!.count;
}

/** The ids of records behind one, ascending: their age. */
export async function listNextRecords(tx: Transaction, after: string, limit: number): Promise<string[]> {
  return (await tx.query<{ id: string }>(NEXT_RECORDS, [tx.tenantId, after, limit])).map((row) => row.id);
}
