import { beginSessionSchema } from '@posthorn/contracts';
import { type ConsoleSessions, type Credential, jsonBody, unauthenticated } from '@posthorn/runtime';
import { type Request, type RequestHandler, Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import type { Callers, Guards, Limits } from '../guards.ts';
import { readBody } from '../http/read-input.ts';
import { route } from '../http/route.ts';
import { showCaller } from '../me/me-routes.ts';

const MAX_BODY_BYTES = 4096;

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

/** Before the body is read: a form, or a page of elsewhere, neither begins a session for its visitor nor ends one. */
const fromConsole =
  (sessions: ConsoleSessions): RequestHandler =>
  (request, _response, next) => {
    sessions.assertFromConsole(request);
    next();
  };

/** `/console/session`: a token is changed for a cookie, which the calls of the console carry from then on. */
export const createSessionRouter = (
  deps: ApiDeps,
  {
    isAdmin,
    sessions,
    findHolder,
    any,
  }: Pick<Callers, 'isAdmin'> & Pick<Limits, 'findHolder'> & Pick<Guards, 'any'> & { sessions: ConsoleSessions },
): Router => {
  const findCredential = async (request: Request, token: string): Promise<Credential> => {
    if (isAdmin(token)) return { kind: 'admin' };
    const holder = await findHolder(request, token);
    if (holder === null) throw unauthenticated();
    return { kind: 'token', holder };
  };

  const router = Router();
  router.use('/console/session', noStore);
  route(router, '/console/session', {
    get: [...any, showCaller(deps)],
    post: [
      fromConsole(sessions),
      ...jsonBody(MAX_BODY_BYTES),
      async (request, response) => {
        const { token } = readBody(beginSessionSchema, request.body);
        const credential = await findCredential(request, token);
        sessions.begin(request, response, credential);
        const who = credential.kind === 'admin' ? { admin: true } : { tokenId: credential.holder.tokenId };
        response.locals['accountId'] = credential.kind === 'token' ? credential.holder.accountId : undefined;
        response.locals['logFields'] = { session: 'begun', ...who };
        response.status(204).end();
      },
    ],
    delete: [
      fromConsole(sessions),
      (request, response) => {
        sessions.end(request, response);
        response.status(204).end();
      },
    ],
  });
  return router;
};
