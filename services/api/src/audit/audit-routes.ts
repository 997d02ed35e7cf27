import { findAuth } from '@posthorn/runtime';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import type { Guards } from '../guards.ts';
import { route } from '../http/route.ts';
import { readAudit } from './list-audit.ts';

/** `/v1/audit`: all accounts for the admin token that names none, one account otherwise, with the scope `manage`. */
export const createAuditRouter = (deps: ApiDeps, { manageOrAdmin }: Guards): Router => {
  const router = Router();
  route(router, '/v1/audit', {
    get: [
      ...manageOrAdmin,
      async (request, response) => {
        const accountId = findAuth(response)?.accountId ?? null;
        response.json(await readAudit(deps, { accountId, query: request.query }));
      },
    ],
  });
  return router;
};
