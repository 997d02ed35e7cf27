import { emptyBodySchema } from '@posthorn/contracts';
import { cancelReplay, findReplay, type ReplayRecord } from '@posthorn/database';
import { authOf } from '@posthorn/runtime';
import { type Request, type Response, Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { authorOf } from '../audit/author-of.ts';
import type { Guards } from '../guards.ts';
import { noSuch, readBody, readIntegerId, readPublicId } from '../http/read-input.ts';
import { route } from '../http/route.ts';
import { createReplay } from './create-replay.ts';
import { readAccountReplays, readReplays } from './list-replays.ts';
import { viewReplay } from './view-replay.ts';

const webhookKey = (request: Request, response: Response) => ({
  webhookId: readIntegerId(request.params['id'], 'webhook'),
  accountId: authOf(response).accountId,
});

const replayKey = (request: Request, response: Response) => ({
  id: readPublicId('replay', request.params['id'], 'replay'),
  accountId: authOf(response).accountId,
});

const answer = (response: Response, replay: ReplayRecord | null): void => {
  if (replay === null) throw noSuch('replay');
  response.json(viewReplay(replay));
};

/** `/v1/webhooks/{id}/replay`, `/v1/webhooks/{id}/replays` and `/v1/replays`. */
export const createReplayRouter = (deps: ApiDeps, guards: Guards): Router => {
  const { database } = deps;
  const router = Router();

  route(router, '/v1/webhooks/:id/replay', {
    post: [
      ...guards.manageBody,
      async (request, response) => {
        const author = authorOf(request, response);
        const replay = await createReplay(deps, { ...webhookKey(request, response), author, body: request.body });
        response.status(202).location(`/v1/replays/${replay.id}`).json(replay);
      },
    ],
  });

  route(router, '/v1/webhooks/:id/replays', {
    get: [
      ...guards.read,
      async (request, response) => {
        response.json(await readReplays(deps, { ...webhookKey(request, response), query: request.query }));
      },
    ],
  });

  route(router, '/v1/replays', {
    get: [
      ...guards.read,
      async (request, response) => {
        const { accountId } = authOf(response);
        response.json(await readAccountReplays(deps, { accountId, query: request.query }));
      },
    ],
  });

  route(router, '/v1/replays/:id', {
    get: [
      ...guards.read,
      async (request, response) => {
        answer(response, await findReplay(database, replayKey(request, response)));
      },
    ],
  });

  route(router, '/v1/replays/:id/cancel', {
    post: [
      ...guards.manageBody,
      async (request, response) => {
        const key = replayKey(request, response);
        readBody(emptyBodySchema, request.body);
        answer(response, await cancelReplay(database, authorOf(request, response), key));
      },
    ],
  });

  return router;
};
