import { MigrationInterface, QueryRunner } from "typeorm";
import { applyRulesAgain } from "./apply-rules-again";

/** The keys under which records are found that may be alike are made otherwise than before: what is stored holds the old ones. */
export class BlockingKeys1790000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(applyRulesAgain("true"));
  }

  /** The code of before makes the keys of before. */
  async down(runner: QueryRunner): Promise<void> {
    await this.up(runner);
  }
}
