import { ConnectionsResolver } from "../connect/connections/connections.resolver";
import { DeadLettersResolver } from "../connect/dead-letters/dead-letters.resolver";
import { WebhooksResolver } from "../connect/outbound/webhooks.resolver";
import { SourceRecordsResolver } from "../connect/sync/source-records.resolver";
import { RulesPreviewResolver } from "../identity/preview/rules-preview.resolver";
import { RulesResolver } from "../identity/rules/rules.resolver";
import { SimilarityResolver } from "../identity/similarity/similarity.resolver";
import { IngestResolver } from "../ingest/ingest.resolver";
import { NoteResolver } from "../ingest/note.resolver";
import { RecordsResolver } from "../ingest/records.resolver";
import {
  InteractionAddedResolver,
  ProfileSplitResolver,
  ProfilesMergedResolver,
  ProfileUpdatedResolver,
} from "../live/change-subjects.resolver";
import { ChangesResolver } from "../live/changes.resolver";
import { ProfileCursorResolver } from "../live/profile-cursor.resolver";
import { ErasureResolver } from "../profile/erasure.resolver";
import { EvidenceResolver } from "../profile/evidence.resolver";
import { ExplainResolver } from "../profile/explain.resolver";
import { HistoryResolver, IdentityEventResolver } from "../profile/history.resolver";
import { InteractionOwnerResolver } from "../profile/interaction-owner.resolver";
import { ProfileResolver } from "../profile/profile.resolver";
import { RemovalResolver } from "../profile/removal.resolver";
import { RulingsResolver } from "../profile/rulings.resolver";
import { SharedWithResolver } from "../profile/shared-with.resolver";
import { SuggestionResolver } from "../profile/suggestion.resolver";
import { ApiKeysResolver } from "./api-keys.resolver";
import { TenantsResolver } from "./tenants.resolver";

/** Every class that answers for a part of the schema, room by room. */
export const RESOLVERS = [
  ProfileResolver,
  InteractionOwnerResolver,
  ChangesResolver,
  InteractionAddedResolver,
  ProfileUpdatedResolver,
  ProfilesMergedResolver,
  ProfileSplitResolver,
  ProfileCursorResolver,
  RulesResolver,
  RulesPreviewResolver,
  SimilarityResolver,
  RulingsResolver,
  RemovalResolver,
  ErasureResolver,
  ExplainResolver,
  EvidenceResolver,
  HistoryResolver,
  IdentityEventResolver,
  SharedWithResolver,
  SuggestionResolver,
  ApiKeysResolver,
  IngestResolver,
  RecordsResolver,
  SourceRecordsResolver,
  NoteResolver,
  ConnectionsResolver,
  DeadLettersResolver,
  TenantsResolver,
  WebhooksResolver,
] as const;
