import { unsealed } from "./seal-table";

/**
 * Where persons are compared and this holds of their tenant's feed `f`, the rules in force are applied once more in the
 * background, which writes the keys under which records are found.
 */
export function applyRulesAgain(condition: string): string {
  return unsealed(
    ["feeds", "identity_rules", "similarity_states"],
    `with begun as (
        update feeds f set rules_applied = f.rules_version - 1
        from similarity_states s where s.tenant_id = f.tenant_id and ${condition}
        returning f.tenant_id, f.rules_version)
      update identity_rules r set applied_through = null, applied_records = 0, total_records = null
      from begun b where r.tenant_id = b.tenant_id and r.version = b.rules_version;`,
  );
}
