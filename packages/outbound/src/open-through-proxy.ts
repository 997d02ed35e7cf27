import { isIP, type Socket } from 'node:net';
import type { AddressGuard } from './check-address.ts';
import type { ConnectTls } from './connect-tls.ts';
import { OutboundFailure } from './errors.ts';
import { explainConnectError } from './explain-failure.ts';
import type { ConnectPhase, OpenSocket } from './open-socket.ts';
import { type EgressProxy, openTunnel } from './open-tunnel.ts';
import type { ResolveAddresses } from './resolve-addresses.ts';

/** Addresses of one name that the proxy is asked for, one after the other. */
const MAX_ADDRESSES = 3;

/**
 * Makes the way in which this package connects where there is an egress proxy. The guard stays where it was: names are
 * looked up and addresses are checked here, and the proxy is asked for the address, so that it reaches nothing that would
 * be refused without it. TLS is between us and the receiver, by the receiver's name, and plain HTTP goes through a
 * tunnel as well.
 */
export function createProxiedOpener({
  guard,
  resolveAddresses,
  connectTls,
  proxy,
}: {
  guard: AddressGuard;
  resolveAddresses: ResolveAddresses;
  connectTls: ConnectTls;
  proxy: EgressProxy;
}): OpenSocket {
  return function openThroughProxy({ hostname, port, secure, onPhase }, done) {
    let current: Socket | null = null;
    let over = false;
    const finish = (failure: OutboundFailure | null, socket: Socket | null): void => {
      if (over) return;
      over = true;
      done(failure, socket);
    };

    const handshake = (tunnel: Socket): void => {
      let phase: ConnectPhase = 'handshaking';
      onPhase(phase);
      const socket = connectTls({ host: hostname, port, socket: tunnel });
      current = socket;
      socket.once('secureConnect', () => {
        phase = 'connected';
        onPhase(phase);
        finish(null, socket);
      });
      socket.on('error', (error) => finish(explainConnectError(error, phase), null));
      socket.once('close', () => finish(explainConnectError(undefined, phase), null));
    };

    const attempt = ([address, ...others]: readonly string[]): void => {
      if (over || address === undefined) return;
      onPhase('reaching_proxy');
      current = openTunnel(
        { proxy, connectTls },
        { address, port },
        () => onPhase('tunnelling'),
        (failure, tunnel) => {
          if (over) return;
          // The proxy is fine, this address is not: a name may have one of IPv6 that the proxy has no route to.
          if (failure?.code === 'connection_failed' && others.length > 0) attempt(others);
          else if (failure !== null) finish(failure, null);
          else if (secure) handshake(tunnel);
          else {
            onPhase('connected');
            finish(null, tunnel);
          }
        },
      );
    };

    const start = (): void => {
      if (isIP(hostname) !== 0) {
        const verdict = guard.check(hostname);
        if (verdict.allowed) attempt([hostname]);
        else finish(new OutboundFailure('address_not_allowed', verdict.reason), null);
        return;
      }
      onPhase('resolving');
      resolveAddresses(hostname, (failure, addresses) => {
        if (failure === null) attempt(addresses.slice(0, MAX_ADDRESSES).map(({ address }) => address));
        else finish(failure, null);
      });
    };
    // Never before this function has returned, whatever the look-up does.
    process.nextTick(start);
    return {
      destroy() {
        over = true;
        current?.destroy();
      },
    };
  };
}
