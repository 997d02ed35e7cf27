import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { Preparation } from './prepare-requests.ts';

/** Where a request comes from, for what is kept of it. */
export interface RequestOrigin {
  /** Address of the client: of the connection, or as the proxies said that `TRUST_PROXY` names. */
  address: string | null;
  userAgent: string | null;
  requestId: string | null;
}

const MAX_USER_AGENT = 300;
/** What a proxy or client may call a request: nothing that a log or a header would have to escape. */
const REQUEST_ID = /^[A-Za-z0-9._:=+/-]{8,100}$/;

/** On the request itself: an entry of a WeakMap for each would be work for every collection. */
const ID = Symbol('id of the request');

interface Identified {
  [ID]?: string;
}

/** The id of a request, which its answer has as `X-Request-Id`; null before `identifyRequests`. */
export const requestIdOf = (request: object): string | null => (request as Identified)[ID] ?? null;

/** Gives every request an id: that of its own header `X-Request-Id`, so that one call can be followed over systems, or a new one. */
export const identifyRequests: Preparation = (request, response) => {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  (request as Identified)[ID] = id;
  response.setHeader('X-Request-Id', id);
};

/** The address of the client, IPv4 in its usual form; null once the connection is gone. */
export const clientAddress = (request: Request): string | null => request.ip?.replace(/^::ffff:(?=\d+\.)/i, '') ?? null;

// PostgreSQL holds no NUL, and headers are Latin-1: what is no printable character is no part of a name either.
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '?');

export const originOf = (request: Request): RequestOrigin => {
  const userAgent = request.headers['user-agent'];
  return {
    address: clientAddress(request),
    userAgent: userAgent === undefined ? null : printable(userAgent).slice(0, MAX_USER_AGENT),
    requestId: requestIdOf(request),
  };
};
