import { PosthornError } from '@posthorn/contracts';
import type { Request } from 'express';
import type { Caller, Manager } from '../../manager.ts';
import { problem } from './problems.ts';
import { Refusal } from './refusal.ts';

/** Who calls, and the token as it may be shown. */
export interface TokenHolder {
  caller: Caller;
  maskedToken: string;
}

/** Visible ASCII. A header that was sent twice arrives joined by a comma and a space, and is none. */
const TOKEN = /^[\x21-\x7e]{1,1000}$/;
const SHOWN = 4;

/** Enough of a token to tell which one was meant, never enough to use it or to guess the rest. */
export const maskToken = (token: string): string => `${token.length > 4 * SHOWN ? token.slice(0, SHOWN) : ''}…`;

/**
 * The holder of the token in `Access-Token`.
 * @throws Refusal when there is none, it has no form of a token, or nobody has it.
 */
export const findHolder = async (manager: Manager, request: Request): Promise<TokenHolder> => {
  const token = request.get('access-token')?.trim() ?? '';
  if (!TOKEN.test(token)) throw new Refusal([problem('tokenMalformed')], 'unauthenticated');
  const maskedToken = maskToken(token);
  const caller = await manager.findCaller(token, { request, api: 'wooxy' });
  if (caller === null) throw new Refusal([problem('tokenUnknown', { accessToken: maskedToken })], 'unauthenticated');
  return { caller, maskedToken };
};

/**
 * A known token without the scope fails the check that follows the look-up. Of the document's texts this one sends its
 * reader to the token, which is where it is mended; "user {id} not enabled" would send him to the account.
 */
export const refuseForbidden = (error: unknown, { caller, maskedToken }: TokenHolder): unknown =>
  error instanceof PosthornError && error.code === 'forbidden'
    ? new Refusal([problem('tokenNotAllowed', { key: caller.tokenName, accessToken: maskedToken })], 'forbidden')
    : error;
