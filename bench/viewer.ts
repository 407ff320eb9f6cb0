import { DEFAULT_TENANT_ID } from "../src/access/secret";
import { Viewer } from "../src/access/viewer";

/** Who sends what is measured in the process of the measurement. */
export const INTEGRATION: Viewer = {
  tenantId: DEFAULT_TENANT_ID,
  tenantName: "default",
  keyId: DEFAULT_TENANT_ID,
  role: "INTEGRATION",
  expiresAt: null,
};
