import { authOf } from '@posthorn/runtime';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import type { Guards } from '../guards.ts';
import { route } from '../http/route.ts';
import { readNotices } from './list-notices.ts';

/** `/v1/notices`. */
export const createNoticeRouter = (deps: ApiDeps, guards: Guards): Router => {
  const router = Router();
  route(router, '/v1/notices', {
    get: [
      ...guards.read,
      async (request, response) => {
        const { accountId } = authOf(response);
        response.json(await readNotices(deps, { accountId, query: request.query }));
      },
    ],
  });
  return router;
};
