import { parse as parseBasic } from 'basic-auth';
import type { Request } from 'express';
import type { Caller, Manager } from '../../manager.ts';
import { Refusal } from './refusal.ts';

/**
 * The token of an Authorization header; null when there is none. `Basic` has it as the password, with any user, or as the
 * user without a password; `Bearer` and `SoTicket` have it as it is. Schemes have no letter case.
 */
export const readToken = (authorization: string | undefined): string | null => {
  if (authorization === undefined) return null;
  const token = /^\s*(?:bearer|soticket) +(\S+)\s*$/i.exec(authorization)?.[1];
  if (token !== undefined) return token;
  const credentials = parseBasic(authorization);
  if (credentials === undefined) return null;
  return (credentials.pass === '' ? credentials.name : credentials.pass) || null;
};

/** @throws Refusal `unauthenticated`, the same one whatever is wrong with the token. */
export const authenticate = async (manager: Manager, request: Request): Promise<Caller> => {
  const token = readToken(request.headers.authorization);
  const caller = token === null ? null : await manager.findCaller(token, { request, api: 'superoffice' });
  if (caller !== null) return caller;
  throw new Refusal(
    'unauthenticated',
    'Send a valid token in the Authorization header: as the password of Basic, or with Bearer or SoTicket.',
  );
};
