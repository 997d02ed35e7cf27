import { PosthornError, type TokenScope } from '@posthorn/contracts';
import type { Request, RequestHandler, Response } from 'express';
import type { FailureLimiter } from '../limits/limit-failures.ts';
import { clientAddress } from './identify-requests.ts';

/** Who makes a request: the account, and the token by which it is known. */
export interface Auth {
  tokenId: string;
  tokenName: string;
  accountId: number;
  scopes: readonly TokenScope[];
}

/** The holder of a token; null when the token is unknown or revoked. */
export type FindToken = (tokenValue: string) => Promise<Auth | null>;

/** As `FindToken`, for a request: who sends it counts. @throws PosthornError `too_many_requests` */
export type FindHolder = (request: Request, tokenValue: string) => Promise<Auth | null>;

/** Looks tokens up behind a limiter of wrong ones. */
export const limitFailures =
  (limiter: FailureLimiter, findToken: FindToken): FindHolder =>
  (request, tokenValue) =>
    limiter.check({ address: clientAddress(request), tokenValue }, findToken);

/** The token of `Authorization: Bearer <token>` (RFC 6750 §2.1); null when there is none of that form. */
export const bearerToken = (request: Request): string | null =>
  /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;

/** One error for all that is wrong with a token: which part it is would help only those who guess. */
export const unauthenticated = (): PosthornError =>
  new PosthornError('unauthenticated', 'Send a valid token: `Authorization: Bearer <token>`.');

/** Lets through who holds a token; `authOf` tells who it is, and the request log shows the account. */
export const authenticate =
  (findHolder: FindHolder): RequestHandler =>
  async (request, response, next) => {
    const tokenValue = bearerToken(request);
    const auth = tokenValue === null ? null : await findHolder(request, tokenValue);
    if (auth === null) throw unauthenticated();
    response.locals['auth'] = auth;
    response.locals['accountId'] = auth.accountId;
    next();
  };

/** Who makes the request. @throws Error when `authenticate` did not run before: a fault of ours. */
export const authOf = (response: Response): Auth => {
  const auth = response.locals['auth'] as Auth | undefined;
  if (auth === undefined) throw new Error('A route that needs a token is not behind authenticate().');
  return auth;
};

/** Whether a token may do what a scope allows. `manage` includes `read`; `publish` stands for itself. */
export const hasScope = (auth: Pick<Auth, 'scopes'>, scope: TokenScope): boolean =>
  auth.scopes.includes(scope) || (scope === 'read' && auth.scopes.includes('manage'));

/** Lets through tokens with a scope; comes after `authenticate`. */
export const requireScope =
  (scope: TokenScope): RequestHandler =>
  (_request, response, next) => {
    if (!hasScope(authOf(response), scope)) {
      throw new PosthornError('forbidden', `This needs a token with the scope \`${scope}\`.`);
    }
    next();
  };
