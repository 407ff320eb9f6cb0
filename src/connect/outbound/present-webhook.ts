import type { LoggedDelivery } from "./webhook.service";
import { WebhookDelivery, WebhookEndpoint } from "./webhook.type";
import type { KnownEndpoint } from "./webhook-endpoint.repository";

/** An endpoint as its admins see it: without its secrets. */
export function presentEndpoint(known: KnownEndpoint): WebhookEndpoint {
  const { id, url, description, kinds, source, createdAt, lastSuccessAt, failingSince, lastError } = known;
  const { active, previousUntil } = known;
  const previousSecretUntil = previousUntil !== null && Date.parse(previousUntil) > Date.now() ? previousUntil : null;
  const shown = { id, url, description, kinds, source, createdAt, lastSuccessAt, failingSince, lastError };
  return { ...shown, paused: !active, previousSecretUntil };
}

export function presentDelivery(logged: LoggedDelivery): WebhookDelivery & { readonly position: number } {
  return { ...logged, nextAttemptAt: logged.status === "PENDING" ? logged.nextAttemptAt : null };
}
