import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded into a service before its own code (`NODE_OPTIONS=--import=…?server=127.0.0.1:5300`): names below `.test` are looked up
 * at that server, with Node's own resolver and over the network, and all others as ever. It is the machine's
 * /etc/resolv.conf, without the need to be root.
 */
const server = new URL(import.meta.url).searchParams.get('server') ?? '';
if (server === '') throw new Error('No name server was given: ?server=address:port');

const resolver = new dns.Resolver();
resolver.setServers([server]);
const systemLookup = dns.lookup;

type Found = { address: string; family: 4 | 6 };
type Done = (error: NodeJS.ErrnoException | null, found: Found[]) => void;

const lookupHere = (hostname: string, done: Done): void => {
  const found: Found[] = [];
  let missing = 2;
  let failure: NodeJS.ErrnoException = Object.assign(new Error(`queryA ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
  const collect = (family: 4 | 6) => (error: NodeJS.ErrnoException | null, addresses: string[]) => {
    missing -= 1;
    if (error?.code === 'ETIMEOUT') failure = error;
    if (error === null) found.push(...addresses.map((address) => ({ address, family })));
    if (missing > 0) return;
    done(found.length === 0 ? failure : null, found);
  };
  resolver.resolve4(hostname, collect(4));
  resolver.resolve6(hostname, collect(6));
};

const lookup = (hostname: string, options: { all?: boolean }, callback: (...args: unknown[]) => void): void => {
  if (!/\.test\.?$/i.test(hostname)) {
    (systemLookup as (...args: unknown[]) => void)(hostname, options, callback);
    return;
  }
  lookupHere(hostname, (error, found) => {
    if (error !== null || options.all === true) callback(error, found);
    else callback(null, found[0]?.address, found[0]?.family);
  });
};

Object.assign(dns, { lookup });
/** Code with a resolver of its own asks the same server. */
Object.assign(dns, {
  Resolver: class extends dns.Resolver {
    constructor(options?: dns.ResolverOptions) {
      super(options);
      this.setServers([server]);
    }
  },
});
syncBuiltinESMExports();
