import { authOf } from '@posthorn/runtime';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import type { Guards } from '../guards.ts';
import { route } from '../http/route.ts';
import { authenticateManager } from './authenticate-manager.ts';
import { readAudit } from './list-audit.ts';

/** `/v1/audit`: all accounts for the admin token, its own for a token with the scope `manage`. */
export const createAuditRouter = (deps: ApiDeps, { manage }: Guards): Router => {
  const router = Router();
  route(router, '/v1/audit', {
    get: [
      ...authenticateManager(deps.adminToken, manage),
      async (request, response) => {
        const isAdmin = response.locals['isAdmin'] === true;
        const accountId = isAdmin ? null : authOf(response).accountId;
        response.json(await readAudit(deps, { accountId, query: request.query }));
      },
    ],
  });
  return router;
};
