import { LookupAddress, lookup as resolve } from "node:dns";
import { isIP, LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** An address that a webhook may not reach. */
export class AddressRefused extends Error {
  constructor() {
    super("its address is not on the public internet");
    this.name = "AddressRefused";
  }
}

type Network = ReturnType<typeof ipaddr.parseCIDR>;
type Resolve = (
  host: string,
  options: { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Keeps requests that others choose the address of inside the public internet: not on this machine, not in its networks,
 * not at the metadata service of a cloud (OWASP, Server Side Request Forgery Prevention).
 *
 * Promises: a connection goes to an address that was looked at, since `lookup` hands the connection the very addresses
 * that it checked; a name that resolves to something else a moment later changes nothing. A name of which any address is
 * refused is refused.
 * Trusts the classes of addresses that `ipaddr.js` keeps (IANA's registries of special-purpose addresses): only plain
 * unicast is public.
 */
export class AddressGuard {
  private readonly names = new Set<string>();
  private readonly networks: Network[] = [];

  /** @param allow names, addresses and networks that may be reached all the same */
  constructor(
    allow: readonly string[],
    private readonly resolve: Resolve = resolveAll,
  ) {
    for (const entry of allow) {
      const [host = "", length] = entry.toLowerCase().split("/");
      if (isIP(host) === 0) this.names.add(host);
      else this.networks.push(ipaddr.parseCIDR(`${host}/${length ?? (isIP(host) === 4 ? 32 : 128)}`));
    }
  }

  /** Whether the tenant may not send there, as far as can be told without asking for the name; in words, else null. */
  refusalOf(url: URL): string | null {
    const host = hostOf(url);
    const allowed = this.isListed(host);
    if (url.protocol !== "https:" && !(url.protocol === "http:" && allowed)) return "it has to begin with https://";
    if (url.username !== "" || url.password !== "") return "it carries a user name or a password";
    if (isIP(host) !== 0 && !this.mayReach(host)) return new AddressRefused().message;
    return null;
  }

  /** Whether a connection may go to this address. */
  mayReach(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    const listed = this.networks.some(([network, length]) => {
      return network.kind() === parsed.kind() && parsed.match(network as ipaddr.IPv4, length);
    });
    return listed || parsed.range() === "unicast";
  }

  /** In place of `dns.lookup`, for a connection: answers with addresses that may be reached, or with AddressRefused. */
  readonly lookup: LookupFunction = (host, options, done) => {
    this.resolve(host, { all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const fits =
        addresses.length > 0 &&
        (this.names.has(host.toLowerCase()) || addresses.every((one) => this.mayReach(one.address)));
      if (!fits) return done(new AddressRefused(), []);
      const [first] = addresses;
      if (options.all === true) done(null, addresses);
      else done(null, first!.address, first!.family);
    });
  };

  private isListed(host: string): boolean {
    return this.names.has(host) || (isIP(host) !== 0 && this.mayReach(host) && !isPublic(host));
  }
}

/** The host of a URL as addresses are written: an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === "unicast";
}

function resolveAll(...[host, options, done]: Parameters<Resolve>): void {
  resolve(host, options, done);
}
