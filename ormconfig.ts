import "reflect-metadata";
import { DataSource } from "typeorm";
import { dataSourceOptions } from "./src/db/data-source";

/** What TypeORM's command line reads. The server builds its own from the same options. */
export default new DataSource(dataSourceOptions(process.env.DATABASE_URL ?? "postgres://localhost/onefold"));
