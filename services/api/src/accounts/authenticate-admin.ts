import { createHash, timingSafeEqual } from 'node:crypto';
import { PosthornError } from '@posthorn/contracts';
import { bearerToken, type FindToken, unauthenticated } from '@posthorn/runtime';
import type { RequestHandler } from 'express';

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/**
 * Lets through the admin token, compared in constant time by its SHA-256, which also hides its length. A token of an
 * account is told that it is the wrong kind.
 */
export const authenticateAdmin = (adminToken: string, findToken: FindToken): RequestHandler => {
  const wanted = sha256(adminToken);
  return async (request, _response, next) => {
    const tokenValue = bearerToken(request);
    if (tokenValue === null) throw unauthenticated();
    if (!timingSafeEqual(sha256(tokenValue), wanted)) {
      if ((await findToken(tokenValue)) === null) throw unauthenticated();
      throw new PosthornError('forbidden', 'Accounts and tokens need the admin token (POSTHORN_ADMIN_TOKEN).');
    }
    next();
  };
};
