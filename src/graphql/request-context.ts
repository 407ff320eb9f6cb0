import DataLoader from "dataloader";
import { Viewer } from "../access/viewer";
import { Services, ServiceType } from "./services";

/**
 * What one operation carries: who asks, the id its log lines share, and its own loaders. Loaders live as long as the
 * operation, so what one request has read is never shown to another; each event of a subscription gets a fresh context.
 */
export class RequestContext {
  /** The cursor that what is answered may be resumed from without a gap, where it was settled before anything was read. */
  resumeFrom: string | null = null;
  /** Whether anything was asked of a service: without it nothing was read. */
  hasAsked = false;
  private readonly loaders = new Map<string, unknown>();

  constructor(
    readonly viewer: Viewer,
    readonly requestId: string,
    private readonly services: Services,
  ) {}

  service<T>(type: ServiceType<T>): T {
    this.hasAsked = true;
    return this.services.get(type);
  }

  /** The operation's one loader of this kind, made at its first use. Kinds are named `room.what`. */
  loader<K, V, C = K>(kind: string, make: () => DataLoader<K, V, C>): DataLoader<K, V, C> {
    const known = this.loaders.get(kind) as DataLoader<K, V, C> | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.loaders.set(kind, made);
    return made;
  }

  /** The same viewer with nothing read yet. */
  fresh(): RequestContext {
    const fresh = new RequestContext(this.viewer, this.requestId, this.services);
    fresh.resumeFrom = this.resumeFrom;
    return fresh;
  }
}
