import type { Author } from '@posthorn/database';
import { authOf, findAuth, originOf } from '@posthorn/runtime';
import type { Request, Response } from 'express';

const NATIVE = 'native';

/** Who makes a call for an account, for the audit log: a token, or the admin token that acts for the account. */
export const authorOf = (request: Request, response: Response): Author => {
  const { actor, tokenId, tokenName } = authOf(response);
  return { actor, name: tokenName, tokenId, api: NATIVE, ...originOf(request) };
};

/** Whoever has the admin token, for the audit log. */
export const adminAuthor = (request: Request): Author => ({
  actor: 'admin',
  name: 'admin',
  tokenId: null,
  api: NATIVE,
  ...originOf(request),
});

/** Either of them: for calls that the admin token may make for all accounts. */
export const anyAuthor = (request: Request, response: Response): Author =>
  findAuth(response) === null ? adminAuthor(request) : authorOf(request, response);
