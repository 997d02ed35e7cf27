import { findAccount, findToken, findTokenById } from '@posthorn/database';
import {
  type AccountLimiter,
  authenticate,
  type ConsoleSessions,
  createAccountLimiter,
  createConsoleSessions,
  createFailureLimiter,
  createIdentifyCaller,
  type FailureLimiter,
  findAuth,
  type FindHolder,
  type IdentifyCaller,
  isSameToken,
  jsonBody,
  limitFailures,
  requireAdmin,
  requireCaller,
  requireScope,
} from '@posthorn/runtime';
import type { RequestHandler } from 'express';
import type { ApiDeps } from './api-deps.ts';

/** What bounds the callers of all APIs together, native and dialects. */
export interface Limits {
  /** Looks a token up. @throws PosthornError `too_many_requests` for a wrong one of somebody who sends many. */
  findHolder: FindHolder;
  /** What `findHolder` stands behind, for other credentials that may be wrong. */
  failures: FailureLimiter;
  accounts: AccountLimiter;
}

const NO_LIMIT = 0;

export const createLimits = ({ database, logger, telemetry, limits }: ApiDeps): Limits => {
  const { authFailuresPerMinute = NO_LIMIT, callsPerMinute = NO_LIMIT } = limits ?? {};
  const watch = { logger, registry: telemetry.registry };
  const failures = createFailureLimiter(authFailuresPerMinute, watch);
  return {
    findHolder: limitFailures(failures, (tokenValue) => findToken(database, tokenValue)),
    failures,
    accounts: createAccountLimiter(
      { limit: 'api_calls', perSecond: callsPerMinute / 60, burst: callsPerMinute },
      watch,
    ),
  };
};

/** How callers of the native API are known. The dialects know tokens of accounts alone. */
export interface Callers {
  identify: IdentifyCaller;
  isAdmin(tokenValue: string): boolean;
  /** Null where there is no console. */
  sessions: ConsoleSessions | null;
}

export const createCallers = (deps: ApiDeps, { findHolder, failures }: Limits): Callers => {
  const { database, encryption, adminToken, publicUrl, consoleDir = null } = deps;
  const isAdmin = isSameToken(adminToken);
  const findById = (tokenId: string) => findTokenById(database, tokenId);
  const sessions =
    consoleDir === null
      ? null
      : createConsoleSessions({ encryption, adminToken, findTokenById: findById, failures, publicUrl });
  const identify = createIdentifyCaller({
    findHolder,
    admin: { isAdmin, findAccount: (id) => findAccount(database, id) },
    findSession: sessions?.find,
  });
  return { identify, isAdmin, sessions };
};

/** What stands before the handlers of routes. A body is read only once the caller is known to be good. */
export interface Guards {
  /** Whoever is known, for an account or none. */
  any: RequestHandler[];
  /** For an account: with a token of it, or the admin token and the header that names it. Without a body. */
  read: RequestHandler[];
  manage: RequestHandler[];
  /** With a JSON body. */
  manageBody: RequestHandler[];
  /** As `manage`, and the admin token that names no account: for all of them then. */
  manageOrAdmin: RequestHandler[];
  /** The admin token. */
  admin: RequestHandler[];
  adminBody: RequestHandler[];
}

export const createGuards = (
  { identify }: Pick<Callers, 'identify'>,
  { accounts }: Pick<Limits, 'accounts'>,
  { maxBodyBytes }: Pick<ApiDeps, 'maxBodyBytes'>,
): Guards => {
  const limitCalls: RequestHandler = (_request, response, next) => {
    const auth = findAuth(response);
    if (auth !== null) accounts.assertMay(auth.accountId);
    next();
  };
  const scopeOfAccount: RequestHandler = (request, response, next) =>
    findAuth(response) === null ? next() : requireScope('manage')(request, response, next);
  const any = [requireCaller(identify), limitCalls];
  const authenticated = [authenticate(identify), limitCalls];
  const manage = [...authenticated, requireScope('manage')];
  const admin = [requireCaller(identify), requireAdmin];
  return {
    any,
    read: [...authenticated, requireScope('read')],
    manage,
    manageBody: [...manage, ...jsonBody(maxBodyBytes)],
    manageOrAdmin: [...any, scopeOfAccount],
    admin,
    adminBody: [...admin, ...jsonBody(maxBodyBytes)],
  };
};
