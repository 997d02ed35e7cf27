/**
 * One HTTP request to a receiver.
 *
 * `headers` are sent as they are. `host` and `content-length` come from the URL and the body: the first must not be
 * given, the second only with the right value. `connection: close` gives the connection up after the response.
 * `body` is sent byte for byte (a string as UTF-8): what was signed is what is sent.
 */
export interface OutboundRequest {
  method: string;
  /** Absolute http or https URL without credentials. A fragment is not sent. */
  url: string;
  headers: Record<string, string>;
  body: Buffer | string | null;
  /** One deadline over name lookup, connection, TLS, request, response headers and response body. */
  timeoutMs: number;
  /** How much of the response body is kept, in bytes on the wire. Default 16384. */
  maxResponseBytes?: number;
}

/**
 * Why there is no (complete) response.
 *
 * | code | meaning |
 * | --- | --- |
 * | `timeout` | the deadline passed; the message says in which phase |
 * | `address_not_allowed` | the address, or every address of the name, is one that the policy refuses |
 * | `dns_failed` | the name has no address, or could not be looked up |
 * | `connection_refused` | nothing listens on that port |
 * | `connection_reset` | the receiver closed the connection before its response was complete |
 * | `connection_failed` | no connection for another reason (no route, no file descriptors, …) |
 * | `tls_failed` | the handshake failed or the certificate is not trusted |
 * | `invalid_response` | what arrived is not an HTTP/1.1 response to this request |
 * | `headers_too_large` | more than 16 KiB of response headers |
 * | `url_too_long` | path and query have more than 16,000 characters: an event that is too large for a callback by GET |
 * | `invalid_url` | the URL cannot be sent to |
 * | `egress_proxy_refused` | our own proxy does not allow the address |
 * | `egress_proxy_failed` | our own proxy cannot be reached or is none: no fault of the receiver, which was not asked |
 * | `listener_away` | for the type `listen`: no client of the listener is connected |
 * | `aborted` | the sender was closed or destroyed |
 */
export type OutboundErrorCode =
  | 'timeout'
  | 'address_not_allowed'
  | 'dns_failed'
  | 'connection_refused'
  | 'connection_reset'
  | 'connection_failed'
  | 'tls_failed'
  | 'invalid_response'
  | 'headers_too_large'
  | 'url_too_long'
  | 'invalid_url'
  | 'egress_proxy_refused'
  | 'egress_proxy_failed'
  | 'listener_away'
  | 'aborted';

/**
 * How long the parts of a request took, in ms. Null: the part did not happen (the connection was kept from an earlier
 * request, the URL has an address and no name, http has no TLS), or was not completed.
 */
export interface OutboundTimings {
  /** The look-up of the name. */
  dnsMs: number | null;
  /** TCP, and through an egress proxy all that is before TLS. */
  connectMs: number | null;
  tlsMs: number | null;
  /** From the start of the request to the headers of the answer, all of the above within it. */
  firstByteMs: number | null;
}

export interface OutboundResponse {
  outcome: 'response';
  /** 200 to 999. A redirect is a response like any other: it is never followed. */
  status: number;
  /** Names in lower case, values as Latin-1; a name that occurs more than once has an array. */
  headers: Record<string, string | string[]>;
  /**
   * At most `maxResponseBytes` of the body as text: UTF-8 with U+FFFD for what is not UTF-8 and for NUL, which
   * PostgreSQL cannot store. A body with a content encoding is not decoded, so that a compressed bomb does nothing;
   * a note such as `[gzip body, 123 bytes]` stands in its place.
   */
  body: string;
  bodyTruncated: boolean;
  durationMs: number;
  timings: OutboundTimings;
}

export interface OutboundError {
  outcome: 'error';
  code: OutboundErrorCode;
  /** One plain sentence for operators. */
  message: string;
  /** Present if the response headers had arrived before the failure. */
  status?: number;
  durationMs: number;
  timings: OutboundTimings;
}

export type OutboundResult = OutboundResponse | OutboundError;

/** The form of `lookup` of node:dns that returns all addresses. Addresses it returns are used, never looked up again. */
export type Lookup = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: { address: string; family: number }[]) => void,
) => void;

export interface OutboundOptions {
  /** Ranges outside of the public Internet that may be reached, such as `127.0.0.0/8`. See `AddressPolicy`. */
  allowCidrs: readonly string[];
  /** Requests in flight to one origin; further ones wait, within their deadline. At least 1, default 64. */
  connectionsPerOrigin?: number;
  /**
   * The longest time that a connection is kept open without a request. Default 30000. It applies in full only where
   * the receiver announces such a time (`keep-alive: timeout=…`); otherwise a connection is kept for 4 s at most,
   * because common servers close at 5 s, and a request that crosses with that closing is lost.
   */
  keepAliveMs?: number;
  /** Connections kept open without a request, over all origins; beyond that the longest unused is closed. Default 1024. */
  maxIdleConnections?: number;
  /** Certificate authorities in PEM that are trusted in addition to those of Node, for receivers with a private one. */
  extraCa?: string;
  /**
   * `http://` or `https://` address, with user and password if it wants them, of a proxy that all connections are made
   * through. Addresses are checked here all the same; ranges of `allowCidrs` are reached through it, too.
   */
  egressProxy?: string | undefined;
  /** Name lookup. Default: that of `createNameLookup`. */
  resolve?: Lookup;
}

export interface Outbound {
  /**
   * Sends one request and reads its response. Whatever the receiver, the network or the name service does is a value.
   *
   * @throws InvalidOutboundRequestError (as a rejection) if the request itself is one that no caller may make: a
   *   header or method that HTTP does not allow, a deadline that is not a positive number.
   */
  send(request: OutboundRequest): Promise<OutboundResult>;
  /** Refuses new requests, waits for those in flight (their deadlines bound that), then closes all connections. */
  close(): Promise<void>;
  /** Ends the requests in flight with `aborted` and closes all connections at once. */
  destroy(): Promise<void>;
}
