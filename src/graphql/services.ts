/** A class that stands for its instance. */
export type ServiceType<T> = abstract new (...args: never[]) => T;

/** The server's services, each reachable by its class. Filled once at start by the composition root. */
export class Services {
  private readonly instances = new Map<ServiceType<unknown>, unknown>();

  add<T>(type: ServiceType<T>, instance: T): this {
    this.instances.set(type, instance);
    return this;
  }

  /** @throws Error when nobody added it: a mistake in the composition root, never a matter of input */
  get<T>(type: ServiceType<T>): T {
    const instance = this.instances.get(type);
    if (instance === undefined) throw new Error(`no ${type.name} was added to the services`);
    return instance as T;
  }
}
