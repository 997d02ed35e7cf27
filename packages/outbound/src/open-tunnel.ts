import { connect, isIPv6, type Socket } from 'node:net';
import type { ConnectTls } from './connect-tls.ts';
import { OutboundFailure } from './errors.ts';

/** A proxy that all deliveries go through, as `EGRESS_PROXY` names it. */
export interface EgressProxy {
  host: string;
  port: number;
  /** Whether the proxy itself is spoken to over TLS. */
  secure: boolean;
  /** Value of `Proxy-Authorization`; null where the proxy asks for none. */
  authorization: string | null;
}

/** `http://user:password@proxy.example.com:3128` as a proxy. The scheme is how the proxy is reached. */
export function readEgressProxy(text: string): EgressProxy {
  const url = new URL(text);
  const secure = url.protocol === 'https:';
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    secure,
    authorization: credentials === ':' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

const MAX_HEAD_BYTES = 16_384;
/** What proxies answer when the other side cannot be reached (squid and Envoy say 503, others 502 or 504). */
const UNREACHED = new Set([502, 503, 504]);

const proxyFailed = (what: string): OutboundFailure =>
  new OutboundFailure('egress_proxy_failed', `the egress proxy ${what}`);

const explainStatus = (status: number, authority: string): OutboundFailure | null => {
  if (status >= 200 && status <= 299) return null;
  if (status === 403) {
    return new OutboundFailure(
      'egress_proxy_refused',
      `the egress proxy does not allow connections to ${authority} (403)`,
    );
  }
  if (UNREACHED.has(status)) {
    return new OutboundFailure('connection_failed', `the egress proxy could not connect to ${authority} (${status})`);
  }
  if (status === 407) return proxyFailed('does not accept the credentials of EGRESS_PROXY (407)');
  return proxyFailed(`does not open connections: is it a proxy? (${status})`);
};

/**
 * Asks a proxy for a connection to an address (CONNECT, RFC 9110 §9.3.6). The address is one that was checked, never a name:
 * what the proxy would make of a name is out of our hands.
 * @param onReached told when the proxy has been reached and was asked.
 * @param done called once, with the socket, on which nothing of the tunnel has been read yet.
 * @returns the socket to the proxy; who destroys it ends the opening.
 */
export function openTunnel(
  { proxy, connectTls }: { proxy: EgressProxy; connectTls: ConnectTls },
  { address, port }: { address: string; port: number },
  onReached: () => void,
  done: (failure: OutboundFailure | null, socket: Socket) => void,
): Socket {
  const authority = `${isIPv6(address) ? `[${address}]` : address}:${port}`;
  const place = { host: proxy.host, port: proxy.port };
  const socket = proxy.secure ? connectTls(place) : connect(place);
  socket.setNoDelay(true);
  let reached = false;
  let settled = false;
  let head = Buffer.alloc(0);

  const settle = (failure: OutboundFailure | null): void => {
    if (settled) return;
    settled = true;
    socket.removeListener('readable', read);
    if (failure !== null) socket.destroy();
    done(failure, socket);
  };

  function read(): void {
    for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1 && head.length <= MAX_HEAD_BYTES) continue;
      const [, status] = /^HTTP\/1\.[01] (\d{3})(?: |\r\n)/.exec(head.toString('latin1')) ?? [];
      if (end === -1 || status === undefined) settle(proxyFailed('answered with something that is not HTTP/1.1'));
      // Neither TLS nor HTTP/1.1 lets a receiver speak first.
      else if (Number(status) < 300 && head.length > end + 4) settle(proxyFailed('sent more than its answer'));
      else settle(explainStatus(Number(status), authority));
      return;
    }
  }

  socket.on('readable', read);
  socket.once(proxy.secure ? 'secureConnect' : 'connect', () => {
    reached = true;
    onReached();
    const credentials = proxy.authorization === null ? '' : `Proxy-Authorization: ${proxy.authorization}\r\n`;
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`);
  });
  const fail = (code: string): void =>
    settle(proxyFailed(reached ? `closed the connection without an answer (${code})` : `cannot be reached (${code})`));
  // This listener stays for the life of the socket: an error must never be without one.
  socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.name));
  socket.once('close', () => fail('closed'));
  return socket;
}
