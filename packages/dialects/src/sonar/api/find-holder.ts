import type { Request } from 'express';
import type { Caller, Manager } from '../../manager.ts';
import { Refusal } from './refusal.ts';

/**
 * The token where the vendor's clients put it: `X-Token` (its documentation), `Token` and `?token=` (its Ruby gem). Undefined
 * when it is nowhere.
 */
const readToken = (request: Request): string | undefined => {
  const places: unknown[] = [request.get('x-token'), request.get('token'), request.query['token']];
  return places.find((value): value is string => typeof value === 'string' && value.trim() !== '')?.trim();
};

/**
 * Who calls. The two texts are of recordings of the vendor's traffic: of 2017 where there is no token, of 2014 where it is
 * a wrong one.
 * @throws Refusal
 */
export const findHolder = async (manager: Manager, request: Request): Promise<Caller> => {
  const token = readToken(request);
  if (token === undefined) throw new Refusal('Token or publishable_key not found', 'unauthenticated');
  const caller = await manager.findCaller(token, { request, api: 'sonar' });
  if (caller === null) throw new Refusal('Bad Token', 'unauthenticated');
  return caller;
};
