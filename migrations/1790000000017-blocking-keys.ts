import { MigrationInterface, QueryRunner } from "typeorm";
import { unsealed } from "./seal-table";

/**
 * The keys under which records are found that may be alike are made otherwise than before, and what is stored holds the old
 * ones: where persons are compared, the rules in force are applied once more in the background, which writes the new ones.
 */
export class BlockingKeys1790000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const tables = ["feeds", "identity_rules", "similarity_states"];
    await runner.query(
      unsealed(
        tables,
        `with begun as (
        update feeds f set rules_applied = f.rules_version - 1
        from similarity_states s where s.tenant_id = f.tenant_id
        returning f.tenant_id, f.rules_version)
      update identity_rules r set applied_through = null, applied_records = 0, total_records = null
      from begun b where r.tenant_id = b.tenant_id and r.version = b.rules_version;`,
      ),
    );
  }

  /** The code of before makes the keys of before. */
  async down(runner: QueryRunner): Promise<void> {
    await this.up(runner);
  }
}
