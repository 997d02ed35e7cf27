import { authenticate, bearerToken, type FindToken, requireScope } from '@posthorn/runtime';
import type { RequestHandler } from 'express';
import { isSameToken } from '../accounts/authenticate-admin.ts';

/** Lets through the admin token, noted as `locals.isAdmin`, and tokens of accounts with the scope `manage`. */
export const authenticateManager = (adminToken: string, findToken: FindToken): RequestHandler[] => {
  const isAdmin = isSameToken(adminToken);
  const guards = [authenticate(findToken), requireScope('manage')];
  return [
    (request, response, next) => {
      const tokenValue = bearerToken(request);
      response.locals['isAdmin'] = tokenValue !== null && isAdmin(tokenValue);
      next();
    },
    ...guards.map((guard): RequestHandler => {
      return (request, response, next) =>
        response.locals['isAdmin'] === true ? next() : guard(request, response, next);
    }),
  ];
};
