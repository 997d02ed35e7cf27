import { createHmac, timingSafeEqual } from 'node:crypto';
import { isUint8Array } from 'node:util/types';

export type WebhookVerificationCode =
  | 'missing_header'
  | 'bad_timestamp'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'no_match'
  | 'malformed_body';

/** A request that is not to be trusted (answer 400), or a trusted one whose body is not JSON (`malformed_body`). */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly code: WebhookVerificationCode;

  constructor(code: WebhookVerificationCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface VerifyWebhookOptions {
  /** How far the timestamp may be from now, in both directions. Default 300. */
  toleranceSeconds?: number | undefined;
  /** Default: the system's clock. */
  now?: (() => Date) | undefined;
}

export interface VerifiedWebhook<T = unknown> {
  /** `webhook-id`: the same at every attempt of a delivery. Keep it to drop duplicates. */
  id: string;
  /** When this attempt was signed. */
  timestamp: Date;
  /** The body, parsed. */
  payload: T;
}

export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const DEFAULT_TOLERANCE_SECONDS = 300;

/** By shape: the Headers of another fetch are as good. */
const isFetchHeaders = (headers: WebhookHeaders): headers is Headers => typeof headers['get'] === 'function';

const readHeader = (headers: WebhookHeaders, name: string): string => {
  const found = isFetchHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key, value]) => key.toLowerCase() === name && value !== undefined)?.[1];
  const text = (Array.isArray(found) ? found.join(' ') : String(found ?? '')).trim();
  if (text === '') throw new WebhookVerificationError('missing_header', `The header ${name} is missing.`);
  return text;
};

/** The key of a secret. An empty one (an unset variable) is refused: anybody could sign with it. */
const keyOf = (secret: string): Buffer => {
  if (typeof secret !== 'string' || secret === '')
    throw new TypeError('A webhook secret must be a text that is not empty.');
  if (!secret.startsWith('whsec_')) return Buffer.from(secret, 'utf8');
  const encoded = secret.slice('whsec_'.length);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded))
    throw new TypeError('A whsec_ secret must have base64 after the prefix.');
  return Buffer.from(encoded, 'base64');
};

const keysOf = (secrets: string | readonly string[]): Buffer[] => {
  const keys = (typeof secrets === 'string' ? [secrets] : secrets).map(keyOf);
  if (keys.length === 0) throw new TypeError('At least one webhook secret is needed.');
  return keys;
};

const bytesOf = (rawBody: string | Uint8Array): Uint8Array => {
  if (typeof rawBody === 'string') return Buffer.from(rawBody, 'utf8');
  if (isUint8Array(rawBody)) return rawBody;
  throw new TypeError('rawBody must be the exact text or bytes that arrived, not a parsed body.');
};

const checkTimestamp = (
  text: string,
  { toleranceSeconds = DEFAULT_TOLERANCE_SECONDS, now }: VerifyWebhookOptions,
): Date => {
  if (!(toleranceSeconds >= 0)) throw new TypeError('toleranceSeconds must be a number that is not negative.');
  if (!/^\d{1,11}$/.test(text)) {
    throw new WebhookVerificationError('bad_timestamp', 'The header webhook-timestamp is not in Unix seconds.');
  }
  const seconds = Number(text);
  const nowSeconds = Math.floor((now?.() ?? new Date()).getTime() / 1000);
  if (Number.isNaN(nowSeconds)) throw new TypeError('now must give a valid date.');
  if (nowSeconds - seconds > toleranceSeconds) {
    throw new WebhookVerificationError('timestamp_too_old', `Signed ${nowSeconds - seconds} seconds ago.`);
  }
  if (seconds - nowSeconds > toleranceSeconds) {
    throw new WebhookVerificationError(
      'timestamp_too_new',
      `Signed ${seconds - nowSeconds} seconds ahead of this clock.`,
    );
  }
  return new Date(seconds * 1000);
};

/** Compares text, not decoded bytes: base64 has spare bits, so that several texts decode to one signature. */
const same = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected);

const parseBody = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new WebhookVerificationError('malformed_body', 'The signature is right, but the body is not JSON.', {
      cause,
    });
  }
};

/**
 * Verifies a webhook (Standard Webhooks 1.0, "Verifying webhook authenticity") and gives back what it holds. `rawBody` is
 * what arrived, before any parser. Several `secrets` are for a rotation on the receiver's side; any of them may match any
 * `v1` signature of the header. A `whsec_` secret is base64, any other is used as its UTF-8 bytes.
 *
 * HMAC and comparison are Node's. The `standardwebhooks` package is the tests' reference and not used here, because
 * (1.1.1) its clock and its five minutes cannot be set, it signs a Buffer's text rather than its bytes (invalid UTF-8
 * becomes U+FFFD, so that different bodies share a signature), refuses a Uint8Array, and cuts a raw secret's characters
 * to one byte each.
 *
 * @throws WebhookVerificationError with a stable `code`; TypeError when the call itself is wrong (an empty secret, a
 * parsed body), which no request can cause.
 * @example
 * app.post('/hooks', express.raw({ type: '*\/*' }), (request, response) => {
 *   const { id, payload } = verifyWebhook(request.body, request.headers, config.webhookSecret);
 *   queue.add(payload, { jobId: id });
 *   response.sendStatus(204);
 * });
 */
export const verifyWebhook = <T = unknown>(
  rawBody: string | Buffer | Uint8Array,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  options: VerifyWebhookOptions = {},
): VerifiedWebhook<T> => {
  const body = bytesOf(rawBody);
  const keys = keysOf(secrets);
  const id = readHeader(headers, 'webhook-id');
  const timestampText = readHeader(headers, 'webhook-timestamp');
  const given = readHeader(headers, 'webhook-signature').split(/\s+/);
  const timestamp = checkTimestamp(timestampText, options);
  const signatures = given
    .filter((text) => text.startsWith('v1,'))
    .map((text) => Buffer.from(text.slice('v1,'.length)));
  const matches = keys.some((key) => {
    const hmac = createHmac('sha256', key).update(`${id}.${timestampText}.`).update(body);
    const expected = Buffer.from(hmac.digest('base64'));
    return signatures.some((signature) => same(signature, expected));
  });
  if (!matches) {
    throw new WebhookVerificationError(
      'no_match',
      'No signature of the header was made with a known secret over this body.',
    );
  }
  return { id, timestamp, payload: parseBody(body) as T };
};
