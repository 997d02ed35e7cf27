import { isNativeError } from 'node:util/types';
import got, { RequestError } from 'got';
import { PosthornConnectionError } from './errors.ts';
import { readAnswer } from './read-answer.ts';
import { retryRules } from './retry-rules.ts';

/** What every call takes as its last argument. */
export interface CallOptions {
  /** Ends the call, also while it waits to try again; it rejects with the signal's reason, as fetch does. */
  signal?: AbortSignal | undefined;
}

export interface Call extends CallOptions {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** Sent as JSON; none when undefined. */
  body?: unknown;
  /** The body where it is JSON already. */
  bodyText?: string;
  /** Carrying it out twice is the same as once. Default: true for all but POST. */
  repeatable?: boolean;
  /** Default: the client's. */
  retries?: number;
  /** The attempt may take at least this long, whatever the client's own limit is. */
  atLeastTimeoutMs?: number;
  isAnswer?: (body: unknown) => boolean;
}

export interface TransportOptions {
  baseUrl: string;
  token: string;
  accountId: number | undefined;
  timeoutMs: number;
  retries: number;
  userAgent: string;
}

/** Carries out one call: request, retries, answer. Resolves with the body; `undefined` when the answer has none. */
export type Transport = <T>(call: Call) => Promise<T>;

/** Not `URL.canParse`: once optimised, that of Node 20 refuses every URL with a letter beyond ASCII. */
const parseUrl = (text: string): URL | null => {
  try {
    return new URL(text);
  } catch {
    return null;
  }
};

/** @throws TypeError when a call could never work with this address. The address itself may hold a password: not shown. */
export const parseBaseUrl = (name: string, text: string): string => {
  const url = parseUrl(text);
  const usable =
    url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '';
  if (!usable) throw new TypeError(`${name} must be an http or https address without user, query and fragment`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
};

/**
 * One segment of a path.
 * @throws TypeError for what cannot be an id: an id from elsewhere (`..`, `7/secret`) never leads to another path.
 */
export const idSegment = (id: string | number): string => {
  const text = String(id);
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new TypeError(`Not an id: ${JSON.stringify(text.slice(0, 50))}`);
  return text;
};

const withQuery = (address: string, query: NonNullable<Call['query']>): string => {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.append(name, String(value));
  return given.size === 0 ? address : `${address}?${given.toString()}`;
};

/** By what a request is known, and for which account it acts. */
export const authorize = ({
  token,
  accountId,
}: Pick<TransportOptions, 'token' | 'accountId'>): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  ...(accountId === undefined ? {} : { 'posthorn-account': String(accountId) }),
});

/** The system's error under got's, whose `options` hold the Authorization header and so must not leave this file. */
const systemError = (error: unknown): Error => {
  if (!(error instanceof RequestError)) return isNativeError(error) ? error : new Error(String(error));
  if (isNativeError(error.cause)) return error.cause;
  return Object.assign(new Error(error.message), { code: error.code });
};

export const createTransport = (settings: TransportOptions): Transport => {
  const { baseUrl, token, timeoutMs, retries, userAgent } = settings;
  return async <T>(call: Call): Promise<T> => {
    const { method, path, query = {}, body, repeatable = method !== 'POST', signal } = call;
    const request = { requestMethod: method, requestPath: path };
    // Before got has a part in it: a body that JSON cannot hold is the caller's TypeError, not a lost connection.
    const text = call.bodyText ?? (body === undefined ? undefined : JSON.stringify(body));
    const content = text === undefined ? {} : { body: text };
    const response = await got(withQuery(`${baseUrl}${path}`, query), {
      ...content,
      method,
      headers: {
        ...authorize(settings),
        accept: 'application/json',
        'user-agent': userAgent,
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      },
      // got starts this clock anew for every attempt; it runs until the last byte of the answer.
      timeout: { request: Math.max(timeoutMs, call.atLeastTimeoutMs ?? 0) },
      retry: retryRules({ method, repeatable, limit: call.retries ?? retries }),
      // A redirect would turn a POST into a GET and carry the token elsewhere.
      followRedirect: false,
      throwHttpErrors: false,
      responseType: 'text',
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new PosthornConnectionError({ ...request, cause: systemError(error) });
    });
    const { headers } = response;
    const answer = {
      status: response.statusCode,
      contentType: headers['content-type'] ?? '',
      location: headers.location,
      retryAfter: headers['retry-after'],
      text: response.body,
    };
    return readAnswer(answer, { ...request, token, isAnswer: call.isAnswer }) as T;
  };
};
