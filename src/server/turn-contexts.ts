import { RequestContext } from "../graphql/request-context";

/**
 * The contexts in which events are answered: those that are answered in the same turn share one, and with it the loaders,
 * for as long as its loaders are still collecting what to load. So whatever is told together is loaded together, once,
 * whoever asks for it in whatever words; and nothing is answered from what was read before the event was told.
 */
export class TurnContexts {
  private readonly open = new Map<string, RequestContext>();

  /** One for all who may read the same. */
  of(context: RequestContext): RequestContext {
    const { tenantId, role } = context.viewer;
    const scope = `${tenantId} ${role}`;
    const known = this.open.get(scope);
    if (known !== undefined) return known;
    // Loaders dispatch in the next tick as well: who comes after that has a context of their own.
    if (this.open.size === 0) process.nextTick(() => this.open.clear());
    const fresh = context.fresh();
    this.open.set(scope, fresh);
    return fresh;
  }
}
