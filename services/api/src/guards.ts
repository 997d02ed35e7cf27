import { findToken } from '@posthorn/database';
import {
  type AccountLimiter,
  authenticate,
  authOf,
  createAccountLimiter,
  createFailureLimiter,
  type FindHolder,
  jsonBody,
  limitFailures,
  requireScope,
} from '@posthorn/runtime';
import type { RequestHandler } from 'express';
import type { ApiDeps } from './api-deps.ts';

/** What bounds the callers of all APIs together, native and dialects. */
export interface Limits {
  /** Looks a token up. @throws PosthornError `too_many_requests` for a wrong one of somebody who sends many. */
  findHolder: FindHolder;
  accounts: AccountLimiter;
}

const NO_LIMIT = 0;

export const createLimits = ({ database, logger, telemetry, limits }: ApiDeps): Limits => {
  const { authFailuresPerMinute = NO_LIMIT, callsPerMinute = NO_LIMIT } = limits ?? {};
  const watch = { logger, registry: telemetry.registry };
  const failures = createFailureLimiter(authFailuresPerMinute, watch);
  return {
    findHolder: limitFailures(failures, (tokenValue) => findToken(database, tokenValue)),
    accounts: createAccountLimiter(
      { limit: 'api_calls', perSecond: callsPerMinute / 60, burst: callsPerMinute },
      watch,
    ),
  };
};

/** What stands before the handlers of an account's routes. A body is read only once the token is known to be good. */
export interface Guards {
  read: RequestHandler[];
  /** Without a body. */
  manage: RequestHandler[];
  /** With a JSON body. */
  manageBody: RequestHandler[];
}

export const createGuards = (
  { findHolder, accounts }: Limits,
  { maxBodyBytes }: Pick<ApiDeps, 'maxBodyBytes'>,
): Guards => {
  const limitCalls: RequestHandler = (_request, response, next) => {
    accounts.assertMay(authOf(response).accountId);
    next();
  };
  const authenticated = [authenticate(findHolder), limitCalls];
  const manage = [...authenticated, requireScope('manage')];
  return {
    read: [...authenticated, requireScope('read')],
    manage,
    manageBody: [...manage, ...jsonBody(maxBodyBytes)],
  };
};
