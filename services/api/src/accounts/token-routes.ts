import { revokeToken } from '@posthorn/database';
import { authOf, findAuth } from '@posthorn/runtime';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { anyAuthor, authorOf } from '../audit/author-of.ts';
import type { Guards } from '../guards.ts';
import { noSuch, readPublicId } from '../http/read-input.ts';
import { route } from '../http/route.ts';
import { createToken } from './create-token.ts';
import { readTokens } from './list-accounts.ts';

/** `/v1/tokens`: those of the caller's own account; the admin token may revoke anybody's. */
export const createTokenRouter = (deps: ApiDeps, { manage, manageBody, manageOrAdmin }: Guards): Router => {
  const router = Router();

  route(router, '/v1/tokens', {
    get: [
      ...manage,
      async (request, response) => {
        const { accountId } = authOf(response);
        response.json(await readTokens(deps, { accountId, query: request.query }));
      },
    ],
    post: [
      ...manageBody,
      async (request, response) => {
        const giver = authOf(response);
        const author = authorOf(request, response);
        const { body } = request;
        response.status(201).json(await createToken(deps, { accountId: giver.accountId, author, body, giver }));
      },
    ],
  });

  route(router, '/v1/tokens/:id', {
    delete: [
      ...manageOrAdmin,
      async (request, response) => {
        const id = readPublicId('token', request.params['id'], 'token');
        const accountId = findAuth(response)?.accountId;
        const revoked = await revokeToken(deps.database, anyAuthor(request, response), id, accountId);
        if (!revoked) throw noSuch('token');
        response.status(204).end();
      },
    ],
  });

  return router;
};
