import { createAccountSchema } from '@posthorn/contracts';
import { findAccount, insertAccount } from '@posthorn/database';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { adminAuthor } from '../audit/author-of.ts';
import type { Guards } from '../guards.ts';
import { noSuch, readBody, readIntegerId } from '../http/read-input.ts';
import { route } from '../http/route.ts';
import { createToken } from './create-token.ts';
import { readAccounts, readTokens } from './list-accounts.ts';
import { viewAccount } from './view-account.ts';

/** `/v1/accounts`: for the admin token alone. */
export const createAccountRouter = (deps: ApiDeps, { admin, adminBody }: Guards): Router => {
  const { database } = deps;
  const router = Router();

  route(router, '/v1/accounts', {
    get: [
      ...admin,
      async (request, response) => {
        response.json(await readAccounts(deps, request.query));
      },
    ],
    post: [
      ...adminBody,
      async (request, response) => {
        const { name } = readBody(createAccountSchema, request.body);
        const account = await insertAccount(database, adminAuthor(request), name);
        response.status(201).location(`/v1/accounts/${account.id}`).json(viewAccount(account));
      },
    ],
  });

  route(router, '/v1/accounts/:id', {
    get: [
      ...admin,
      async (request, response) => {
        const account = await findAccount(database, readIntegerId(request.params['id'], 'account'));
        if (account === null) throw noSuch('account');
        response.json(viewAccount(account));
      },
    ],
  });

  route(router, '/v1/accounts/:id/tokens', {
    get: [
      ...admin,
      async (request, response) => {
        const accountId = readIntegerId(request.params['id'], 'account');
        response.json(await readTokens(deps, { accountId, query: request.query }));
      },
    ],
    post: [
      ...adminBody,
      async (request, response) => {
        const accountId = readIntegerId(request.params['id'], 'account');
        const author = adminAuthor(request);
        response.status(201).json(await createToken(deps, { accountId, author, body: request.body }));
      },
    ],
  });

  return router;
};
