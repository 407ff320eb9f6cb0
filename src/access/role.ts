/** What a key is for. The order means nothing: what a role may do stands in permissions.ts. */
export const ROLES = ["OPERATOR", "ADMIN", "INTEGRATION", "AGENT", "PUBLIC"] as const;

export type Role = (typeof ROLES)[number];
