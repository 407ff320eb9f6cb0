import { MigrationInterface, QueryRunner } from "typeorm";
import { sealTable } from "./seal-table";

/**
 * A person's decision that several people use a value: a ruling of the kind SHARED. Which value it names, and between which
 * positions, stands beside it, because rules that normalize otherwise make another value of it. That one is in force is
 * kept on the value's own row too, which whoever counts its carriers holds.
 */
export class SharedValues1790000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table shared_values (
        tenant_id uuid not null,
        ruling_id uuid not null,
        identifier_id uuid not null,
        from_position bigint not null,
        to_position bigint,
        constraint shared_values_key primary key (tenant_id, ruling_id, identifier_id, from_position),
        constraint shared_values_ruling foreign key (tenant_id, ruling_id) references rulings on delete cascade,
        constraint shared_values_identifier
          foreign key (tenant_id, identifier_id) references identifiers on delete cascade
      );
      create index shared_values_by_identifier on shared_values (tenant_id, identifier_id);
      create index shared_values_in_force on shared_values (tenant_id) where to_position is null;
      ${sealTable("shared_values")}

      alter table identifiers add column ruled_shared boolean not null default false;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table identifiers drop column ruled_shared;
      drop table shared_values;
      delete from rulings where kind = 'SHARED';
    `);
  }
}
