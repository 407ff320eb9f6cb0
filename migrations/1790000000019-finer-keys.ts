import { MigrationInterface, QueryRunner } from "typeorm";
import { applyRulesAgain } from "./apply-rules-again";

/** The same again where the rules are for so many records that the weakest keys take the other name's initial as well. */
export class FinerKeys1790000000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      applyRulesAgain(`exists (
          select from identity_rules i
          where i.tenant_id = f.tenant_id and i.version = f.rules_version
            and (i.rules -> 'similarity' ->> 'recordBracket')::bigint > 100000)`),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.up(runner);
  }
}
