import { createHash, timingSafeEqual } from 'node:crypto';
import { PosthornError } from '@posthorn/contracts';
import { bearerToken, type FindHolder, unauthenticated } from '@posthorn/runtime';
import type { RequestHandler } from 'express';

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** Compares with a token in constant time, by SHA-256, which also hides its length. */
export const isSameToken = (token: string): ((other: string) => boolean) => {
  const wanted = sha256(token);
  return (other) => timingSafeEqual(sha256(other), wanted);
};

/**
 * Lets through the admin token. A token of an account is told that it is the wrong kind.
 */
export const authenticateAdmin = (adminToken: string, findHolder: FindHolder): RequestHandler => {
  const isAdmin = isSameToken(adminToken);
  return async (request, _response, next) => {
    const tokenValue = bearerToken(request);
    if (tokenValue === null) throw unauthenticated();
    if (!isAdmin(tokenValue)) {
      if ((await findHolder(request, tokenValue)) === null) throw unauthenticated();
      throw new PosthornError('forbidden', 'Accounts and tokens need the admin token (POSTHORN_ADMIN_TOKEN).');
    }
    next();
  };
};
