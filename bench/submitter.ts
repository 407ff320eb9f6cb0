import { DEFAULT_TENANT_ID } from "../src/access/secret";
import { Submitter } from "../src/ingest/ingest.service";

/** Who sends what is measured in the process of the measurement. */
export const INTEGRATION: Submitter = { tenantId: DEFAULT_TENANT_ID, role: "INTEGRATION" };
