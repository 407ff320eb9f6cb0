import { MigrationInterface, QueryRunner } from "typeorm";

/** Fails as a transaction does that another one got ahead of: for statements that find that out by themselves. */
export class LostRace1790000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function lost_race() returns void language plpgsql as $$ begin
        raise exception 'another transaction was ahead' using errcode = 'serialization_failure';
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop function lost_race()");
  }
}
