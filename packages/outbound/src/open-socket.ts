import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { AddressGuard } from './check-address.ts';
import { OutboundFailure } from './errors.ts';
import { explainConnectError } from './explain-failure.ts';
import type { ResolveAddresses } from './resolve-addresses.ts';

/** What a connection that is being made waits for. */
export type ConnectPhase = 'resolving' | 'connecting' | 'handshaking' | 'connected';

export interface SocketTarget {
  /** A name, or an address without brackets. */
  hostname: string;
  port: number;
  secure: boolean;
  /** Told of every phase as it begins. */
  onPhase(phase: ConnectPhase): void;
}

/**
 * Opens one socket. `done` is called once, never before `open` has returned, unless the caller destroys the socket.
 * `null` is returned where no socket is opened because the address is refused.
 */
export type OpenSocket = (
  target: SocketTarget,
  done: (failure: OutboundFailure | null, socket: Socket | null) => void,
) => Socket | null;

// Node gives an address up after 250 ms when a name has several, and closes that attempt. A far receiver, or one lost
// SYN (sent again after 1 s), takes longer than that, and the last address may be one that has no route from here.
const ATTEMPT_TIMEOUT_MS = 2_000;

const TLS_SESSIONS = 512;

/**
 * Makes the only way in which this package connects.
 *
 * node:net connects to the addresses that its `lookup` option returns and asks nobody else. That option is our guarded
 * resolver, so an address that is connected to is one that was checked: a name that changes its answer between check
 * and use (DNS rebinding) gains nothing. An address in the URL skips `lookup`, so it is checked here.
 */
export function createSocketOpener({
  guard,
  resolveAddresses,
  extraCa,
}: {
  guard: AddressGuard;
  resolveAddresses: ResolveAddresses;
  extraCa?: string | undefined;
}): OpenSocket {
  const sessions = createSessionCache(TLS_SESSIONS);
  let secureContext: SecureContext | undefined;
  // One context for all: making one costs as much as a handshake when authorities are added.
  const tlsContext = () =>
    (secureContext ??= createSecureContext(extraCa ? { ca: [...rootCertificates, extraCa] } : {}));

  return function openSocket(target, done) {
    const { hostname, port, secure, onPhase } = target;
    if (isIP(hostname) !== 0) {
      const verdict = guard.check(hostname);
      if (!verdict.allowed) {
        process.nextTick(done, new OutboundFailure('address_not_allowed', verdict.reason), null);
        return null;
      }
    }

    let phase: ConnectPhase = isIP(hostname) === 0 ? 'resolving' : 'connecting';
    const enter = (next: ConnectPhase) => {
      phase = next;
      onPhase(next);
    };
    onPhase(phase);

    const options = {
      host: hostname,
      port,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
      lookup: guardedLookup(resolveAddresses, () => enter('connecting')),
    };
    const socket = secure ? openTls(options, tlsContext(), sessions) : connectTcp(options);
    socket.setNoDelay(true);

    let settled = false;
    const settle = (failure: OutboundFailure | null) => {
      if (settled) return;
      settled = true;
      done(failure, failure ? null : socket);
    };
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      enter('connected');
      settle(null);
    });
    if (secure) socket.once('connect', () => enter('handshaking'));
    // This listener stays for the life of the socket: an error must never be without one.
    socket.on('error', (error) => settle(explainConnectError(error, phase)));
    socket.once('close', () => settle(explainConnectError(undefined, phase)));
    return socket;
  };
}

function guardedLookup(resolveAddresses: ResolveAddresses, onResolved: () => void): LookupFunction {
  return (hostname, options, callback) => {
    resolveAddresses(hostname, (failure, addresses) => {
      const first = addresses[0];
      if (failure || !first) {
        callback(failure, []);
        return;
      }
      onResolved();
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function openTls(
  options: { host: string; port: number },
  secureContext: SecureContext,
  sessions: ReturnType<typeof createSessionCache>,
): Socket {
  const key = `${options.host}:${options.port}`;
  const session = sessions.get(key);
  const socket = connectTls({
    ...options,
    secureContext,
    // An address is no server name (RFC 6066, 3), nor is a trailing dot part of one.
    servername: isIP(options.host) === 0 ? options.host.replace(/\.$/, '') : '',
    ALPNProtocols: ['http/1.1'],
    // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in some environment cannot switch it off.
    rejectUnauthorized: true,
    ...(session ? { session } : {}),
  });
  // Node emits this only after the certificate has been verified; a resumed session is not verified against the name
  // again, which is why the key is the name.
  socket.on('session', (next: Buffer) => sessions.set(key, next));
  return socket;
}

// A resumed handshake saves the receiver's signature and our check of it, the largest cost of a delivery over TLS.
function createSessionCache(limit: number) {
  const sessions = new Map<string, Buffer>();
  return {
    get: (key: string) => sessions.get(key),
    set(key: string, session: Buffer) {
      sessions.delete(key);
      sessions.set(key, session);
      if (sessions.size <= limit) return;
      const [oldest] = sessions.keys();
      if (oldest !== undefined) sessions.delete(oldest);
    },
  };
}
