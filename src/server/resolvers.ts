import { IngestResolver } from "../ingest/ingest.resolver";
import { ApiKeysResolver } from "./api-keys.resolver";
import { TenantsResolver } from "./tenants.resolver";

/** Every class that answers for a part of the schema, room by room. */
export const RESOLVERS = [ApiKeysResolver, IngestResolver, TenantsResolver] as const;
