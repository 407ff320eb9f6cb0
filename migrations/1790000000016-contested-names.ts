import { MigrationInterface, QueryRunner } from "typeorm";
import { unsealed } from "./seal-table";

const CHANGED = ["records", "attribute_observations"];

/**
 * Of which attributes the records of a customer say, or once said, different things: kept with the record whose id the
 * profile has, and no longer with every observation. A merge then changes one row for it, whatever is said.
 */
export class ContestedNames1790000000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table records add column contested text[] not null default '{}';
      ${unsealed(
        CHANGED,
        `update records h set contested = c.names
      from (
        select r.tenant_id, r.profile_id, array_agg(distinct a.name) as names
        from attribute_observations a
        join records r on r.tenant_id = a.tenant_id and r.record_id = a.record_id
        where a.contested group by r.tenant_id, r.profile_id) c
      where h.tenant_id = c.tenant_id and h.record_id = c.profile_id;`,
      )}
      alter table attribute_observations drop column contested;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table attribute_observations add column contested boolean not null default false;
      ${unsealed(
        CHANGED,
        `update attribute_observations a set contested = true
      from records r
      join records h on h.tenant_id = r.tenant_id and h.record_id = r.profile_id
      where r.tenant_id = a.tenant_id and r.record_id = a.record_id and a.name = any(h.contested);`,
      )}
      alter table records drop column contested;
    `);
  }
}
