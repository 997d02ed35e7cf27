import { lookup as lookUpBySystem, Resolver } from 'node:dns';
import { readFileSync } from 'node:fs';
import type { Lookup } from './outbound-types.ts';

export interface NameLookupOptions {
  /** `address:port` of name servers. Default: those of the system. */
  servers?: readonly string[];
  hostsFile?: string;
  /** For one try; there are two. */
  timeoutMs?: number;
  bySystem?: Lookup;
}

type Failure = NodeJS.ErrnoException;

/** How old what is known of the hosts file and of the system's name servers may be. */
const HOSTS_AGE_MS = 5_000;
const RESOLVER_AGE_MS = 60_000;
/** How long the addresses of one family wait for those of the other. */
const OTHER_FAMILY_MS = 500;

const HOSTS_FILE = process.platform === 'win32' ? String.raw`C:\Windows\System32\drivers\etc\hosts` : '/etc/hosts';

/** Nobody answered for the name. To ask the system as well would wait for the same servers, and hold a thread. */
const UNANSWERED = new Set(['ETIMEOUT', 'ESERVFAIL']);

/** A value that is made anew once it is older than `maxAgeMs`. */
const keepFor = <T>(maxAgeMs: number, make: () => T): (() => T) => {
  let kept: { value: T; at: number } | undefined;
  return () => {
    const now = performance.now();
    if (kept === undefined || now - kept.at > maxAgeMs) kept = { value: make(), at: now };
    return kept.value;
  };
};

const readHosts = (file: string): ReadonlySet<string> => {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return new Set(lines.flatMap((line) => line.replace(/#.*/, '').toLowerCase().trim().split(/\s+/).slice(1)));
  } catch {
    // A system without such a file.
    return new Set();
  }
};

/**
 * Looks names up without holding a thread. `dns.lookup` is getaddrinfo, which blocks one of the four threads of libuv's pool
 * until the system's resolver gives up, tens of seconds for a name whose servers do not answer: four such names stop the
 * look-ups of all other receivers (and files). c-ares (`dns.Resolver`) waits on a socket instead, with a time of its own.
 *
 * What only the system knows stays with it: names of the hosts file, names without a dot, `.local`, and names that
 * DNS does not have, which search domains or another service may know; all of these are answered at once.
 */
export function createNameLookup(options: NameLookupOptions = {}): Lookup {
  const { servers, hostsFile = HOSTS_FILE, timeoutMs = 2_000, bySystem = lookUpBySystem as Lookup } = options;
  const hosts = keepFor(HOSTS_AGE_MS, () => readHosts(hostsFile));
  const resolver = keepFor(RESOLVER_AGE_MS, () => {
    const made = new Resolver({ timeout: timeoutMs, tries: 2 });
    if (servers !== undefined) made.setServers(servers);
    return made;
  });
  const isOfSystem = (name: string): boolean =>
    !name.includes('.') || name.endsWith('.local') || name === 'localhost' || hosts().has(name);

  return function lookUp(hostname, lookupOptions, callback) {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    if (isOfSystem(name)) {
      bySystem(hostname, lookupOptions, callback);
      return;
    }
    const found: { address: string; family: number }[][] = [[], []];
    const failures: Failure[] = [];
    let open = 2;
    let over = false;
    let timer: NodeJS.Timeout | undefined;

    const finish = (): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      const addresses = found.flat();
      const unanswered = failures.find(({ code }) => UNANSWERED.has(code ?? ''));
      if (addresses.length > 0) callback(null, addresses);
      else if (unanswered !== undefined) callback(unanswered, []);
      else bySystem(hostname, lookupOptions, callback);
    };
    const take = (nth: 0 | 1) => (error: Failure | null, addresses: readonly string[]) => {
      open -= 1;
      if (error) failures.push(error);
      else found[nth] = addresses.map((address) => ({ address, family: nth === 0 ? 4 : 6 }));
      if (open === 0) finish();
      else if (!error) timer = setTimeout(finish, OTHER_FAMILY_MS);
    };
    const current = resolver();
    current.resolve4(name, take(0));
    current.resolve6(name, take(1));
  };
}
