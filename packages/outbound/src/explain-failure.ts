import { InvalidOutboundRequestError, OutboundFailure } from './errors.ts';
import type { ConnectPhase } from './open-socket.ts';

// What undici says of a request that it will not send: lib/core/request.js and client-h1.js.
const OWN_FAULTS = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH']);

const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

const TLS_REASONS: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate leads to an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the receiver does not send the certificates between its own and a trusted one',
  UNABLE_TO_GET_ISSUER_CERT: 'the issuer of the certificate is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of the certificate is not known',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate was made for another name',
};

const CONNECT_REASONS: Record<string, string> = {
  ETIMEDOUT: 'the receiver does not answer',
  EHOSTUNREACH: 'there is no route to the receiver',
  ENETUNREACH: 'there is no route to the network of the receiver',
  EADDRNOTAVAIL: 'this machine has no free local port',
  EMFILE: 'this process has no free file descriptor',
  ENFILE: 'this machine has no free file descriptor',
};

/** Says why no connection could be made, from what node:net or node:tls reported in which phase. */
export function explainConnectError(error: unknown, phase: ConnectPhase): OutboundFailure {
  if (error instanceof OutboundFailure) return error;
  const code = codeOf(error) ?? 'closed';
  if (phase === 'handshaking') {
    if (RESET.has(code) || code === 'closed') {
      return new OutboundFailure('connection_reset', 'the receiver closed the connection during the TLS handshake');
    }
    const reason = TLS_REASONS[code] ?? 'no TLS connection could be made';
    return new OutboundFailure('tls_failed', `${reason} (${code})`);
  }
  if (code === 'ECONNREFUSED') {
    return new OutboundFailure('connection_refused', 'the receiver refused the connection (nothing listens there)');
  }
  if (RESET.has(code)) return new OutboundFailure('connection_reset', 'the receiver reset the connection at once');
  return new OutboundFailure(
    'connection_failed',
    `${CONNECT_REASONS[code] ?? 'no connection could be made'} (${code})`,
  );
}

/**
 * Says why a request on an open connection has no complete response. `status` is 0 until the headers have arrived.
 *
 * @returns an OutboundFailure, or another error where the fault is ours: a request that cannot be sent, a defect.
 */
export function explainRequestError(error: Error, status: number): Error {
  if (error instanceof OutboundFailure) return error;
  const code = codeOf(error);
  // undici looks its parser's codes up the wrong way round (client-h1.js, `createError`), so only the text tells.
  if (error.name === 'HTTPParserError') return explainParserError(error, status);
  if (code === undefined) return error;
  if (OWN_FAULTS.has(code)) return new InvalidOutboundRequestError(error.message, { cause: error });
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new OutboundFailure('headers_too_large', 'the response headers are larger than 16 KiB');
  }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED' || code === 'UND_ERR_ABORTED') {
    return new OutboundFailure('aborted', 'the sender was shut down before the response was complete');
  }
  // undici reports "100 Continue" that nobody asked for, an upgrade, and a response without a request in this way.
  if (code === 'UND_ERR_SOCKET' && error.message.startsWith('bad ')) {
    return new OutboundFailure('invalid_response', 'the receiver sent a response that does not belong to the request');
  }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    // The name stands for every parser error after that header, so without a status it is about the headers.
    return status === 0 ? notHttp('Invalid content-length or transfer-encoding') : endOfConnection(status);
  }
  if (RESET.has(code) || code === 'UND_ERR_SOCKET') return endOfConnection(status);
  // An assertion of undici: the receiver has found a state that its authors held to be impossible.
  if (code === 'ERR_ASSERTION') return notHttp(code);
  // TLS 1.3 reports a missing client certificate, and any broken record, only after the handshake.
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return new OutboundFailure('tls_failed', `the TLS connection broke (${code})`);
  }
  return new OutboundFailure('connection_failed', `the connection failed (${code})`);
}

// The text in parentheses is one of llhttp's own, never the receiver's.
function explainParserError(error: Error, status: number): OutboundFailure {
  const reason = /\(([^()]{1,80})\)$/.exec(error.message)?.[1] ?? 'no reason given';
  return reason === 'Invalid EOF state' ? endOfConnection(status) : notHttp(reason);
}

function notHttp(reason: string): OutboundFailure {
  return new OutboundFailure('invalid_response', `the receiver sent something that is not HTTP/1.1 (${reason})`);
}

function endOfConnection(status: number): OutboundFailure {
  const when = status === 0 ? 'without a response' : 'before the response body was complete';
  return new OutboundFailure('connection_reset', `the receiver closed the connection ${when}`);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
