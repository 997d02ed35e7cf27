import { PosthornError } from '@posthorn/contracts';
import type { Request } from 'express';
import type { Caller, Manager } from '../../manager.ts';

/**
 * The holder of the token in `Authorization: Bearer`; the scheme's name has no letter case (RFC 9110 §11.1).
 * @throws PosthornError `unauthenticated`
 */
export const findHolder = async (manager: Manager, request: Request): Promise<Caller> => {
  const [, token] = /^bearer +(\S+) *$/i.exec(request.get('authorization') ?? '') ?? [];
  const caller = token === undefined ? null : await manager.findCaller(token, { request, api: 'passona' });
  if (caller === null) throw new PosthornError('unauthenticated', 'The bearer token is missing or unknown.');
  return caller;
};
