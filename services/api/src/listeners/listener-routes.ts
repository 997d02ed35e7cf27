import { decodeId, type ListenerAnswerBody, listenerAnswerSchema } from '@posthorn/contracts';
import { answerRequest, deleteWebhook, findListener, type ListenerRecord } from '@posthorn/database';
import { authOf } from '@posthorn/runtime';
import { type Request, type Response, Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { authorOf } from '../audit/author-of.ts';
import type { Guards } from '../guards.ts';
import { EVENT_STREAM } from '../http/event-stream.ts';
import { noSuch, readBody, readPublicId } from '../http/read-input.ts';
import { route } from '../http/route.ts';
import { createListener } from './create-listener.ts';
import { createRequestHub } from './hand-out-requests.ts';
import { streamRequests } from './stream-requests.ts';

const keyOf = (request: Request, response: Response): { id: string; accountId: number } => ({
  id: readPublicId('listener', request.params['id'], 'listener'),
  accountId: authOf(response).accountId,
});

/** `/v1/listeners` and what is below it. */
export const createListenerRouter = (deps: ApiDeps, guards: Guards): Router => {
  const { database, encryption } = deps;
  const hub = createRequestHub(deps);
  const router = Router();

  const find = async (request: Request, response: Response): Promise<ListenerRecord> => {
    const listener = await findListener(database, keyOf(request, response));
    if (listener === null) throw noSuch('listener');
    return listener;
  };

  route(router, '/v1/listeners', {
    post: [
      ...guards.manageBody,
      async (request, response) => {
        const { accountId } = authOf(response);
        const author = authorOf(request, response);
        response.status(201).json(await createListener(deps, { accountId, author, body: request.body }));
      },
    ],
  });

  route(router, '/v1/listeners/:id', {
    delete: [
      ...guards.manage,
      async (request, response) => {
        const { webhookId: id, accountId } = await find(request, response);
        if (!(await deleteWebhook(database, authorOf(request, response), { id, accountId }))) throw noSuch('listener');
        response.status(204).end();
      },
    ],
  });

  route(router, '/v1/listeners/:id/requests', {
    get: [
      ...guards.manage,
      async (request, response) => {
        if (request.method !== 'HEAD') {
          await streamRequests(deps, hub, { listenerId: keyOf(request, response).id, response });
          return;
        }
        await find(request, response);
        response.type(EVENT_STREAM).end();
      },
    ],
  });

  route(router, '/v1/listeners/:id/answers', {
    post: [
      ...guards.manageBody,
      async (request, response) => {
        const { id: listenerId } = await find(request, response);
        const { requestId, ...answer }: ListenerAnswerBody = readBody(listenerAnswerSchema, request.body);
        const id = decodeId('listenerRequest', requestId);
        // One that comes too late, or twice, changes nothing.
        if (id !== null) await answerRequest(database, encryption, { id, listenerId, answer: JSON.stringify(answer) });
        response.status(204).end();
      },
    ],
  });

  return router;
};
