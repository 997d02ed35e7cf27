import { findToken } from '@posthorn/database';
import { authenticate, jsonBody, requireScope } from '@posthorn/runtime';
import type { RequestHandler } from 'express';
import type { ApiDeps } from './api-deps.ts';

/** What stands before the handlers of an account's routes. A body is read only once the token is known to be good. */
export interface Guards {
  read: RequestHandler[];
  /** Without a body. */
  manage: RequestHandler[];
  /** With a JSON body. */
  manageBody: RequestHandler[];
}

export const createGuards = ({ database, maxBodyBytes }: Pick<ApiDeps, 'database' | 'maxBodyBytes'>): Guards => {
  const authenticated = authenticate((tokenValue) => findToken(database, tokenValue));
  const manage = [authenticated, requireScope('manage')];
  return {
    read: [authenticated, requireScope('read')],
    manage,
    manageBody: [...manage, ...jsonBody(maxBodyBytes)],
  };
};
