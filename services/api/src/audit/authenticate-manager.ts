import { bearerToken } from '@posthorn/runtime';
import type { RequestHandler } from 'express';
import { isSameToken } from '../accounts/authenticate-admin.ts';

/** Lets through the admin token, noted as `locals.isAdmin`, and whom the guards of an account's routes let through. */
export const authenticateManager = (adminToken: string, guards: readonly RequestHandler[]): RequestHandler[] => {
  const isAdmin = isSameToken(adminToken);
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
