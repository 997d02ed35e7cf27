import { PosthornError, TOKEN_SCOPES, type TokenScope } from '@posthorn/contracts';
import type { RequestHandler, Response } from 'express';
import { ACCOUNT_HEADER, type Caller, type IdentifyCaller } from './identify-caller.ts';

/** For which account a request is made, by whom, and what it may do there. */
export interface Auth {
  /** A token of the account, or the admin token, which acts for it. */
  actor: 'token' | 'admin';
  /** Null for the admin token. */
  tokenId: string | null;
  /** `admin` for the admin token. */
  tokenName: string;
  accountId: number;
  scopes: readonly TokenScope[];
}

const HOW = 'Send a valid token: `Authorization: Bearer <token>`.';

/** One error for all that is wrong with a token: which part it is would help only those who guess. */
export const unauthenticated = (): PosthornError => new PosthornError('unauthenticated', HOW);

const toAuth = (caller: Caller): Auth | null => {
  if (caller.kind === 'token') return { actor: 'token', ...caller.holder };
  if (caller.account === null) return null;
  const { id: accountId } = caller.account;
  return { actor: 'admin', tokenId: null, tokenName: 'admin', accountId, scopes: TOKEN_SCOPES };
};

const NO_ACCOUNT = `The admin token belongs to no account: name the one that it acts for with the header \`${ACCOUNT_HEADER}: <account id>\`.`;

/** In one layer, whatever is asked for: Express allocates for each that a request passes. */
const authenticateFor =
  (identify: IdentifyCaller, needsAccount: boolean): RequestHandler =>
  async (request, response, next) => {
    const caller = await identify(request);
    if (caller === null) throw unauthenticated();
    const auth = toAuth(caller);
    if (auth === null && needsAccount) throw new PosthornError('forbidden', NO_ACCOUNT);
    response.locals['caller'] = caller;
    response.locals['auth'] = auth;
    response.locals['accountId'] = auth?.accountId;
    next();
  };

/** Lets through whoever is known; `callerOf` tells who it is, and the request log shows the account. */
export const requireCaller = (identify: IdentifyCaller): RequestHandler => authenticateFor(identify, false);

/** Lets through who acts for an account; `authOf` tells which, and by which right. */
export const authenticate = (identify: IdentifyCaller): RequestHandler => authenticateFor(identify, true);

/** Who makes the request. @throws Error when `requireCaller` did not run before: a fault of ours. */
export const callerOf = (response: Response): Caller => {
  const caller = response.locals['caller'] as Caller | undefined;
  if (caller === undefined) throw new Error('A route that asks who calls is not behind requireCaller().');
  return caller;
};

/** Lets through the admin token; comes after `requireCaller`. */
export const requireAdmin: RequestHandler = (_request, response, next) => {
  if (callerOf(response).kind !== 'admin') {
    throw new PosthornError('forbidden', 'This needs the admin token (POSTHORN_ADMIN_TOKEN).');
  }
  next();
};

/** For which account the request is made; null for the admin token that names none. */
export const findAuth = (response: Response): Auth | null =>
  (response.locals['auth'] as Auth | null | undefined) ?? null;

/** The same behind `authenticate`. @throws Error when that did not run before: a fault of ours. */
export const authOf = (response: Response): Auth => {
  const auth = findAuth(response);
  if (auth === null) throw new Error('A route that needs an account is not behind authenticate().');
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
