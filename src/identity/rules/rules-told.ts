import { IdentifierKind } from "../identifier-kind";
import { IdentityRules } from "./rules.type";
import { RulesInForce } from "./rules-setting.service";

/** The rules as they are told: what is looked up by a key inside stands in lists outside. */
export function toldRules({ rules, applying, progress }: RulesInForce): IdentityRules {
  const { crmIds, sharedLimits, minimumAssurance } = rules;
  return {
    version: rules.version,
    similarity: rules.similarity,
    defaultCountry: rules.defaultCountry,
    emailFolding: rules.emailFolding,
    uniqueKinds: [...rules.uniqueKinds],
    crmIds: {
      default: crmIds.default,
      byNamespace: Object.entries(crmIds.byNamespace).map(([namespace, mode]) => ({ namespace, mode })),
    },
    sharedLimits: {
      default: sharedLimits.default,
      byKind: entries(sharedLimits.byKind).map(([kind, limit]) => ({ kind, limit })),
    },
    cap: rules.cap,
    blockedValues: [...rules.blockedValues],
    blockedPatterns: [...rules.blockedPatterns],
    minimumAssurance: entries(minimumAssurance).map(([kind, assurance]) => ({ kind, assurance })),
    sourcePriority: [...rules.sourcePriority],
    applying,
    progress,
  };
}

function entries<Value>(byKind: Readonly<Partial<Record<IdentifierKind, Value>>>): [IdentifierKind, Value][] {
  return Object.entries(byKind) as [IdentifierKind, Value][];
}
