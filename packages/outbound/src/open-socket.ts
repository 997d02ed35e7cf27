import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import type { AddressGuard } from './check-address.ts';
import { OutboundFailure } from './errors.ts';
import { explainConnectError } from './explain-failure.ts';
import type { ConnectTls } from './connect-tls.ts';
import type { ResolveAddresses } from './resolve-addresses.ts';

/** What a connection that is being made waits for. The second and third are those through an egress proxy. */
export type ConnectPhase = 'resolving' | 'reaching_proxy' | 'tunnelling' | 'connecting' | 'handshaking' | 'connected';

export interface SocketTarget {
  /** A name, or an address without brackets. */
  hostname: string;
  port: number;
  secure: boolean;
  /** Told of every phase as it begins. */
  onPhase(phase: ConnectPhase): void;
}

/**
 * Opens one socket. `done` is called once, never before `open` has returned, unless the caller destroys what is returned:
 * that ends the opening, whatever it is at. `null` is returned where nothing is opened because the address is refused.
 */
export type OpenSocket = (
  target: SocketTarget,
  done: (failure: OutboundFailure | null, socket: Socket | null) => void,
) => { destroy(): unknown } | null;

// Node gives an address up after 250 ms when a name has several, and closes that attempt. A far receiver, or one lost
// SYN (sent again after 1 s), takes longer than that, and the last address may be one that has no route from here.
const ATTEMPT_TIMEOUT_MS = 2_000;

/**
 * Makes the way in which this package connects where there is no egress proxy.
 *
 * node:net connects to the addresses that its `lookup` option returns and asks nobody else. That option is our guarded
 * resolver, so an address that is connected to is one that was checked: a name that changes its answer between check
 * and use (DNS rebinding) gains nothing. An address in the URL skips `lookup`, so it is checked here.
 */
export function createSocketOpener({
  guard,
  resolveAddresses,
  connectTls,
}: {
  guard: AddressGuard;
  resolveAddresses: ResolveAddresses;
  connectTls: ConnectTls;
}): OpenSocket {
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
    const socket = secure ? connectTls(options) : connectTcp(options);
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
