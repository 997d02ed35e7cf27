import { isIP, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { connect, createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

/** Starts TLS with a receiver: over a connection that it makes, or over `socket`, which leads there already. */
export type ConnectTls = (
  options: Pick<TcpSocketConnectOpts, 'host' | 'port'> & { host: string; socket?: Socket },
) => Socket;

const TLS_SESSIONS = 512;

/** Makes the only way in which this package starts TLS. `extraCa`: authorities in PEM beside those of Node. */
export function createTlsConnector(extraCa: string | undefined): ConnectTls {
  const sessions = createSessionCache(TLS_SESSIONS);
  let secureContext: SecureContext | undefined;
  // One context for all: making one costs as much as a handshake when authorities are added.
  const tlsContext = () =>
    (secureContext ??= createSecureContext(extraCa ? { ca: [...rootCertificates, extraCa] } : {}));

  return function connectTls(options) {
    const { host, port } = options;
    const key = `${host}:${port}`;
    const session = sessions.get(key);
    const socket = connect({
      ...options,
      secureContext: tlsContext(),
      // An address is no server name (RFC 6066, 3), nor is a trailing dot part of one.
      servername: isIP(host) === 0 ? host.replace(/\.$/, '') : '',
      ALPNProtocols: ['http/1.1'],
      // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in some environment cannot switch it off.
      rejectUnauthorized: true,
      ...(session ? { session } : {}),
    });
    // Node emits this only after the certificate has been verified; a resumed session is not verified against the name
    // again, which is why the key is the name.
    socket.on('session', (next: Buffer) => sessions.set(key, next));
    return socket;
  };
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
