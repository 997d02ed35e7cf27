import type { Author } from '@posthorn/database';
import { authOf, originOf } from '@posthorn/runtime';
import type { Request, Response } from 'express';

const NATIVE = 'native';

/** Who makes a call with a token of an account, for the audit log. */
export const authorOf = (request: Request, response: Response): Author => {
  const { tokenId, tokenName } = authOf(response);
  return { actor: 'token', name: tokenName, tokenId, api: NATIVE, ...originOf(request) };
};

/** Whoever has the admin token, for the audit log. */
export const adminAuthor = (request: Request): Author => ({
  actor: 'admin',
  name: 'admin',
  tokenId: null,
  api: NATIVE,
  ...originOf(request),
});
