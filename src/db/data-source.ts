import { DataSourceOptions } from "typeorm";
import { Tenants1790000000001 } from "../../migrations/1790000000001-tenants";
import { Feed1790000000002 } from "../../migrations/1790000000002-feed";
import { Identity1790000000003 } from "../../migrations/1790000000003-identity";
import { Timeline1790000000004 } from "../../migrations/1790000000004-timeline";
import { Search1790000000005 } from "../../migrations/1790000000005-search";
import { Ingest1790000000006 } from "../../migrations/1790000000006-ingest";
import { Rules1790000000007 } from "../../migrations/1790000000007-rules";
import { Removal1790000000008 } from "../../migrations/1790000000008-removal";
import { Similarity1790000000009 } from "../../migrations/1790000000009-similarity";
import { SharedValues1790000000010 } from "../../migrations/1790000000010-shared-values";
import { AccessAndRetention1790000000011 } from "../../migrations/1790000000011-access-and-retention";
import { Connections1790000000013 } from "../../migrations/1790000000013-connections";
import { Webhooks1790000000014 } from "../../migrations/1790000000014-webhooks";
import { ClaimedRecords1790000000015 } from "../../migrations/1790000000015-claimed-records";
import { ContestedNames1790000000016 } from "../../migrations/1790000000016-contested-names";
import { BlockingKeys1790000000017 } from "../../migrations/1790000000017-blocking-keys";
import { LostRace1790000000018 } from "../../migrations/1790000000018-lost-race";
import { FinerKeys1790000000019 } from "../../migrations/1790000000019-finer-keys";

/** The migrations in their order. One that was released is never edited. */
export const MIGRATIONS = [
  Tenants1790000000001,
  Feed1790000000002,
  Identity1790000000003,
  Timeline1790000000004,
  Search1790000000005,
  Ingest1790000000006,
  Rules1790000000007,
  Removal1790000000008,
  Similarity1790000000009,
  SharedValues1790000000010,
  AccessAndRetention1790000000011,
  Connections1790000000013,
  Webhooks1790000000014,
  ClaimedRecords1790000000015,
  ContestedNames1790000000016,
  BlockingKeys1790000000017,
  LostRace1790000000018,
  FinerKeys1790000000019,
];

/**
 * How TypeORM opens the database. The pool pipelines: statements of one transaction that do not wait for each other
 * travel together, so that BEGIN, role and tenant cost no round trip of their own.
 */
export function dataSourceOptions(url: string, poolSize = 16): DataSourceOptions {
  return {
    type: "postgres",
    url,
    poolSize,
    migrations: MIGRATIONS,
    migrationsTableName: "migrations",
    installExtensions: false,
    uuidExtension: "pgcrypto",
    applicationName: "onefold",
    extra: { pipeline: true },
  };
}
